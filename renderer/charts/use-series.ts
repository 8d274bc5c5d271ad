import { useEffect, useRef } from 'react';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { Outlier, SpreadSeries } from '#shared/domain/telemetry/spread';
import { engine } from '../rpc/client';
import { type Query, useQuery } from '../rpc/use-query';
import { useIsReplaying } from '../stores/replay-store';
import { type ChartSubject, subjectsKey } from './chart-subject';
import { useReplayTick } from './shown-clock';
import type { TimeWindow } from './time-axis';
import { type TimeView, viewKey, windowAt } from './time-view';

/** A chart has no more room for points. */
const POINTS = 300;
/** Named on a chart of percentiles. */
const OUTLIERS = 6;

/** A line for each subject by its id, or all of them as percentiles, outliers by their index. */
export interface ReadSeries {
  readonly window: TimeWindow;
  readonly subjects: readonly ChartSubject[];
  readonly lines: ReadonlyMap<string, DrawnSeries> | null;
  readonly spread: { readonly spread: SpreadSeries; readonly outliers: readonly Outlier[] } | null;
}

export interface SeriesOptions {
  readonly metric: MetricId;
  readonly subjects: readonly ChartSubject[];
  readonly view: TimeView;
  readonly isSpread: boolean;
  /** Reads nothing while it can't be seen. */
  readonly isActive: boolean;
  /** New samples come in. */
  readonly isGrowing: boolean;
}

/** A metric of some subjects over what is shown; while that is live, again as often as a point of the chart lasts. */
export function useSeries({ metric, subjects, view, isSpread, isActive, isGrowing }: SeriesOptions): Query<ReadSeries> {
  const of = `${metric}/${isSpread}/${subjectsKey(subjects)}`;
  const key = isActive && subjects.length > 0 ? `series/${of}/${viewKey(view)}` : null;
  const query = useQuery(key, async (signal): Promise<ReadSeries> => {
    const window = windowAt(view);
    const range = { ...window, points: POINTS };
    const refs = subjects.map(({ hostId, key: subject }) => ({ hostId, subject }));
    if (isSpread) {
      const wanted = { metric, subjects: refs, ...range, outliers: OUTLIERS };
      return { window, subjects, lines: null, spread: await engine.telemetry.readSpread(wanted, { signal }) };
    }
    const series = refs.map((ref) => ({ ...ref, metric }));
    const drawn = await engine.telemetry.read({ series, ...range }, { signal });
    const lines = new Map(subjects.map(({ id }, index) => [id, drawn[index] as DrawnSeries]));
    return { window, subjects, lines, spread: null };
  });
  const isReplaying = useIsReplaying();
  const isFollowing = view.windows.length === 0;
  const isLive = isFollowing && !isReplaying;
  const { loadedAtMs, isLoading, refetch } = query;
  const tick = useReplayTick();
  useEffect(() => {
    if (isFollowing && tick > 0) refetch();
  }, [isFollowing, tick, refetch]);
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
  if (query.data) last.current = { of, data: query.data };
  return { ...query, data: query.data ?? (last.current?.of === of ? last.current.data : undefined) };
}
