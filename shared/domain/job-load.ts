import { z } from 'zod';
import { inCpuList } from './cpu-list';
import type { GpuFacts, GpuProcessEnvironmentFacts, GpuTopologyFacts } from './facts/gpu';
import { type Reading, seriesOf, spanOf } from './facts/readings';
import type { ProcessesFacts, ProcessFact } from './facts/system';

/** What a process with a GPU did with the processors while it was watched. Cores: 1 is one core all the time. */
export const jobLoadSchema = z.object({
  pid: z.number(),
  user: z.string().nullable(),
  commandLine: z.string().nullable(),
  gpuIndexes: z.array(z.number()),
  /** Of its own, with all its threads. Null: not seen twice, or the counter went back. */
  cores: z.number().nullable(),
  /** Waited inside the kernel (state D) in at least half of the readings: for storage or for the driver. */
  isWaiting: z.boolean(),
  /** Processes that it started and that have no GPU of their own: data loaders, tokenizers. */
  workers: z.number(),
  busyWorkers: z.number(),
  waitingWorkers: z.number(),
  /** In every reading (at least five) it ran on a processor that is not the GPU's own. Null: not known. */
  isFarFromGpu: z.boolean().nullable(),
});
export type JobLoad = z.infer<typeof jobLoadSchema>;

/** A worker that takes so much of a core has no time to spare. */
const BUSY_CORES = 0.9;
const READINGS_TO_CALL_IT_FAR = 5;

/** Watches the processes that the driver lists on GPUs, and their children, over readings of probe `processes`. */
export function jobLoads(options: {
  readings: readonly Reading<ProcessesFacts>[];
  gpu: GpuFacts;
  topology: GpuTopologyFacts | null;
}): JobLoad[] {
  const { readings, gpu, topology } = options;
  const gpusOf = new Map<number, number[]>();
  for (const { index, processes } of gpu.gpus) {
    for (const { pid, kind } of processes ?? []) {
      if (kind !== 'G') gpusOf.set(pid, [...(gpusOf.get(pid) ?? []), index]);
    }
  }
  const last = readings.at(-1)?.facts.processes ?? [];
  return [...gpusOf].flatMap(([pid, gpuIndexes]): JobLoad[] => {
    const process = last.find((one) => one.pid === pid);
    if (process === undefined) return [];
    const workers = childrenOf(pid, last).filter((one) => !gpusOf.has(one.pid));
    return [
      {
        pid,
        user: process.user ?? null,
        commandLine: process.commandLine ?? null,
        gpuIndexes,
        cores: coresOf(pid, readings),
        isWaiting: waits(pid, readings),
        workers: workers.length,
        busyWorkers: workers.filter((one) => (coresOf(one.pid, readings) ?? 0) >= BUSY_CORES).length,
        waitingWorkers: workers.filter((one) => waits(one.pid, readings)).length,
        isFarFromGpu: isFar(pid, gpuIndexes, readings, topology),
      },
    ];
  });
}

/** All that descend from a process; of a loop in what was read each once. */
function childrenOf(pid: number, processes: readonly ProcessFact[]): ProcessFact[] {
  const byParent = new Map<number, ProcessFact[]>();
  for (const one of processes) {
    if (one.parentPid != null) byParent.set(one.parentPid, [...(byParent.get(one.parentPid) ?? []), one]);
  }
  const found = new Map<number, ProcessFact>();
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of byParent.get(parent) ?? []) {
      if (child.pid === pid || found.has(child.pid)) continue;
      found.set(child.pid, child);
      open.push(child.pid);
    }
  }
  return [...found.values()];
}

/** A PID that was given out anew in between has run for less time than has passed. */
function coresOf(pid: number, readings: readonly Reading<ProcessesFacts>[]): number | null {
  const span = spanOf(seenOf(pid, readings));
  if (span === null) return null;
  const { first, last, seconds } = span;
  const [before, after] = [first.cpuSeconds ?? null, last.cpuSeconds ?? null];
  const isOther = (last.elapsedSeconds ?? 0) < (first.elapsedSeconds ?? 0);
  if (before === null || after === null || after < before || isOther) return null;
  return (after - before) / seconds;
}

function waits(pid: number, readings: readonly Reading<ProcessesFacts>[]): boolean {
  const seen = seenOf(pid, readings);
  return seen.length > 1 && seen.filter(({ facts }) => facts.state?.startsWith('D')).length * 2 >= seen.length;
}

function isFar(
  pid: number,
  gpuIndexes: readonly number[],
  readings: readonly Reading<ProcessesFacts>[],
  topology: GpuTopologyFacts | null,
): boolean | null {
  const near = (topology?.devices ?? []).flatMap(({ kind, gpuIndex, cpuAffinity }) =>
    kind === 'gpu' && gpuIndex !== null && gpuIndexes.includes(gpuIndex) ? [cpuAffinity] : [],
  );
  const cpus = seenOf(pid, readings).map(({ facts }) => facts.lastCpu ?? null);
  if (near.length < gpuIndexes.length || cpus.length < READINGS_TO_CALL_IT_FAR) return null;
  const isNear = cpus.map((cpu) =>
    cpu === null ? null : near.map((list) => (list == null ? null : inCpuList(cpu, list))),
  );
  if (isNear.some((one) => one === null || one.includes(null))) return null;
  return isNear.every((one) => one?.every((known) => known === false));
}

function seenOf(pid: number, readings: readonly Reading<ProcessesFacts>[]): Reading<ProcessFact>[] {
  return seriesOf(readings, ({ processes }) => processes.find((one) => one.pid === pid));
}

/** How many threads processes with a GPU were told to use. */
export const threadChoiceSchema = z.object({
  pid: z.number(),
  choice: z.enum(['one-thread', 'too-many']),
  threads: z.number(),
  processes: z.number(),
});

type ThreadChoice = z.infer<typeof threadChoiceSchema>;

/**
 * OMP_NUM_THREADS of processes that have a GPU open: 1 where torchrun set it because nobody else did (it does so for more
 * than one process a node), or together more threads than the node has processors.
 */
export function threadChoices(
  environment: Pick<GpuProcessEnvironmentFacts, 'processes'>,
  logicalCpus: number | null,
): ThreadChoice[] {
  const told = environment.processes.flatMap(({ pid, variables }) => {
    const threads = /^\d{1,5}$/.test(variables.OMP_NUM_THREADS ?? '') ? Number(variables.OMP_NUM_THREADS) : null;
    const ranks = Number(variables.LOCAL_WORLD_SIZE ?? 1);
    return threads === null ? [] : [{ pid, threads, ranks }];
  });
  const sum = told.reduce((total, { threads }) => total + threads, 0);
  return told.flatMap(({ pid, threads, ranks }): ThreadChoice[] => {
    if (threads === 1 && ranks > 1) return [{ pid, choice: 'one-thread', threads, processes: told.length }];
    const isTooMany = threads > 1 && logicalCpus !== null && sum > logicalCpus;
    return isTooMany ? [{ pid, choice: 'too-many', threads, processes: told.length }] : [];
  });
}
