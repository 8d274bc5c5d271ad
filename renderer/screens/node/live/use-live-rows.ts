import { useState } from 'react';
import type { LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { engine } from '../../../rpc/client';
import { useStream } from '../../../rpc/use-stream';
import { useLiveValues } from '../../../stores/live-values';
import { useIsReplaying } from '../../../stores/replay-store';

/** What the tiles and the limits of the charts show. */
export const liveMetrics = [
  'gpu.utilizationPercent',
  'gpu.memoryUsedBytes',
  'gpu.memoryTotalBytes',
  'gpu.temperatureC',
  'gpu.temperatureMarginC',
  'gpu.powerW',
  'gpu.powerLimitW',
  'gpu.pcieReceivedBytesPerSecond',
  'gpu.pcieSentBytesPerSecond',
  'gpu.smClockMaxMhz',
  'node.cpuBusyPercent',
  'node.memoryAvailableBytes',
  'node.memoryTotalBytes',
  'service.requestsRunning',
  'service.requestsWaiting',
  'service.kvCachePercent',
  'service.generatedTokens',
  'service.firstTokenP95Seconds',
  'service.requests',
  'service.failures',
  'service.queueMeanSeconds',
  'service.requestMeanSeconds',
] as const satisfies readonly MetricId[];
export type LiveMetric = (typeof liveMetrics)[number];

export type LiveRows = ReadonlyMap<string, LiveRow>;

export function liveValue(row: LiveRow | undefined, metric: LiveMetric): number | null {
  return row?.values[liveMetrics.indexOf(metric)] ?? null;
}

const none: LiveRows = new Map();

export interface LiveData {
  readonly rows: LiveRows;
  /** Of what time they are in a replay; null: live. */
  readonly replayedMs: number | null;
  readonly isReplaying: boolean;
}

/**
 * The newest values of a node by subject, now or at the time that is played back; a row stays the same object until it
 * changes. The node is sampled every second for it, while the window can be seen.
 */
export function useLiveRows(hostId: string): LiveData {
  const isReplaying = useIsReplaying();
  const key = `${hostId}/${isReplaying}`;
  const [known, setKnown] = useState({ key, rows: none, replayedMs: null as number | null });
  useLiveValues(`rows/${hostId}`, { hostIds: [hostId], metrics: [...liveMetrics] }, (arrived, replayedMs) =>
    setKnown((before) => {
      const next = new Map(before.key === key && replayedMs === null ? before.rows : none);
      for (const row of arrived) next.set(row.subject, row);
      return { key, rows: next, replayedMs };
    }),
  );
  // What was known of now is nothing in a replay.
  return known.key === key ? { ...known, isReplaying } : { rows: none, replayedMs: null, isReplaying };
}

/** How the node is watched; null when the engine has not said it, undefined when it never watched it. */
export function useWatchState(hostId: string): WatchState | null | undefined {
  const [state, setState] = useState<WatchState | null | undefined>(null);
  useStream(
    `telemetry/watchStates/${hostId}`,
    (signal) => engine.telemetry.watchStates(undefined, { signal }),
    (arrived) => {
      const next = arrived.at(-1)?.find((each) => each.hostId === hostId);
      setState((known) => (JSON.stringify(known) === JSON.stringify(next) ? known : next));
    },
  );
  return state;
}
