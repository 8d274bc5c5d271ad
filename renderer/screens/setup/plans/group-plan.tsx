import { Select } from '@mantine/core';
import { useState } from 'react';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { Requirement } from '#shared/domain/playbook/playbook-plan';
import { useWords } from '../../../app/i18n';
import { StateBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { LockNotice } from '../../../rollouts/lock-notice';
import { groupWarnings } from '../../../rollouts/plan-groups';
import { useHostNames } from '../../../stores/fleet-store';
import { ExportMenu } from './export-menu';
import { LeftOutSteps } from './left-out-steps';
import { PackageList } from './package-list';
import { foldedSteps, isOpen, namedNodes, type PlanGroup } from './plan-groups';
import { PlanSummary } from './plan-summary';
import classes from './plans.module.css';
import { StepPlan } from './step-plan';
import { VersionsView } from './versions-view';

interface GroupPlanProps {
  info: PlaybookInfo;
  group: PlanGroup;
  /** Another one reads the node again. */
  round: number;
  onPlanAgain: () => void;
}

/** The plan of nodes on which it is the same: what it comes to, then each step down to its commands. */
export function GroupPlan({ info, group, round, onPlanAgain }: GroupPlanProps) {
  const { t, localized } = useWords();
  const hostName = useHostNames();
  /** Names of GPUs and the like are those of one node. */
  const [shownId, setShownId] = useState(group[0].hostId);
  const plan = group.find(({ hostId }) => hostId === shownId) ?? group[0];
  const isNamed = group.length <= namedNodes;
  const title = isNamed
    ? t('setupScreen.planOf', { host: group.map(({ hostId }) => hostName(hostId)).join(', ') })
    : t('setupScreen.samePlan', { count: group.length });
  const warnings = groupWarnings(
    group.map(({ hostId, steps }) => ({
      hostId,
      checks: steps.filter(isOpen).flatMap((step) => step.plan?.checks ?? []),
    })),
  );
  // What the refusal says already is not said again.
  const isSaid = ({ detail }: Requirement) => detail !== null && plan.refusal?.en.includes(detail.en) === true;
  const unmet = plan.requirements.filter((one) => one.outcome !== 'pass' && !isSaid(one));
  return (
    <section className={classes.group} aria-label={title}>
      <div className={classes.groupHead}>
        <h2>{title}</h2>
        {group.length > 1 && (
          <Select
            aria-label={t('setupScreen.shownNode')}
            size="xs"
            w={220}
            data={group.map(({ hostId }) => ({
              value: hostId,
              label: t('setupScreen.asOn', { host: hostName(hostId) }),
            }))}
            value={plan.hostId}
            allowDeselect={false}
            searchable={group.length > 10}
            onChange={(hostId) => hostId && setShownId(hostId)}
          />
        )}
        <ExportMenu planId={plan.id} />
      </div>
      {!isNamed && <div className={classes.names}>{group.map(({ hostId }) => hostName(hostId)).join(', ')}</div>}
      {plan.refusal && <StatePanel tone="denied" variant="inline" title={localized(plan.refusal)} />}
      {plan.isBlocked && <LockNotice key={plan.id} hostId={plan.hostId} onTaken={onPlanAgain} />}
      {unmet.map(({ id, title, outcome, detail }) => (
        <div key={id} className={classes.warning}>
          <StateBadge tone={outcome === 'fail' ? 'bad' : 'unknown'} variant="plain">
            {localized(title)}
          </StateBadge>
          {detail && <div className={classes.words}>{localized(detail)}</div>}
        </div>
      ))}
      {plan.steps.length > 0 && <PlanSummary plan={plan} />}
      {plan.steps.length > 0 && <VersionsView hostId={plan.hostId} round={round} />}
      {warnings.map(({ title, detail, hostIds }) => (
        <div key={hostIds.join() + title.en + detail.en} className={classes.warning}>
          <StateBadge tone="warn" variant="plain">
            {localized(title)}
            {hostIds.length < group.length && `: ${hostIds.map(hostName).join(', ')}`}
          </StateBadge>
          <div className={classes.words}>{localized(detail)}</div>
        </div>
      ))}
      {plan.steps.length > 0 && (
        <ol className={classes.steps} aria-label={localized(info.title)}>
          {foldedSteps(plan.steps).map((steps) =>
            steps.length === 1 ? (
              <StepPlan key={steps[0].id} step={steps[0]} />
            ) : (
              <LeftOutSteps key={steps[0].id} steps={steps} />
            ),
          )}
        </ol>
      )}
      {plan.packages.length > 0 && <PackageList packages={plan.packages} />}
    </section>
  );
}
