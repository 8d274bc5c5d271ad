import { useEffect } from 'react';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import { engine } from '../rpc/client';
import { type Query, useQuery } from '../rpc/use-query';
import { useIsReplaying } from '../stores/replay-store';
import { useReplayTick } from './shown-clock';
import { type TimeView, viewKey, windowAt } from './time-view';

const AGAIN_MS = 5000;

export interface Annotations {
  readonly annotations: Annotation[];
  readonly isCut: boolean;
}

/** What happened on hosts in what is shown; while that is live, again and again. */
export function useAnnotations(hostIds: readonly string[], view: TimeView): Query<Annotations> {
  const key = hostIds.length === 0 ? null : `annotations/${hostIds.join(' ')}/${viewKey(view)}`;
  const query = useQuery(key, (signal) =>
    engine.timeline.annotations({ hostIds: [...hostIds], ...rounded(windowAt(view)) }, { signal }),
  );
  const isReplaying = useIsReplaying();
  const isFollowing = view.windows.length === 0;
  const isLive = isFollowing && !isReplaying;
  const { loadedAtMs, refetch } = query;
  const tick = useReplayTick();
  useEffect(() => {
    if (isFollowing && tick > 0) refetch();
  }, [isFollowing, tick, refetch]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    if (!isLive || key === null) return;
    let timer = setTimeout(function again() {
      if (document.visibilityState === 'hidden') timer = setTimeout(again, 1000);
      else refetch();
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isLive, key, loadedAtMs, refetch]);
  return query;
}

function rounded({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  return { fromMs: Math.round(fromMs), toMs: Math.round(toMs) };
}
