import type { GpuProcess } from './gpu-process';

export interface UserShare {
  readonly user: string | null;
  readonly gpus: number;
  readonly processes: number;
  /** In GPUs: two that are all busy are 200. Null where of no process it is known. */
  readonly smPercent: number | null;
  readonly memoryBytes: number | null;
}

/** One line for each user, those of nobody known last. */
export function sumByUser(processes: readonly GpuProcess[]): UserShare[] {
  const users = [...new Set(processes.map(({ user }) => user))].sort((one, other) =>
    (one ?? '\uffff').localeCompare(other ?? '\uffff'),
  );
  return users.map((user) => {
    const own = processes.filter((each) => each.user === user);
    return {
      user,
      gpus: new Set(own.map(({ gpuUuid }) => gpuUuid)).size,
      processes: new Set(own.map(({ pid }) => pid)).size,
      smPercent: sumOfKnown(own.map(({ smPercent }) => smPercent)),
      memoryBytes: sumOfKnown(own.map(({ memoryBytes }) => memoryBytes)),
    };
  });
}

/** A process with all GPUs that it is on. */
export interface ProcessShare extends Omit<GpuProcess, 'gpuUuid'> {
  readonly gpuUuids: readonly string[];
}

/** One line for each process, its memory and its share of time of all GPUs together. */
export function sumByProcess(processes: readonly GpuProcess[]): ProcessShare[] {
  const byPid = new Map<number, GpuProcess[]>();
  for (const process of processes) byPid.set(process.pid, [...(byPid.get(process.pid) ?? []), process]);
  return [...byPid.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const { gpuUuid: _, ...process } = first;
    return {
      ...process,
      gpuUuids: own.map(({ gpuUuid }) => gpuUuid),
      smPercent: sumOfKnown(own.map(({ smPercent }) => smPercent)),
      memoryBytes: sumOfKnown(own.map(({ memoryBytes }) => memoryBytes)),
      sinceMs: Math.min(...own.map(({ sinceMs }) => sinceMs)),
    };
  });
}

function sumOfKnown(values: ReadonlyArray<number | null>): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
