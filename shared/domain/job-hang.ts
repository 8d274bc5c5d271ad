import { z } from 'zod';
import type { GpuFacts, GpuProcessEnvironmentFacts } from './facts/gpu';
import type { NetworkFacts } from './facts/network';
import { type Reading, spanOf } from './facts/readings';

export const hangSignatureSchema = z.object({
  /** At 95 % and more with less than 40 % of its power in every reading: a kernel that waits in a loop. */
  spinning: z.array(z.number()),
  /** In use and at 5 % or less in every reading. */
  resting: z.array(z.number()),
  /** In use, and neither. */
  working: z.array(z.number()),
  /** As `GPU 0: 100 %, 130 of 700 W`, from the last reading. */
  lines: z.array(z.string()),
  /** The same numbers, and what they are held against; `powerPercent` is of the limit. */
  gpus: z.array(
    z.object({ index: z.number(), uuid: z.string().nullable(), busyPercent: z.number(), powerPercent: z.number() }),
  ),
  limits: z.object({ waitingPercent: z.number(), waitingPowerPercent: z.number(), restingPercent: z.number() }),
});
export type HangSignature = z.infer<typeof hangSignatureSchema>;

const waitingPercent = 95;
const waitingPowerPercent = 40;
const restingPercent = 5;
/** Less than that is a moment between two steps of a job. */
const leastSeconds = 8;

/**
 * What GPUs with a process on them do. Null: fewer than two readings, too close together to tell waiting from a moment, or utilisation or
 * power of one is not told.
 */
export function hangSignature(readings: readonly Reading<GpuFacts>[]): HangSignature | null {
  const last = readings.at(-1)?.facts.gpus;
  if (readings.length < 2 || last === undefined) return null;
  const used = last.filter(({ processes }) => processes.length > 0);
  const kinds = used.map(({ uuid, index }) => {
    const seen = readings.map(({ facts }) =>
      kindOf(facts.gpus.find((one) => one.uuid === uuid && one.index === index)),
    );
    return { index, kind: seen.includes(null) ? null : seen.every((one) => one === seen[0]) ? seen[0] : 'working' };
  });
  if (kinds.some(({ kind }) => kind === null)) return null;
  const isWaiting = kinds.some(({ kind }) => kind === 'spinning');
  if (isWaiting && (spanOf(readings)?.seconds ?? 0) < leastSeconds) return null;
  const of = (wanted: string) => kinds.filter(({ kind }) => kind === wanted).map(({ index }) => index);
  return {
    spinning: of('spinning'),
    resting: of('resting'),
    working: of('working'),
    lines: used.map(
      ({ index, utilization, power }) =>
        `GPU ${index}: ${utilization.gpuPercent} %, ${Math.round(power.drawW ?? 0)} of ${Math.round(power.limitW ?? 0)} W`,
    ),
    gpus: used.map(({ index, uuid, utilization, power }) => ({
      index,
      uuid,
      busyPercent: utilization.gpuPercent ?? 0,
      powerPercent: power.limitW ? ((power.drawW ?? 0) / power.limitW) * 100 : 0,
    })),
    limits: { waitingPercent, waitingPowerPercent, restingPercent },
  };
}

function kindOf(gpu: GpuFacts['gpus'][number] | undefined): 'spinning' | 'resting' | 'working' | null {
  const busy = gpu?.utilization.gpuPercent ?? null;
  const [draw, limit] = [gpu?.power.drawW ?? null, gpu?.power.limitW ?? null];
  if (busy === null || draw === null || limit === null || limit <= 0) return null;
  if (busy <= restingPercent) return 'resting';
  return busy >= waitingPercent && (draw / limit) * 100 < waitingPowerPercent ? 'spinning' : 'working';
}

export const missingRankSchema = z.object({
  worldSize: z.number(),
  localWorldSize: z.number(),
  /** Local ranks without a process on a GPU. */
  missing: z.array(z.number()),
  pids: z.array(z.number()),
});
export type MissingRank = z.infer<typeof missingRankSchema>;

/**
 * Jobs (processes of the same world) of which a local rank is not there. Two jobs of the same size can hide one another's loss.
 */
