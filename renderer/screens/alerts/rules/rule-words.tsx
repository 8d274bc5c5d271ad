import type { ListedRule } from '#shared/contract/rules';
import { durationMs } from '#shared/domain/rules/duration';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import classes from '../alerts.module.css';
import { spanWords } from '../silence-fields';

/** When a rule fires and when that is over, in plain words. */
export function RuleWords({ rule }: { rule: Pick<ListedRule, 'when' | 'for' | 'until' | 'of'> }) {
  const { t } = useWords();
  const format = useFormat();
  const { when, until } = rule;
  const release = spanWords(until.forMs, format);
  const neededMs = rule.for === null ? null : durationMs(rule.for);
  return (
    <ul className={classes.ruleWords}>
      <li>
        {neededMs === null
          ? t('alertScreen.firesAtOnce', { of: t(`alertScreen.of.${rule.of}`) })
          : t('alertScreen.firesAfter', { of: t(`alertScreen.of.${rule.of}`), time: spanWords(neededMs, format) })}
        <code className={classes.code}>{when}</code>
      </li>
      <li>
        {until.when === null ? (
          t('alertScreen.overWhenFalse', { time: release })
        ) : (
          <>
            {t('alertScreen.overWhen', { time: release })}
            <code className={classes.code}>{until.when}</code>
          </>
        )}
      </li>
      <li className="dim">{t('alertScreen.unknownHelp')}</li>
    </ul>
  );
}
