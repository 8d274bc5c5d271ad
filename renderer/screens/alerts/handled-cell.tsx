import { IconBellOff, IconUserCheck } from '@tabler/icons-react';
import { useWords } from '../../app/i18n';
import { useFormat } from '../../components/format';
import type { AlertRow } from './alert-model';
import classes from './alerts.module.css';

/** Who looks after an alert, and until when nobody is told of it. */
export function HandledCell({ row: { alert, silence } }: { row: AlertRow }) {
  const { t } = useWords();
  const format = useFormat();
  const { acknowledged } = alert;
  if (!acknowledged && !silence) return <span className="dim">—</span>;
  const title = [
    ...(acknowledged
      ? [t('alertScreen.acknowledgedBy', { ...acknowledged, time: format.dateTime(acknowledged.atMs) })]
      : []),
    ...(silence ? [t('alertScreen.silencedBy', { ...silence, time: format.dateTime(silence.untilMs) })] : []),
  ].join('\n');
  return (
    <span className={classes.handled} title={title}>
      {acknowledged && (
        <>
          <IconUserCheck size={14} aria-label={t('alertScreen.acknowledged')} />
          <span className="ellipsis">{acknowledged.who}</span>
        </>
      )}
      {silence && (
        <>
          <IconBellOff size={14} aria-label={t('alertScreen.silenced')} />
          <span className="ellipsis">
            {t('alertScreen.until', { who: silence.who, time: format.time(silence.untilMs) })}
          </span>
        </>
      )}
    </span>
  );
}
