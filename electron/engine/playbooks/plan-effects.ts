import type { ActionInfo, ActionRun } from '#shared/domain/action';
import type { NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { GpuUser } from '#shared/domain/gpu-memory';
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
  const reaches = open.map((step) => reachOf(step, infos.get(step.actionId)));
  const endsAll =
    restartCount > 0 || services.has('docker') || services.has('containerd') || reaches.includes('containers');
  const named = reaches.flatMap((reach) => (Array.isArray(reach) ? reach : []));
  const running = facts.docker?.containers?.filter(({ state }) => state === null || state === 'running') ?? null;
  const ending = running?.filter((one) => endsAll || named.includes(nameOf(one)) || named.includes(one.id)) ?? null;
  const touchesContainers = facts.docker !== undefined && (endsAll || named.length > 0);
  const images = open.flatMap(({ id, actionId, plan }) => {
    const image = infos.get(actionId)?.image;
    return image && plan?.parameters.image === undefined && pulls(plan) ? [{ step: id, ...image }] : [];
  });
  return {
    restartCount,
    services: [...services].map(([name, of]) => ({ name, steps: of })),
    jobs: jobsOf(
      facts,
      restartCount > 0 || reaches.includes('everybody') ? 'everybody' : touchesContainers ? ending : [],
    ),
    containers: touchesContainers ? (ending?.map(nameOf) ?? null) : [],
    images,
    space: spaceOf(
      [
        ['/var/cache', packages.length === 0 ? 0 : (downloadBytes ?? 0)],
        ['/usr', packages.length === 0 ? 0 : (diskBytes ?? 0)],
        [facts.docker?.rootDir ?? '/var/lib/docker', unpacked * images.reduce((all, one) => all + one.fromBytes, 0)],
      ],
      facts,
    ),
  };
}

/** What an image takes on disk, of what is downloaded: layers are compressed to about half. */
const unpacked = 2;

type Running = NonNullable<NonNullable<NodeFacts['docker']>['containers']>;

/**
 * Whom a step interrupts: everybody on the GPUs, all containers, containers by name, nobody. What only says that it ends processes is
 * believed to end all, unless its commands say which containers.
 */
function reachOf(
  { plan, restartsNode }: PlaybookStepPlan,
  info: ActionInfo | undefined,
): 'everybody' | 'containers' | readonly string[] {
  if (restartsNode) return 'everybody';
  if (info?.interruptsJobs !== true) return [];
  if (info.interrupts !== 'process') return 'everybody';
  if (info.restarts?.some((name) => name === 'docker' || name === 'containerd')) return 'containers';
  const commands = dockerCommands(plan);
  if (commands.length > 0)
    return commands.flatMap(([, verb = '', ...words]) => (ending.includes(verb) ? words.slice(-1) : []));
  return info.image ? 'containers' : 'everybody';
}

const ending = ['stop', 'restart', 'kill', 'rm'];

function dockerCommands(plan: PlaybookStepPlan['plan']): (readonly string[])[] {
  return (plan?.steps ?? []).flatMap((step) =>
    step.kind === 'command' && step.argv[0] === 'docker' ? [step.argv] : [],
  );
}

/** One whose commands can't be told yet may. */
function pulls(plan: PlaybookStepPlan['plan']): boolean {
  const commands = dockerCommands(plan);
  return commands.length === 0 || commands.some(([, verb]) => verb === 'pull');
}

function jobsOf(facts: NodeFacts, of: 'everybody' | Running | null): GpuUser[] | null {
  if (of !== 'everybody' && of?.length === 0) return [];
  const users = usersOf(facts, null);
  if (of === 'everybody' || users === null) return users;
  if (of === null) return users.length === 0 ? [] : null;
  return users.filter(({ cgroup }) => cgroup !== null && of.some(({ id }) => cgroup.includes(id)));
}

const nameOf = ({ name, id }: { name: string | null; id: string }): string => name ?? id.slice(0, 12);

/** Downloads lie below /var/cache, what is installed mostly below /usr. What removes more than it brings needs nothing. */
function spaceOf(wanted: readonly (readonly [path: string, bytes: number])[], facts: NodeFacts): PlanEffects['space'] {
  const mounts = facts['file-systems']?.fileSystems ?? [];
  const needs = new Map<string, PlanEffects['space'][number]>();
  for (const [path, bytes] of wanted) {
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
