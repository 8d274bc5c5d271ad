export type ProcessState = 'R' | 'S' | 'D' | 'Z';

/** Memory that one process holds on one GPU. */
export interface GpuHold {
  readonly gpuIndex: number;
  readonly memoryMib: number;
  readonly gpuInstanceId: number | null;
}

/** A process of the simulated node: an entity of the model, never one of this machine. */
export interface SimProcess {
  readonly pid: number;
  ppid: number;
  /** Name as `ps` shows it: the uid in digits when the account is gone. */
  readonly user: string;
  readonly uid: number;
  readonly executable: string;
  readonly args: readonly string[];
  state: ProcessState;
  readonly startedAtMs: number;
  readonly cgroup: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly residentMib: number;
  readonly cpuPercent: number;
  gpus: readonly GpuHold[];
  readonly utilizationPercent: number;
  readonly wavePeriodSec: number;
  /** False for one that the driver does not list (another pid namespace, a crashed one still exiting). */
  readonly isListedByDriver: boolean;
  readonly ignoresTerm: boolean;
  /** How long it takes to wind up after SIGTERM. */
  readonly termDelayMs: number;
  endsAtMs: number | null;
}

/**
 * Above the highest pid that Linux can give out (2^22), so that a signal meant for a simulated process can never reach
 * one of this machine, whatever tool sends it.
 */
export const FIRST_SIM_PID = 4_200_000;

export function isSimPid(pid: number): boolean {
  return pid >= FIRST_SIM_PID;
}
