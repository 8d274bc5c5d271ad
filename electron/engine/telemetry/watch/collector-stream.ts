import { setTimeout as pause } from 'node:timers/promises';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { Host } from '../../hosts/host';
import type { CollectorRun } from '../collectors/collector';
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

export interface CollectorStreamOptions {
  readonly host: Host;
  readonly intervalMs: number;
  /** Fresh for each start: a reader remembers. */
  readonly start: () => CollectorRun;
  readonly nowMs: () => number;
  readonly onFrames: (frames: readonly Frame[]) => void;
  readonly onBytes: (bytes: number) => void;
  readonly onSetBack: (byMs: number) => void;
  /** Told when samples stop, once until they come again. */
  readonly onStop: (end: StreamEnd) => void;
}

/** Runs one collector on a node until `signal`: what ends or stalls is started again, later each time it fails at once. */
export async function runCollector(options: CollectorStreamOptions, signal: AbortSignal): Promise<void> {
  let waitMs = RESTART_FIRST_MS;
  let isStopped = false;
  const onFrames = (frames: readonly Frame[]): void => {
    isStopped = false;
    waitMs = RESTART_FIRST_MS;
    options.onFrames(frames);
  };
  while (!signal.aborted) {
    const end = await runOnce(options, onFrames, signal);
    if (signal.aborted || end === null) return;
    if (!isStopped) options.onStop(end);
    isStopped = true;
    await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
    waitMs = Math.min(waitMs * 2, RESTART_AT_MOST_MS);
  }
}

/** Null when it was told to end. */
async function runOnce(
  { host, intervalMs, start, nowMs, onBytes, onSetBack }: CollectorStreamOptions,
  onFrames: (frames: readonly Frame[]) => void,
  signal: AbortSignal,
): Promise<StreamEnd | null> {
  const { argv, reader } = start();
  const splitter = new LineSplitter();
  const clock = new ClockAligner(onSetBack);
  const stall = new AbortController();
  let lastWords = '';
  const stallMs = Math.max(STALL_AT_LEAST_MS, intervalMs * STALL_INTERVALS);
  let watchdog = setTimeout(() => stall.abort(), stallMs);
  try {
    for await (const chunk of host.stream(argv, { signal: AbortSignal.any([signal, stall.signal]) })) {
      onBytes(chunk.length);
      const arrivedMs = nowMs();
      const frames: Frame[] = [];
      for (const line of splitter.push(chunk)) {
        const read = reader.read(line);
        if (read.length === 0 && line.trim() !== '') lastWords = line.slice(0, 300);
        for (const { subject, layout, nodeMs, values } of read) {
          frames.push({ subject, layout, values, atMs: nodeMs === null ? arrivedMs : clock.align(nodeMs, arrivedMs) });
        }
      }
      if (frames.length === 0) continue;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => stall.abort(), stallMs);
      onFrames(frames);
    }
    return signal.aborted ? null : { reason: 'ended', lastWords };
  } catch {
    if (signal.aborted) return null;
    return stall.signal.aborted ? { reason: 'stalled' } : { reason: 'lost' };
  } finally {
    clearTimeout(watchdog);
  }
}
