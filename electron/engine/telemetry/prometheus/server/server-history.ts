import { z } from 'zod';
import type { SeriesRef } from '#shared/contract/telemetry';
import { subjectOf } from '#shared/domain/telemetry/frame';
import { type MetricId, metricIds, metricSpec } from '#shared/domain/telemetry/metrics';
import { measuredValue, metricsByName, prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { subjectOfLabels } from '#shared/domain/telemetry/subject-of-labels';
import type { SampleColumn } from '../../store/foreign-samples';
import type { RawSeries, SeriesRange } from '../../store/read-series';
import type { ColumnsWanted, Stretch, SubjectMetrics } from '../../store/samples-elsewhere';
import { isCounter } from '../../store/tiers';
import { labelText } from '../exposition';
import { type Labels, subjectLabels } from '../served-nodes';
import type { ServerClient } from './server-client';
import { type ServerSeries, selectorOf, serverSamples, serverSeries } from './server-samples';

/** Up to so fine a drawing every sample is fetched, so that it is drawn as from the store of this workstation. */
const RAW_STEP_MS = 10_000;
/** So that an answer has a few megabytes at most: it is read in one go. */
const HOSTS_AT_ONCE = 16;
const METRICS_AT_ONCE = 8;

type Fold = 'min_over_time' | 'avg_over_time' | 'max_over_time' | 'last_over_time';

const answerSchema = z.object({
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      values: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
});

/** A series as it was sent to the server, of a part of the range that is drawn. Throws InvalidError. */
export async function collectServerSeries(
  client: ServerClient,
  { hostId, subject, metric }: SeriesRef,
  { fromMs, toMs }: Stretch,
  range: SeriesRange,
  signal?: AbortSignal,
): Promise<RawSeries> {
  const matchers = { gantry_host: hostId, ...subjectLabels(subject) };
  const stepMs = Math.max(1000, Math.ceil((range.toMs - range.fromMs) / Math.max(1, range.points)));
  if (stepMs <= RAW_STEP_MS) {
    const selector = selectorOf([prometheusName(metric).name], matchers);
    const values = samplesOf(await serverSamples(client, selector, fromMs, toMs, signal), metric);
    return seriesOf(values, 0, (value) => [value, value, value]);
  }
  const steps = { fromMs, stepMs, count: Math.ceil((toMs - fromMs) / stepMs) };
  const over = async (fold: Fold): Promise<Array<readonly [number, number]>> =>
    samplesOf(await folded(client, fold, metric, labelText(matchers).slice(1, -1), steps, signal), metric);
  if (isCounter(metric)) {
    // How far it was at the end of each step.
    const last = (await over('last_over_time')).map(([endMs, value]) => [endMs - 1, value] as const);
    return seriesOf(last, stepMs, (value) => [value, value, value]);
  }
  const [least, mean, greatest] = await Promise.all(
    (['min_over_time', 'avg_over_time', 'max_over_time'] as const).map(over),
  );
  const [leastAt, greatestAt] = [new Map(least), new Map(greatest)];
  const begun = (mean ?? []).map(([endMs, value]) => [endMs - stepMs, value] as const);
  return seriesOf(begun, stepMs, (value, startMs) => [
    leastAt.get(startMs + stepMs) ?? value,
    value,
    greatestAt.get(startMs + stepMs) ?? value,
  ]);
}

/** Every sample of a range, or what tells of each step of a tier, by subject and metric. Throws InvalidError. */
export async function serverColumns(
  client: ServerClient,
  { hostIds, subject, metrics, fromMs, toMs, tierMs }: ColumnsWanted,
  signal?: AbortSignal,
): Promise<SampleColumn[]> {
  const isOfSubject = (metric: MetricId): boolean =>
    subject === null || metricSpec(metric).subject === subjectOf(subject).kind;
  const wanted = (metrics ?? metricIds).filter(isOfSubject);
  const more = subject === null ? {} : subjectLabels(subject);
  const columns: SampleColumn[] = [];
  for (const hosts of inGroups(hostIds, HOSTS_AT_ONCE)) {
    for (const some of inGroups(wanted, tierMs > 0 ? 1 : METRICS_AT_ONCE)) {
      const [metric] = some;
      const matchers = [hostMatcher(hosts), labelText(more).slice(1, -1)].filter((text) => text !== '').join(',');
      const steps = { fromMs, stepMs: tierMs, count: Math.ceil((toMs - fromMs) / Math.max(1, tierMs)) };
      const found =
        tierMs > 0 && metric
          ? await folded(client, foldOf(metric), metric, matchers, steps, signal)
          : await serverSamples(client, `{${nameMatcher(some)},${matchers}}`, fromMs, toMs, signal);
      for (const { ref, alike } of bySubject(found)) {
        const samples = samplesOf(alike, ref.metric);
        columns.push({
          ...ref,
          // The last moment of a step.
          times: samples.map(([atMs]) => (tierMs > 0 ? atMs - 1 : atMs)),
          values: samples.map(([, value]) => value),
        });
      }
    }
  }
  return columns;
}

/** Of what the server has samples of hosts. */
export async function serverSubjects(
  client: ServerClient,
  hostIds: readonly string[],
  metrics: readonly MetricId[] | null,
  { fromMs, toMs }: Stretch,
  signal?: AbortSignal,
): Promise<SubjectMetrics[]> {
  const names = nameMatcher(metrics ?? metricIds);
  const subjects = new Map<string, SubjectMetrics>();
  for (const hosts of inGroups(hostIds, HOSTS_AT_ONCE)) {
    const found = await serverSeries(client, `{${names},${hostMatcher(hosts)}}`, fromMs, toMs, signal);
    for (const { ref } of bySubject(found.map((labels) => ({ labels, samples: [] })))) {
      const { hostId, subject, metric } = ref;
      const known = subjects.get(`${hostId} ${subject}`);
      if (known) known.metrics.push(metric);
      else subjects.set(`${hostId} ${subject}`, { hostId, subject, metrics: [metric] });
    }
  }
  return [...subjects.values()];
}

/** What tells of a step, as in the store here: see sumUp and MomentReader. */
function foldOf(metric: MetricId): Fold {
  if (isCounter(metric)) return 'last_over_time';
  return metricSpec(metric).unit === 'bits' ? 'max_over_time' : 'avg_over_time';
}

function nameMatcher(metrics: readonly MetricId[]): string {
  return `__name__=~"${[...new Set(metrics.map((metric) => prometheusName(metric).name))].join('|')}"`;
}

function hostMatcher(hostIds: readonly string[]): string {
  return `gantry_host=~"${hostIds.map((hostId) => hostId.replace(/[^\w-]/g, '.')).join('|')}"`;
}

function inGroups<Item>(items: readonly Item[], most: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most));
}

