/** Nothing that is run takes this long; what says so lost its engine, whoever has its process id now. */
const staleAfterMs = 60 * 60_000;

export interface RunOwner {
  /** The process that saved the run; undefined in what an older version saved. */
  readonly ownerPid: number | undefined;
  readonly startedAtMs: number;
}

/** Whether another engine (the CLI beside the app) that still lives carries an unfinished run out. */
export function isOwnedElsewhere({ ownerPid, startedAtMs }: RunOwner, nowMs: number): boolean {
  const isStale = startedAtMs < nowMs - staleAfterMs;
  return ownerPid !== undefined && ownerPid !== process.pid && !isStale && isProcessAlive(ownerPid);
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
