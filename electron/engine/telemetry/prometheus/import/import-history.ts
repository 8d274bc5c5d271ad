import { setImmediate as rest } from 'node:timers/promises';
import { z } from 'zod';
import type { HistoryImported } from '#shared/contract/prometheus';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { measuredValue, metricsByName } from '#shared/domain/telemetry/prometheus-name';
import type { Store } from '../../../store/store';
import { dcgmValue } from '../../endpoints/dcgm-exporter';
import { type ForeignSamples, GapFiller, MINUTE_MS } from '../../store/fill-gaps';
import type { SampleStore } from '../../store/sample-store';
import type { ServerClient } from '../server/server-client';
import { type ServerSeries, selectorOf, serverSamples, serverSeries } from '../server/server-samples';
import { mapSeries, type NamedNode, type SeriesGroup, seriesKey } from './map-series';

export interface ImportWanted {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: all. */
  readonly metrics: readonly MetricId[] | null;
  readonly hostIds: readonly string[] | null;
  /** Only counts what would be taken over. */
  readonly isDry?: boolean | undefined;
}

export interface ImportDeps {
  readonly kept: () => { readonly store: Store; readonly samples: SampleStore };
  readonly nodes: readonly NamedNode[];
  readonly signal?: AbortSignal | undefined;
}

/** Asked for at once of one scrape target: some MB at most. */
const CHUNK_MS = 3_600_000;

const namesSchema = z.array(z.string());

/** Fills gaps of the store with what a server has. What is there already stays as it is, so a second time nothing comes. */
export async function* importHistory(
  client: ServerClient,
  { metrics, hostIds, isDry = false, ...range }: ImportWanted,
  { kept, nodes, signal }: ImportDeps,
): AsyncGenerator<HistoryImported> {
  const fromMs = Math.floor(range.fromMs / MINUTE_MS) * MINUTE_MS;
  const toMs = Math.floor(range.toMs / MINUTE_MS) * MINUTE_MS;
  const known = metricsByName();
  const names = [...known].filter(([, metric]) => !metrics || metrics.includes(metric)).map(([name]) => name);
  const mapped = mapSeries(await serverSeries(client, selectorOf(names, {}), fromMs, toMs, signal), nodes);
  const groups = mapped.groups.filter(({ hostId }) => !hostIds || hostIds.includes(hostId));
  const all = await client.ask(
    '/api/v1/label/__name__/values',
    [
      ['start', String(fromMs / 1000)],
      ['end', String(toMs / 1000)],
    ],
    signal,
    'GET',
  );
  yield {
    step: 'found',
    series: groups.reduce((total, { targets }) => total + targets.size, 0),
    hostIds: [...new Set(groups.map(({ hostId }) => hostId))],
    unmapped: mapped.unmapped,
    otherNames: namesSchema.parse(all).filter((name) => !known.has(name)),
  };
  const { store, samples } = kept();
  const filler = new GapFiller(store, samples, { isDry });
  const done = { taken: 0, passedOver: 0, unknown: 0 };
  for (let chunkMs = fromMs; chunkMs < toMs; chunkMs += CHUNK_MS) {
    const endMs = Math.min(chunkMs + CHUNK_MS, toMs);
    for (const group of groups) {
      signal?.throwIfAborted();
      const series = await serverSamples(client, selectorOfGroup(group), chunkMs, endMs - 1, signal);
      const { found, unknown } = foreignSamples(group, series);
      const { taken, passedOver } = filler.fill(found, chunkMs, endMs);
      done.taken += taken;
      done.passedOver += passedOver;
      done.unknown += unknown;
      await rest();
    }
    yield { step: 'imported', toMs: endMs, share: (endMs - fromMs) / (toMs - fromMs), ...done };
  }
}

function selectorOfGroup({ job, instance, targets }: SeriesGroup): string {
  return selectorOf([...new Set([...targets.values()].map(({ name }) => name))], { job, instance });
}

/** By subject and metric. Blank values are unknown; two series of one thing at one time count once. */
function foreignSamples(
  { hostId, targets }: SeriesGroup,
  series: readonly ServerSeries[],
): { found: ForeignSamples[]; unknown: number } {
  const bySubject = new Map<string, Map<MetricId, Map<number, number>>>();
  let unknown = 0;
  for (const { labels, samples } of series) {
    // Of another node, where one target tells of many.
    const target = targets.get(seriesKey(labels));
    if (!target) continue;
    const { name, subject, metric, scale } = target;
    const metrics = bySubject.get(subject) ?? new Map<MetricId, Map<number, number>>();
    bySubject.set(subject, metrics);
    const values = metrics.get(metric) ?? new Map<number, number>();
    metrics.set(metric, values);
    for (const [atMs, served] of samples) {
      const value = name.startsWith('DCGM_FI_') ? dcgmValue(metric, served) : served;
      if (!Number.isFinite(value)) unknown += 1;
      else if (!values.has(atMs)) values.set(atMs, measuredValue(value, scale));
    }
  }
  return { found: [...bySubject].map(([subject, values]) => ({ hostId, subject, values })), unknown };
}
