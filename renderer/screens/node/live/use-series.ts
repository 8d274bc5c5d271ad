import { useEffect, useRef } from 'react';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { TimeWindow } from '../../../charts/time-axis';
import { engine } from '../../../rpc/client';
import { type Query, useQuery } from '../../../rpc/use-query';
import { type LiveView, viewKey, windowAt } from './live-view';

export const POINTS = 300;

export interface ReadSeries {
  readonly window: TimeWindow;
  readonly bySubject: ReadonlyMap<string, DrawnSeries>;
}

interface SeriesOptions {
  readonly hostId: string;
  readonly metric: MetricId;
  readonly subjects: readonly string[];
  readonly view: LiveView;
  /** Reads nothing while it can't be seen. */
  readonly isActive: boolean;
  /** New samples come in. */
  readonly isGrowing: boolean;
}

/** A metric of some subjects over what is shown; while that is live, again as often as a point of the chart lasts. */
export function useSeries({ hostId, metric, subjects, view, isActive, isGrowing }: SeriesOptions): Query<ReadSeries> {
  const key = isActive && subjects.length > 0 ? `live/${hostId}/${metric}/${subjects.length}/${viewKey(view)}` : null;
  const query = useQuery(key, async (signal): Promise<ReadSeries> => {
    const window = windowAt(view, Date.now());
    const series = subjects.map((subject) => ({ hostId, subject, metric }));
    const drawn = await engine.telemetry.read({ series, ...window, points: POINTS }, { signal });
    return { window, bySubject: new Map(subjects.map((subject, index) => [subject, drawn[index] as DrawnSeries])) };
  });
  const isLive = view.windows.length === 0;
  const { loadedAtMs, isLoading, refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    if (key === null || !isLive || isLoading) return;
    const afterMs = isGrowing ? Math.max(2000, view.spanMs / POINTS) : 30_000;
    let timer = setTimeout(function again() {
      // Nobody sees it; it is asked again when it is seen.
      if (document.visibilityState === 'hidden') timer = setTimeout(again, 1000);
      else refetch();
    }, afterMs);
    return () => clearTimeout(timer);
  }, [key, isLive, isLoading, loadedAtMs, isGrowing, view.spanMs, refetch]);
  // What was shown stays until the new is there.
  const last = useRef<{ of: string; data: ReadSeries } | null>(null);
  const of = `${hostId}/${metric}`;
  if (query.data) last.current = { of, data: query.data };
  return { ...query, data: query.data ?? (last.current?.of === of ? last.current.data : undefined) };
}
