import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { engine } from '../../rpc/client';
import { type StreamState, useStream } from '../../rpc/use-stream';
import { useVisibleSinceMs } from '../../rpc/use-visible-since';
import { useLiveValues } from '../../stores/live-values';
import { useIsReplaying } from '../../stores/replay-store';
import { cellKey, type Samples, type Watches } from './heat-cells';
import { type HeatMetric, metricsFor } from './heat-metrics';

export interface HeatData {
  /** Changed in place; `tick` tells when. */
  samples: Samples;
  /** Subjects that samples came of, by node: another object when one is new. */
  sampled: ReadonlyMap<string, ReadonlySet<string>>;
  watches: Watches;
  /** Counts what happened to samples, and seconds, in which they grow old. */
  tick: number;
  sinceMs: number;
  /** Of what time the samples of a replay are; null while it begins, and live. */
  replayedMs: number | null;
  stream: { state: StreamState; error: unknown };
}

/** What is needed to show one metric of every GPU, for as long as somebody looks. */
export function useHeatData(metric: HeatMetric): HeatData {
  const [sampled, setSampled] = useState<HeatData['sampled']>(new Map());
  const [watches, setWatches] = useState<Watches>(new Map());
  const [tick, setTick] = useState(0);
  const [openedMs] = useState(() => Date.now());
  const visibleMs = useVisibleSinceMs();
  const toldAtMs = useRef(0);
  const again = useCallback(() => setTick((count) => count + 1), []);

  const metrics = metricsFor(metric);
  const isReplaying = useIsReplaying();
  const key = `heat/${metric.id}/${isReplaying}`;
  // Values of another metric mean nothing here, nor do those of now in a replay.
  const samples = useMemo(() => ({ key, rows: new Map<string, LiveRow>(), replayedMs: null as number | null }), [key]);
  const stream = useLiveValues(key, { metrics: [...metrics] }, (rows, replayedMs) => {
    const gpus = rows.filter(({ subject }) => subject.startsWith('gpu '));
    if (replayedMs !== null) samples.rows.clear();
    samples.replayedMs = replayedMs;
    for (const row of gpus) samples.rows.set(cellKey(row.hostId, row.subject), row);
    setSampled((known) => withSubjects(known, gpus));
    toldAtMs.current = Date.now();
    again();
  });
  useStream(
    visibleMs === null ? null : 'heat/watches',
    (signal) => engine.telemetry.watchStates(undefined, { signal }),
    (batches) => setWatches(new Map(batches.at(-1)?.map((state) => [state.hostId, state]))),
  );
  useEffect(() => {
    const timer = setInterval(() => {
      // While samples come, they are what moves the clock on.
      if (document.visibilityState === 'visible' && Date.now() - toldAtMs.current > 1500) again();
    }, 1000);
    return () => clearInterval(timer);
  }, [again]);

  const sinceMs = Math.max(openedMs, visibleMs ?? 0);
  return { samples: samples.rows, sampled, watches, tick, sinceMs, replayedMs: samples.replayedMs, stream };
}

function withSubjects(known: HeatData['sampled'], rows: readonly LiveRow[]): HeatData['sampled'] {
  const fresh = rows.filter(({ hostId, subject }) => !known.get(hostId)?.has(subject));
  if (fresh.length === 0) return known;
  const next = new Map(known);
  for (const { hostId, subject } of fresh) next.set(hostId, new Set(next.get(hostId)).add(subject));
  return next;
}