/** What was sent of one metric of one subject, also where a label such as the GPU's number changed on the way. */
function bySubject(found: readonly ServerSeries[]): Array<{ ref: SeriesRef; alike: ServerSeries[] }> {
  const groups = new Map<string, { ref: SeriesRef; alike: ServerSeries[] }>();
  for (const series of found) {
    const ref = refOf(series.labels);
    if (!ref) continue;
    const key = JSON.stringify([ref.hostId, ref.subject, ref.metric]);
    const known = groups.get(key);
    if (known) known.alike.push(series);
    else groups.set(key, { ref, alike: [series] });
  }
  return [...groups.values()];
}

function refOf(labels: Labels): SeriesRef | null {
  const metric = metricsByName().get(labels.__name__ ?? '');
  if (!metric || labels.gantry_host === undefined) return null;
  const subject = subjectOfLabels(metricSpec(metric).subject, labels);
  return 'key' in subject ? { hostId: labels.gantry_host, subject: subject.key, metric } : null;
}

/** In the order of time, in our unit. */
function samplesOf(found: readonly ServerSeries[], metric: MetricId): Array<readonly [atMs: number, value: number]> {
  const { scale } = prometheusName(metric);
  const values = new Map(found.flatMap(({ samples }) => samples));
  return [...values]
    .map(([atMs, value]) => [atMs, measuredValue(value, scale)] as const)
    .sort(([one], [other]) => one - other);
}

function seriesOf(
  found: ReadonlyArray<readonly [atMs: number, value: number]>,
  tierMs: number,
  spanOf: (value: number, atMs: number) => readonly [least: number, mean: number, greatest: number],
): RawSeries {
  const spans = found.map(([atMs, value]) => spanOf(value, atMs));
  return {
    times: found.map(([atMs]) => atMs),
    least: spans.map(([least]) => least),
    mean: spans.map(([, mean]) => mean),
    greatest: spans.map(([, , greatest]) => greatest),
    tierMs,
  };
}

interface Steps {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** What a function makes of each step, at its end; a step of which nothing is known is left out. */
async function folded(
  client: ServerClient,
  fold: Fold,
  metric: MetricId,
  matchers: string,
  { fromMs, stepMs, count }: Steps,
  signal?: AbortSignal,
): Promise<ServerSeries[]> {
  if (count === 0) return [];
  const { name } = prometheusName(metric);
  const parameters = [
    ['query', `${fold}(${name}{${matchers}}[${stepMs}ms])`],
    ['start', String((fromMs + stepMs) / 1000)],
    ['end', String((fromMs + count * stepMs) / 1000)],
    ['step', String(stepMs / 1000)],
  ] as const;
  const { result } = answerSchema.parse(await client.ask('/api/v1/query_range', parameters, signal));
  return result.map(({ metric: labels, values }) => ({
    // Most functions drop the name.
    labels: { ...labels, __name__: name },
    samples: values.map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)] as const),
  }));
}
