import type { PlaybookPlan, PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import { doingOf, groupsBy } from '../../../rollouts/plan-groups';

export type PlanGroup = readonly [PlaybookPlan, ...PlaybookPlan[]];

/** Nodes on which just the same would be done for the same reasons, the biggest group first. Pure. */
export function planGroups(plans: readonly PlaybookPlan[]): PlanGroup[] {
  return groupsBy(plans, ({ refusal, steps, packages, requirements }) => [
    refusal?.en,
    requirements.map(({ outcome, detail }) => [outcome, detail?.en]),
    steps.map(({ state, reason, plan }) => [state, reason?.en, state === 'done' || !plan ? null : doingOf(plan)]),
    packages,
  ]);
}

/** So many nodes of a group are named; of more it is said how many. */
export const namedNodes = 2;

export type GroupState = 'ready' | 'done' | 'blocked';

export function stateOf({ isBlocked, isAlreadyDone }: PlaybookPlan): GroupState {
  return isBlocked ? 'blocked' : isAlreadyDone ? 'done' : 'ready';
}

export const isOpen = ({ state }: Pick<PlaybookStepPlan, 'state'>): boolean => state === 'ready' || state === 'later';

/** What has to be thought of before the whole plan is begun. */
export function dangersOf(plans: readonly PlaybookPlan[]): { isDisruptive: boolean; isDestructive: boolean } {
  const open = plans.flatMap(({ steps }) => steps.filter(isOpen));
  const disturbs = plans.some(({ effects: { jobs, containers, services } }) =>
    [jobs, containers, services].some((what) => what === null || what.length > 0),
  );
  // Of what can't be told today nobody knows that it disturbs nobody.
  const interrupts = open.some(
    ({ plan, restartsNode }) => restartsNode || plan === null || plan.interruptsJobs || plan.risk === 'disruptive',
  );
  return {
    isDisruptive: disturbs || interrupts,
    isDestructive: open.some(({ plan }) => plan?.risk === 'destructive'),
  };
}

export type FoldedSteps = readonly [PlaybookStepPlan, ...PlaybookStepPlan[]];

/** Steps in their order; those that stand together and are left out for one reason are one. Pure. */
export function foldedSteps(steps: readonly PlaybookStepPlan[]): FoldedSteps[] {
  const folded: Array<[PlaybookStepPlan, ...PlaybookStepPlan[]]> = [];
  for (const step of steps) {
    const before = folded.at(-1);
    const isAlike = before?.[0].state === 'left-out' && before[0].reason?.en === step.reason?.en;
    if (isAlike && step.state === 'left-out') before.push(step);
    else folded.push([step]);
  }
  return folded;
}
