import type { ActionPlan } from '#shared/domain/action';
import { PlanValues } from '../../../actions/plan-values';
import { PlannedStepView } from '../../../actions/planned-step';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { groupWarnings } from '../../../rollouts/plan-groups';
import classes from '../work.module.css';

interface PlanGroupViewProps {
  plans: readonly [ActionPlan, ...ActionPlan[]];
  isFirst: boolean;
  hostName: (hostId: string) => string;
}

/** What would be done on nodes on which it is the same: the commands once, what has to be thought of for each. */
export function PlanGroupView({ plans, isFirst, hostName }: PlanGroupViewProps) {
  const { t, localized } = useWords();
  const [plan, ...others] = plans;
  const isOne = others.length === 0;
  return (
    <section className={classes.group}>
      <h2 className={classes.label}>
        {isOne ? hostName(plan.hostId) : t(isFirst ? 'rollouts.same' : 'rollouts.differs', { count: plans.length })}
      </h2>
      {!isOne && (
        <div className={classes.names}>
          {plans.map(({ hostId }) => (
            <code key={hostId}>{hostName(hostId)}</code>
          ))}
        </div>
      )}
      {groupWarnings(plans).map(({ title, detail, hostIds }) => (
        <div key={hostIds.join() + title.en} className={classes.warning}>
          <StateBadge tone="warn" variant="plain">
            {localized(title)}
            {hostIds.length < plans.length && `: ${hostIds.map(hostName).join(', ')}`}
          </StateBadge>
          <div className={classes.words}>{localized(detail)}</div>
        </div>
      ))}
      {plan.values && plan.values.length > 0 && <PlanValues values={plan.values} />}
      <ol className={classes.list} style={{ marginTop: 8 }}>
        {plan.steps.map((step) => (
          <li key={step.id}>
            <PlannedStepView step={step} />
          </li>
        ))}
      </ol>
      <p className="dim">{localized(plan.verification)}</p>
      {!isOne && (
        <details>
          <summary>{t('rollouts.otherCommands')}</summary>
          {others.map(({ hostId, steps }) => (
            <div key={hostId} className={classes.words}>
              <strong>{hostName(hostId)}</strong>
              {steps.map((step) => (
                <div key={step.id}>
                  <code>{commandOf(step)}</code>
                </div>
              ))}
            </div>
          ))}
        </details>
      )}
    </section>
  );
}

const commandOf = (step: ActionPlan['steps'][number]): string =>
  step.kind === 'command' ? step.commandLine : (step.commandLine ?? step.path);
