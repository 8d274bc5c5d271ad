import { UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconPower } from '@tabler/icons-react';
import { useState } from 'react';
import type { ActionPlan } from '#shared/domain/action';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import { PlanChecks } from '../../../actions/plan-checks';
import { PlanValues } from '../../../actions/plan-values';
import { PlannedStepView } from '../../../actions/planned-step';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { minutesOf } from '../../../rollouts/duration-words';
import { PackageList } from './package-list';
import { isOpen } from './plan-groups';
import { stepIcons, stepTones } from './plan-tones';
import classes from './plans.module.css';

interface StepPlanProps {
  step: PlaybookStepPlan;
}

/** One step: how it stands and why, and opened all that would be run, changed, checked and undone. */
export function StepPlan({ step }: StepPlanProps) {
  const { t, localized } = useWords();
  const { state, title, reason, plan, duration, restartsNode } = step;
  const [isShown, setShown] = useState(false);
  return (
    <li>
      <UnstyledButton
        className={classes.stepHead}
        aria-expanded={plan ? isShown : undefined}
        disabled={!plan}
        onClick={() => setShown(!isShown)}
      >
        <IconChevronRight
          size={14}
          className={classes.chevron}
          data-open={isShown || undefined}
          data-none={!plan || undefined}
          aria-hidden
        />
        <StateBadge tone={stepTones[state]} icon={stepIcons[state]} variant="plain">
          {t(`setupScreen.stepState.${state}`)}
        </StateBadge>
        <span className={classes.stepTitle}>
          <span>{localized(title)}</span>
          {reason && <span className={classes.reason}>{localized(reason)}</span>}
        </span>
        {restartsNode && isOpen(step) && (
          <StateBadge tone="warn" icon={IconPower} variant="plain">
            {t('setupScreen.restart')}
          </StateBadge>
        )}
        {duration && isOpen(step) && <span className="dim small">{t('setupScreen.minutes', minutesOf(duration))}</span>}
      </UnstyledButton>
      {plan && isShown && (
        <div className={classes.stepBody}>
          {plan.checks.length > 0 && <PlanChecks checks={plan.checks} />}
          {state !== 'done' && <Doing plan={plan} />}
        </div>
      )}
    </li>
  );
}

/** What would be run and changed, how it is verified and taken back. */
function Doing({ plan }: { plan: ActionPlan }) {
  const { t, localized } = useWords();
  return (
    <>
      {plan.values && plan.values.length > 0 && <PlanValues values={plan.values} />}
      {plan.packages && plan.packages.changes.length > 0 && <PackageList packages={plan.packages.changes} />}
      {plan.steps.map((planned) => (
        <PlannedStepView key={planned.id} step={planned} />
      ))}
      {plan.steps.length === 0 && <p className="dim">{t('actionDialog.noSteps')}</p>}
      <p>
        <span className="dim">{t('actionDialog.verification')}: </span>
        {localized(plan.verification)}
      </p>
      <p>
        <span className="dim">{t('actionDialog.undo')}: </span>
        {plan.undo ? localized(plan.undo) : t('actionDialog.noUndo')}
      </p>
    </>
  );
}