export function missingRanks({ processes }: GpuProcessEnvironmentFacts): MissingRank[] {
  const jobs = new Map<string, { pid: number; rank: number }[]>();
  for (const { pid, variables } of processes) {
    const { WORLD_SIZE: world, LOCAL_WORLD_SIZE: local, LOCAL_RANK: rank } = variables;
    if (![world, local, rank].every((value) => /^\d{1,5}$/.test(value ?? ''))) continue;
    const key = `${world}/${local}`;
    jobs.set(key, [...(jobs.get(key) ?? []), { pid, rank: Number(rank) }]);
  }
  return [...jobs].flatMap(([key, ranks]) => {
    const [worldSize = 0, localWorldSize = 0] = key.split('/').map(Number);
    const there = new Set(ranks.map(({ rank }) => rank));
    const missing = Array.from({ length: Math.min(localWorldSize, 64) }, (_, rank) => rank).filter(
      (rank) => !there.has(rank),
    );
    return missing.length > 0 ? [{ worldSize, localWorldSize, missing, pids: ranks.map(({ pid }) => pid) }] : [];
  });
}

export const bootstrapTroubleSchema = z.object({
  pid: z.number(),
  value: z.string(),
  reason: z.enum(['missing', 'virtual', 'down']),
});
export type BootstrapTrouble = z.infer<typeof bootstrapTroubleSchema>;

/** Interfaces that other nodes can't be reached through. */
const virtualNames = /^(?:lo|docker|virbr|br-|cni|veth|kube|flannel|cali|tun|podman)/;

/** Jobs whose NCCL_SOCKET_IFNAME leads to no interface that can reach another node. A name is a prefix unless it begins with =. */
export function bootstrapTroubles(environment: GpuProcessEnvironmentFacts, network: NetworkFacts): BootstrapTrouble[] {
  return environment.processes.flatMap(({ pid, variables, files = [] }): BootstrapTrouble[] => {
    const sources = [variables, ...files.map((file) => file.variables)];
    const value = sources.map((one) => one.NCCL_SOCKET_IFNAME).find((one) => one !== undefined);
    if (value === undefined || value === '' || value.startsWith('^')) return [];
    const isExact = value.startsWith('=');
    const names = value.replace(/^=/, '').split(',');
    const found = network.interfaces.filter(({ name }) =>
      names.some((wanted) => (isExact ? name === wanted : wanted !== '' && name.startsWith(wanted))),
    );
    if (found.length === 0) return [{ pid, value, reason: 'missing' }];
    if (found.every(({ name }) => virtualNames.test(name))) return [{ pid, value, reason: 'virtual' }];
    return found.every(({ hasCarrier }) => hasCarrier === false) ? [{ pid, value, reason: 'down' }] : [];
  });
}

export const jobLimitSchema = z.object({
  pid: z.number(),
  kind: z.enum(['locked-memory', 'shared-memory']),
  bytes: z.number(),
  /** Shared memory of that size or less is too small; null: any limit is one. */
  smallBytes: z.number().nullable(),
  /** Shared memory that would be large enough and is full. */
  isFull: z.boolean(),
});
export type JobLimit = z.infer<typeof jobLimitSchema>;

/** Docker's own size of /dev/shm. Source: Docker documentation, `--shm-size`. */
const dockerSharedBytes = 64 * 1024 ** 2;

/**
 * Limits that stop NCCL: locked memory of a job over several nodes, and a /dev/shm of 64 MiB or less, or full, of one with several
 * ranks on this node. Null: of no job the limits are known.
 */
export function jobLimits({ processes }: GpuProcessEnvironmentFacts): JobLimit[] | null {
  const ranks = processes.filter(({ variables }) => Number(variables.WORLD_SIZE) > 1);
  const told = ranks.filter((one) => one.isLockedMemoryUnlimited !== undefined || one.sharedMemory !== undefined);
  if (ranks.length > 0 && told.length === 0) return null;
  return ranks.flatMap(({ pid, variables, isLockedMemoryUnlimited, lockedMemoryBytes, sharedMemory }) => {
    const [world, local] = [Number(variables.WORLD_SIZE), Number(variables.LOCAL_WORLD_SIZE)];
    const found: JobLimit[] = [];
    if (world > local && isLockedMemoryUnlimited === false && lockedMemoryBytes !== undefined)
      found.push({ pid, kind: 'locked-memory', bytes: lockedMemoryBytes, smallBytes: null, isFull: false });
    if (local > 1 && sharedMemory) {
      const { totalBytes: bytes, availableBytes } = sharedMemory;
      const isSmall = bytes <= dockerSharedBytes;
      const isFull = !isSmall && availableBytes < 16 * 1024 ** 2;
      if (isSmall || isFull) found.push({ pid, kind: 'shared-memory', bytes, smallBytes: dockerSharedBytes, isFull });
    }
    return found;
  });
}
