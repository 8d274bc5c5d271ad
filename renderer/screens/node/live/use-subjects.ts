import { useEffect, useMemo } from 'react';
import { subjectOf } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { serviceName } from '#shared/domain/telemetry/service-name';
import { useWords } from '../../../app/i18n';
import { type ChartSubject, subjectId } from '../../../charts/chart-subject';
import { engine } from '../../../rpc/client';
import { type Query, useQuery } from '../../../rpc/use-query';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';

export interface LiveSubject extends ChartSubject {
  /** What has been measured of it. */
  readonly metrics: ReadonlySet<MetricId>;
}

/** Everything that has been measured of a node, GPUs by their index first. */
export function useSubjects(hostId: string): Pick<Query<unknown>, 'data' | 'error' | 'refetch'> & {
  subjects: readonly LiveSubject[];
} {
  const { t } = useWords();
  const indexes = useGpuIndexes();
  const query = useQuery(`live-subjects/${hostId}`, (signal) =>
    engine.telemetry.subjects({ hostIds: [hostId] }, { signal }),
  );
  const { data, loadedAtMs, refetch } = query;
  // Subjects come while watching begins, and a disk or a port may come any time.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    if (!data) return;
    const timer = setTimeout(refetch, data.length === 0 ? 2000 : 15_000);
    return () => clearTimeout(timer);
  }, [data, loadedAtMs, refetch]);
  const identity = JSON.stringify(data ?? []);
  const subjects = useMemo(() => {
    const known = JSON.parse(identity) as Array<{ subject: string; metrics: MetricId[] }>;
    const listed = known.map(({ subject, metrics }) => {
      const { kind, id: name } = subjectOf(subject);
      const index = indexes.get(name);
      const label =
        kind === 'node'
          ? t('liveTab.wholeNode')
          : kind === 'gpu'
            ? t('liveTab.gpu', { index: index ?? name.slice(0, 12) })
            : kind === 'service'
              ? serviceLabel(name)
              : name;
      const id = subjectId(hostId, subject);
      return { id, hostId, key: subject, label, metrics: new Set(metrics), order: index ?? Number.MAX_SAFE_INTEGER };
    });
    return listed.sort((one, other) => one.order - other.order || one.label.localeCompare(other.label));
  }, [hostId, identity, indexes, t]);
  return { data, error: query.error, refetch, subjects };
}

function serviceLabel(id: string): string {
  const { product, place, model } = serviceName(id);
  return `${model} (${product} ${place})`;
}

/** Index by UUID, as the inventory last saw them. */
function useGpuIndexes(): ReadonlyMap<string, number> {
  const { results, stale } = useResults();
  const listed = factsOf('gpu-list', results.get('gpu-list')) ?? factsOf('gpu-list', stale.get('gpu-list'));
  return useMemo(() => new Map(listed?.gpus.map(({ uuid, index }) => [uuid, index])), [listed]);
}

export function subjectsWith(subjects: readonly LiveSubject[], metric: MetricId): LiveSubject[] {
  const { subject } = metricSpec(metric);
  return subjects.filter(({ key, metrics }) => subjectOf(key).kind === subject && metrics.has(metric));
}
