import { UnstyledButton } from '@mantine/core';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { useHostNames } from '../../../stores/fleet-store';
import { namedNodes, type PlanGroup, stateOf } from './plan-groups';
import { groupTones, stepIcons, stepTones } from './plan-tones';
import classes from './plans.module.css';

interface PlanMatrixProps {
  groups: readonly PlanGroup[];
  open: PlanGroup;
  onOpen: (group: PlanGroup) => void;
}

/** Groups of nodes beside each other, step by step; what is not as in the biggest group is marked. */
export function PlanMatrix({ groups, open, onOpen }: PlanMatrixProps) {
  const { t, localized } = useWords();
  const name = useGroupName();
  const hostName = useHostNames();
  const [usual] = groups;
  const steps = new Map<string, PlaybookStepPlan>(
    groups.flatMap(([plan]) => plan.steps.map((step) => [step.id, step])),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div className={classes.matrix} tabIndex={0}>
      <table aria-label={t('setupScreen.compared')}>
        <thead>
          <tr>
            <th scope="col">{t('rollouts.column.step')}</th>
            {groups.map((group) => (
              <th key={group[0].hostId} scope="col" data-open={group === open || undefined}>
                <UnstyledButton
                  aria-pressed={group === open}
                  title={group.map(({ hostId }) => hostName(hostId)).join(', ')}
                  onClick={() => onOpen(group)}
                >
                  <span className="ellipsis">{name(group)}</span>
                  <StateBadge tone={groupTones[stateOf(group[0])]} variant="plain">
                    {t(`setupScreen.groupState.${stateOf(group[0])}`)}
                  </StateBadge>
                </UnstyledButton>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...steps.values()].map(({ id, title }) => {
            const usually = usual?.[0].steps.find((step) => step.id === id);
            return (
              <tr key={id}>
                <th scope="row">{localized(title)}</th>
                {groups.map((group) => {
                  const step = group[0].steps.find((one) => one.id === id);
                  const isOther = group !== usual && step?.state !== usually?.state;
                  return (
                    <td key={group[0].hostId} data-open={group === open || undefined} data-other={isOther || undefined}>
                      {step && (
                        <StateBadge tone={stepTones[step.state]} icon={stepIcons[step.state]} variant="plain">
                          {t(`setupScreen.stepState.${step.state}`)}
                        </StateBadge>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The nodes of a small group; of more how many. */
function useGroupName(): (group: PlanGroup) => string {
  const { t } = useWords();
  const hostName = useHostNames();
  return (group) =>
    group.length <= namedNodes
      ? group.map(({ hostId }) => hostName(hostId)).join(', ')
      : t('setupScreen.nodes', { count: group.length });
}
