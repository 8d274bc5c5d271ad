import type { ActionPlan } from '#shared/domain/action';
import { useWords } from '../app/i18n';
import { StateBadge, type Tone } from '../components/state-badge';
import classes from './action-dialog.module.css';

type Check = ActionPlan['checks'][number];

const outcomeTones: Record<Check['outcome'], Tone> = { pass: 'ok', fail: 'bad', warn: 'warn', unknown: 'unknown' };

/** What was looked at on the node before anything is done. */
export function PlanChecks({ checks }: { checks: readonly Check[] }) {
  const { t, localized } = useWords();
  return (
    <section>
      <h3 className={classes.label}>{t('actionDialog.checks')}</h3>
      <ul className={classes.checks}>
        {checks.map((check) => (
          <li key={check.title.en}>
            <StateBadge tone={outcomeTones[check.outcome]} variant="plain">
              {t(`actionDialog.checkOutcome.${check.outcome}`)}
            </StateBadge>
            <span>
              <strong>{localized(check.title)}</strong>
              <span className={classes.detail}>{localized(check.detail)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
