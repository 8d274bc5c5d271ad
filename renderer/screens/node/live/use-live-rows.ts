import { useState } from 'react';
import type { LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { engine } from '../../../rpc/client';
import { useStream } from '../../../rpc/use-stream';
import { useVisibleSinceMs } from '../../../rpc/use-visible-since';

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

/** The newest values of a node by subject; a row stays the same object until it changes. The node is sampled every second for it, while the window can be seen. */
export function useLiveRows(hostId: string): LiveRows {
  const [rows, setRows] = useState(none);
  const isVisible = useVisibleSinceMs() !== null;
  useStream(
    isVisible ? `telemetry/live/${hostId}` : null,
    (signal) => engine.telemetry.live({ hostIds: [hostId], metrics: [...liveMetrics] }, { signal }),
    (arrived) =>
      setRows((known) => {
        const next = new Map(known);
        for (const row of arrived.flat()) next.set(row.subject, row);
        return next;
      }),
  );
  return rows;
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
