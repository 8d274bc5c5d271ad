import { Anchor } from '@mantine/core';
import type { ActionPlan } from '#shared/domain/action';
import { useWords } from '../app/i18n';
import { StateBadge, type Tone } from '../components/state-badge';
import { openEvidence } from '../stores/evidence-store';
import classes from './action-dialog.module.css';

type Check = ActionPlan['checks'][number];

const outcomeTones: Record<Check['outcome'], Tone> = { pass: 'ok', fail: 'bad', warn: 'warn', unknown: 'unknown' };

/** More than this that passed are folded away, so that what will run is seen first. */
const shownPassed = 2;

/** What was looked at on the node before anything is done; what did not pass always in sight. */
export function PlanChecks({ checks }: { checks: readonly Check[] }) {
  const { t } = useWords();
  const passed = checks.filter(({ outcome }) => outcome === 'pass');
  const isFolded = passed.length > shownPassed;
  const open = isFolded ? checks.filter(({ outcome }) => outcome !== 'pass') : checks;
  return (
    <section>
      <h3 className={classes.label}>{t('actionDialog.checks')}</h3>
      {open.length > 0 && <CheckList checks={open} />}
      {isFolded && (
        <details className={classes.passed}>
          <summary>
            <StateBadge tone="ok" variant="plain">
              {t('actionDialog.checksPassed', { count: passed.length })}
            </StateBadge>
          </summary>
          <CheckList checks={passed} />
        </details>
      )}
    </section>
  );
}

function CheckList({ checks }: { checks: readonly Check[] }) {
  const { t, localized } = useWords();
  return (
    <ul className={classes.checks}>
      {checks.map(({ title, outcome, detail, evidenceId }) => (
        <li key={title.en}>
          <StateBadge tone={outcomeTones[outcome]} variant="plain">
            {t(`actionDialog.checkOutcome.${outcome}`)}
          </StateBadge>
          <span>
            <strong>{localized(title)}</strong>
            <span className={classes.detail}>{localized(detail)}</span>
          </span>
          {evidenceId && (
            <Anchor
              component="button"
              type="button"
              size="xs"
              underline="always"
              onClick={() => openEvidence(evidenceId)}
            >
              {t('actionDialog.output')}
            </Anchor>
          )}
        </li>
      ))}
    </ul>
  );
}
