import { useEffect, useMemo, useRef } from 'react';
import type { FilterError } from '#shared/domain/fleet/filter/ast';
import { compileFilter, type MatchContext, matchContext } from '#shared/domain/fleet/filter/match-filter';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../app/i18n';
import { engine } from '../../rpc/client';
import { useQuery } from '../../rpc/use-query';
import { useStream } from '../../rpc/use-stream';
import { useVisibleSinceMs } from '../../rpc/use-visible-since';
import { useMetricsView } from '../../stores/metrics-view-store';
import { useNodeGpus } from '../../stores/node-gpus';
import { useIsReplaying } from '../../stores/replay-store';
import { type Compared, comparedSubjects, shownOf } from './compared-subjects';

export interface ComparedNodes {
  /** What the filter lets through; as of the last filter that was right. */
  readonly nodes: readonly FleetNode[];
  readonly error: FilterError | null;
  readonly context: MatchContext;
}

/** The nodes that the screen's own filter lets through. */
export function useComparedNodes(rows: readonly FleetNode[]): ComparedNodes {
  const { message } = useWords();
  const filter = useMetricsView((state) => state.filter);
  const context = useMemo(() => matchContext(message, Date.now()), [message]);
  const { filter: parsed, error } = useMemo(() => parseFilter(filter), [filter]);
  const latest = useRef(parsed);
  if (!error) latest.current = parsed;
  const known = latest.current;
  const nodes = useMemo(() => {
    const matches = compileFilter(known, { ...context, nowMs: Date.now() });
    // An offline collection has no samples.
    return rows.filter((row) => row.host.spec.kind !== 'bundle' && matches(row));
  }, [rows, known, context]);
  return { nodes, error, context };
}

const AGAIN_MS = 15_000;

/** Everything that is measured of these nodes by the chosen metrics, and what of it is picked. */
export function useCompared(nodes: readonly FleetNode[]): {
  all: readonly Compared[];
  shown: readonly Compared[];
  error: unknown;
  isLoading: boolean;
  refetch: () => void;
} {
  const { t } = useWords();
  const metrics = useMetricsView((state) => state.metrics);
  const picked = useMetricsView((state) => state.picked);
  const { gpus } = useNodeGpus();
  // A status that changes makes a row another object; what is asked for stays the same.
  const named = nodes.map(({ id, host }) => ({ id, name: host.spec.name }));
  const identity = JSON.stringify(named);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the identity stands for the hosts
  const hosts = useMemo(() => named, [identity]);
  const key = hosts.length === 0 || metrics.length === 0 ? null : `compared/${identity}/${metrics.join(' ')}`;
  const query = useQuery(key, (signal) =>
    engine.telemetry.subjects({ hostIds: hosts.map(({ id }) => id), metrics: [...metrics] }, { signal }),
  );
  const { data, loadedAtMs, refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    if (key === null) return;
    let timer = setTimeout(function again() {
      if (document.visibilityState === 'hidden') timer = setTimeout(again, 1000);
      else refetch();
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [key, loadedAtMs, refetch]);
  const told = JSON.stringify(data ?? null);
  const all = useMemo(
    () => comparedSubjects(JSON.parse(told) ?? [], hosts, gpus, (index) => t('liveTab.gpu', { index })),
    [told, hosts, gpus, t],
  );
  const shown = useMemo(() => shownOf(all, picked), [all, picked]);
  return { all, shown, error: query.error, isLoading: data === undefined && key !== null, refetch };
}

/** Where someone looks at what happens now, it is sampled every second. */
export function useLookedAt(hostIds: readonly string[], isLive: boolean): void {
  const isVisible = useVisibleSinceMs() !== null;
  const isReplaying = useIsReplaying();
  const key = isLive && isVisible && !isReplaying && hostIds.length > 0 ? `metrics/look/${hostIds.join(' ')}` : null;
  useStream(
    key,
    (signal) => engine.telemetry.live({ hostIds: [...hostIds], metrics: ['gpu.temperatureC'] }, { signal }),
    () => {},
  );
}
