import type { ActionPlan } from '#shared/domain/action';

export interface PlanGroup {
  readonly hostIds: readonly string[];
  /** The plan of the first of them: what is done on the others is the same. */
  readonly plan: ActionPlan;
}

/** Nodes on which just the same would be run and come of it, the biggest group first. Pure. */
export function planGroups(plans: readonly ActionPlan[]): PlanGroup[] {
  const groups = new Map<string, { hostIds: string[]; plan: ActionPlan }>();
  for (const plan of plans) {
    const steps = plan.steps.map((step) => (step.kind === 'command' ? step.commandLine : [step.path, step.diff]));
    const key = JSON.stringify([steps, plan.values?.map(({ current, wanted }) => [current.en, wanted.en])]);
    const group = groups.get(key);
    if (group) group.hostIds.push(plan.hostId);
    else groups.set(key, { hostIds: [plan.hostId], plan });
  }
  return [...groups.values()].sort((a, b) => b.hostIds.length - a.hostIds.length);
}
