import type { ActionPlan } from '#shared/domain/action';

export interface PlanGroup {
  /** Each names the GPUs and the boot of its own node; apart from that they do the same. */
  readonly plans: readonly [ActionPlan, ...ActionPlan[]];
}

export type GroupWarning = Pick<ActionPlan['checks'][number], 'title' | 'detail'> & { readonly hostIds: string[] };

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Nodes on which just the same would be run and come of it, the biggest group first. Pure. */
export function planGroups(plans: readonly ActionPlan[]): PlanGroup[] {
  const groups = new Map<string, [ActionPlan, ...ActionPlan[]]>();
  for (const plan of plans) {
    const steps = plan.steps.map((step) => (step.kind === 'command' ? step.commandLine : [step.path, step.diff]));
    const what = JSON.stringify([steps, plan.values?.map(({ current, wanted }) => [current.en, wanted.en])]);
    const key = what.replaceAll(uuid, '…');
    const group = groups.get(key);
    if (group) group.push(plan);
    else groups.set(key, [plan]);
  }
  return [...groups.values()].map((one) => ({ plans: one })).sort((a, b) => b.plans.length - a.plans.length);
}

/** What plans warn of, each with the nodes it is said of: who uses the GPUs is another one on every node. */
export function groupWarnings(plans: readonly ActionPlan[]): GroupWarning[] {
  const warnings = new Map<string, GroupWarning>();
  for (const { hostId, checks } of plans) {
    for (const { title, detail, outcome } of checks) {
      if (outcome !== 'warn') continue;
      const key = JSON.stringify([title.en, detail.en]);
      const known = warnings.get(key);
      if (known) known.hostIds.push(hostId);
      else warnings.set(key, { title, detail, hostIds: [hostId] });
    }
  }
  return [...warnings.values()];
}
