import type { ActionPlan } from '#shared/domain/action';

type Check = ActionPlan['checks'][number];

export type GroupWarning = Pick<Check, 'title' | 'detail'> & { readonly hostIds: string[] };

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Things of nodes that say the same by `what`, the biggest group first: each names the GPUs and the boot of its own node; apart
 * from that they are the same. Pure.
 */
export function groupsBy<T>(all: readonly T[], what: (one: T) => unknown): Array<readonly [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = JSON.stringify(what(one)).replaceAll(uuid, '…');
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** What a plan of an action would run, and what would come of it. */
export function doingOf({ steps, values }: ActionPlan): unknown {
  const run = steps.map((step) => (step.kind === 'command' ? step.commandLine : [step.path, step.diff]));
  return [run, values?.map(({ current, wanted }) => [current.en, wanted.en])];
}

/** What plans warn of, each with the nodes it is said of: who uses the GPUs is another one on every node. */
export function groupWarnings(
  plans: ReadonlyArray<{ readonly hostId: string; readonly checks: readonly Check[] }>,
): GroupWarning[] {
  const warnings = new Map<string, GroupWarning>();
  for (const { hostId, checks } of plans) {
    for (const { title, detail, outcome } of checks) {
      if (outcome !== 'warn') continue;
      const key = JSON.stringify([title.en, detail.en]);
      const known = warnings.get(key);
      if (!known) warnings.set(key, { title, detail, hostIds: [hostId] });
      else if (!known.hostIds.includes(hostId)) known.hostIds.push(hostId);
    }
  }
  return [...warnings.values()];
}
