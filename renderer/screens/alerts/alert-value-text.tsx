import type { Alert } from '#shared/domain/rules/alert';
import { useWords } from '../../app/i18n';
import { useFormat } from '../../components/format';
import { useAlertValue } from './alert-values';
import type { AlertWords } from './use-alert-words';

interface AlertValueTextProps {
  alert: Alert;
  words: AlertWords;
  /** With when it was measured. */
  isLong?: boolean;
}

/** What the rule compares, by the newest samples; else what it was at the alert's last change, dim and with that time. */
export function AlertValueText({ alert, words, isLong = false }: AlertValueTextProps) {
  const { t } = useWords();
  const format = useFormat();
  const now = useAlertValue(alert.id);
  const isLive = now !== undefined && now.value !== null;
  const value = words.value({ ruleId: alert.ruleId, value: isLive ? now.value : alert.value });
  if (value === null) return isLong ? t('alertScreen.noValue') : <span className="dim">—</span>;
  const atMs = isLive ? now.atMs : (alert.firedMs ?? alert.sinceMs);
  const time = format.time(atMs);
  const when = isLive ? t('alertScreen.valueNow', { time }) : t('alertScreen.valueThen', { time });
  const threshold = words.threshold(alert.ruleId);
  return (
    <span title={isLong ? undefined : when}>
      <span className={isLive ? undefined : 'dim'}>{value}</span>{' '}
      {threshold && <span className="dim">{isLong ? `(${threshold})` : threshold}</span>}
      {isLong && <div className="dim">{when}</div>}
    </span>
  );
}
