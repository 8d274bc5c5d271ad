import type { ActionInfo, ActionRun } from '#shared/domain/action';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { PlanEffects, PlaybookPlan, PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { LocalizedText } from '#shared/domain/text';
import { usageProbes, usersOf } from '../actions/declared/gpu-usage';
import { say } from './words';

/** What effects are told by. */
export const effectProbes = [
  ...usageProbes,
  'gpu-holders',
  'docker',
  'file-systems',
] as const satisfies readonly ProbeId[];

const isOpen = ({ state }: PlaybookStepPlan): boolean => state === 'ready' || state === 'later';

/** What the steps that are to be done mean for who works on the node now. Pure. */
export function effectsOf(
  steps: readonly PlaybookStepPlan[],
  { packages, downloadBytes, diskBytes }: Pick<PlaybookPlan, 'packages' | 'downloadBytes' | 'diskBytes'>,
  actions: readonly ActionInfo[],
  facts: NodeFacts,
): PlanEffects {
  const open = steps.filter(isOpen);
  const infos = new Map(actions.map((action) => [action.id, action]));
  const services = new Map<string, string[]>();
  for (const { id, actionId } of open) {
    for (const name of infos.get(actionId)?.restarts ?? []) services.set(name, [...(services.get(name) ?? []), id]);
  }
  const restartCount = open.filter(({ restartsNode }) => restartsNode).length;
  const interrupts = restartCount > 0 || open.some(({ actionId }) => infos.get(actionId)?.interruptsJobs === true);
  const stopsContainers = restartCount > 0 || services.has('docker') || services.has('containerd');
  const running = facts.docker?.containers?.filter(({ state }) => state === null || state === 'running');
  return {
    restartCount,
    services: [...services].map(([name, of]) => ({ name, steps: of })),
    jobs: interrupts ? usersOf(facts, null) : [],
    containers: !stopsContainers || facts.docker === undefined ? [] : (running?.map(nameOf) ?? null),
    space: packages.length === 0 ? [] : spaceOf(downloadBytes ?? 0, diskBytes ?? 0, facts),
  };
}

const nameOf = ({ name, id }: { name: string | null; id: string }): string => name ?? id.slice(0, 12);

/** Downloads lie below /var/cache, what is installed mostly below /usr. What removes more than it brings needs nothing. */
function spaceOf(downloadBytes: number, diskBytes: number, facts: NodeFacts): PlanEffects['space'] {
  const mounts = facts['file-systems']?.fileSystems ?? [];
  const needs = new Map<string, PlanEffects['space'][number]>();
  for (const [path, bytes] of [
    ['/var/cache', downloadBytes],
    ['/usr', diskBytes],
  ] as const) {
    if (bytes <= 0) continue;
    const holding = mounts
      .filter(({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`))
      .sort((one, other) => other.mountPoint.length - one.mountPoint.length)[0];
    const mountPoint = holding?.mountPoint ?? path;
    const neededBytes = (needs.get(mountPoint)?.neededBytes ?? 0) + bytes;
    needs.set(mountPoint, { mountPoint, neededBytes, freeBytes: holding?.availableBytes ?? null });
  }
  return [...needs.values()];
}

/** Which file system is too full for it, and what to do; null: none, as far as it is known. */
export function fullDisk(space: PlanEffects['space']): LocalizedText | null {
  const full = space.find(({ neededBytes, freeBytes }) => freeBytes !== null && neededBytes > freeBytes);
  if (full === undefined) return null;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  return say('diskFull', {
    mount: full.mountPoint,
    needed: gigabytes(full.neededBytes),
    free: gigabytes(full.freeBytes ?? 0),
  });
}

/** How long verified runs of each action took, in minutes. */
export function earlierMinutes(
  runs: readonly ActionRun[],
): (actionId: string) => { median: number; runs: number } | null {
  const minutes = new Map<string, number[]>();
  for (const { plan, state, startedAtMs, finishedAtMs } of runs) {
    if (state !== 'verified' || finishedAtMs === null) continue;
    minutes.set(plan.actionId, [...(minutes.get(plan.actionId) ?? []), (finishedAtMs - startedAtMs) / 60_000]);
  }
  return (actionId) => {
    const sorted = [...(minutes.get(actionId) ?? [])].sort((one, other) => one - other);
    const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
    if (lower === undefined || upper === undefined) return null;
    return { median: Math.round(((lower + upper) / 2) * 100) / 100, runs: sorted.length };
  };
}
