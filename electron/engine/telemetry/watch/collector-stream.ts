import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from '../../hosts/host';
import type { ByNodeClock, CollectorRun } from '../collectors/collector';
import { ClockAligner } from './clock-aligner';
import { LineSplitter } from './line-splitter';

/** A stream that says nothing for so many intervals has stalled; a busy node may skip a few. */
const STALL_INTERVALS = 6;
const STALL_AT_LEAST_MS = 15_000;
const RESTART_FIRST_MS = 1000;
const RESTART_AT_MOST_MS = 60_000;

export type StreamEnd =
  /** The command ended by itself; `lastWords` is what it printed that was no sample. */
  | { readonly reason: 'ended'; readonly lastWords: string }
  | { readonly reason: 'stalled' }
  | { readonly reason: 'lost' };

/** What was read, by this workstation's clock. */
export type Dated<T extends ByNodeClock> = Omit<T, 'nodeMs'> & { readonly atMs: number };

export interface CollectorStreamOptions<T extends ByNodeClock> {
  readonly host: Host;
  readonly intervalMs: number;
  /** Says something only when there is something to say: silence is no stall. */
  readonly isQuiet?: boolean;
  /** Fresh for each start: a reader remembers. */
  readonly start: () => CollectorRun<T>;
  readonly nowMs: () => number;
  readonly onRead: (read: readonly Dated<T>[]) => void;
  readonly onBytes?: (bytes: number) => void;
  /** Told each time it starts, with its number on the node. */
  readonly onStart?: (pid: number) => void;
  /** One that remembers over restarts; not given: a fresh one for each start. */
  readonly clock?: ClockAligner;
  /** Told when samples stop, once until they come again. */
  readonly onStop: (end: StreamEnd) => void;
}

/** Says its number, then becomes the command, so that what it costs can be read later. */
const PID_FIRST = 'echo "= pid $$"; exec "$@"';

/** Runs one collector on a node until `signal`: what ends or stalls is started again, later each time it fails at once. */
export async function runCollector<T extends ByNodeClock>(
  options: CollectorStreamOptions<T>,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = RESTART_FIRST_MS;
  let isStopped = false;
  const onRead = (read: readonly Dated<T>[]): void => {
    isStopped = false;
    waitMs = RESTART_FIRST_MS;
    options.onRead(read);
  };
  while (!signal.aborted) {
    const end = await runOnce({ ...options, onRead }, signal);
    if (signal.aborted || end === null) return;
    if (!isStopped) options.onStop(end);
    isStopped = true;
    await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
    waitMs = Math.min(waitMs * 2, RESTART_AT_MOST_MS);
  }
}

/** Null when it was told to end. */
async function runOnce<T extends ByNodeClock>(
  {
    host,
    intervalMs,
    isQuiet = false,
    start,
    nowMs,
    onRead,
    onBytes,
    onStart,
    clock = new ClockAligner(),
  }: CollectorStreamOptions<T>,
  signal: AbortSignal,
): Promise<StreamEnd | null> {
  const { argv, reader } = start();
  const splitter = new LineSplitter();
  const stall = new AbortController();
  let lastWords = '';
  const stallMs = Math.max(STALL_AT_LEAST_MS, intervalMs * STALL_INTERVALS);
  const watch = (): NodeJS.Timeout | undefined => (isQuiet ? undefined : setTimeout(() => stall.abort(), stallMs));
  let watchdog = watch();
  try {
    const command = ['sh', '-c', PID_FIRST, 'sh', ...argv] as const;
    for await (const chunk of host.stream(command, { signal: AbortSignal.any([signal, stall.signal]) })) {
      onBytes?.(chunk.length);
      const arrivedMs = nowMs();
      const dated: Dated<T>[] = [];
      for (const line of splitter.push(chunk)) {
        const pid = /^= pid (\d{1,10})$/.exec(line)?.[1];
        if (pid !== undefined) {
          onStart?.(Number(pid));
          continue;
        }
        const read = reader.read(line);
        if (read.length === 0 && line.trim() !== '') lastWords = line.slice(0, 300);
        for (const { nodeMs, ...rest } of read) {
          dated.push({ ...rest, atMs: nodeMs === null ? arrivedMs : clock.align(nodeMs, arrivedMs) });
        }
      }
      if (dated.length === 0) continue;
      clearTimeout(watchdog);
      watchdog = watch();
      onRead(dated);
    }
    return signal.aborted ? null : { reason: 'ended', lastWords };
  } catch {
    if (signal.aborted) return null;
    return stall.signal.aborted ? { reason: 'stalled' } : { reason: 'lost' };
  } finally {
    clearTimeout(watchdog);
  }
}
