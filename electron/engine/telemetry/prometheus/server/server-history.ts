import { z } from 'zod';
import type { SeriesRef } from '#shared/contract/telemetry';
import type { DrawnSeries } from '#shared/domain/telemetry/live';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { measuredValue, prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { drawCounter, drawGauge, type RawSeries, type SeriesRange } from '../../store/read-series';
import { labelText } from '../exposition';
import { subjectLabels } from '../served-nodes';
import type { ServerClient } from './server-client';

/** Up to so fine a drawing every sample is fetched, so that it is drawn as from the store of this workstation. */
const RAW_STEP_MS = 10_000;
/** A rate needs two samples; nothing is sampled more seldom. */
const RATE_WINDOW_MS = 60_000;

const pairs = z.array(z.tuple([z.number(), z.string()]));
const answerSchema = z.object({
  result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: pairs })),
});

/** A series as it was sent to the server, drawn like one of the store here. Throws InvalidError. */
export async function readServerSeries(
  client: ServerClient,
  { hostId, subject, metric }: SeriesRef,
  range: SeriesRange,
  signal?: AbortSignal,
): Promise<DrawnSeries> {
  const { name, scale } = prometheusName(metric);
  const selector = `${name}${labelText({ gantry_host: hostId, ...subjectLabels(subject) })}`;
  const isCounter = metricSpec(metric).kind === 'counter';
  const { fromMs, toMs, points } = range;
  const stepMs = Math.max(1000, Math.ceil((toMs - fromMs) / Math.max(1, points)));
  const valuesOf = async (path: string, query: string, more: ReadonlyArray<readonly [string, string]>) => {
    const { result } = answerSchema.parse(await client.ask(path, [['query', query], ...more], signal));
    const values = new Map<number, number>();
    // One series after the other, where a label such as the GPU's number changed on the way.
    for (const [seconds, text] of result.flatMap((series) => series.values)) {
      values.set(Math.round(seconds * 1000), measuredValue(Number(text), scale));
    }
    return values;
  };

  if (stepMs <= RAW_STEP_MS) {
    const seconds = Math.ceil((toMs - fromMs) / 1000) + 1;
    const values = await valuesOf('/api/v1/query', `${selector}[${seconds}s]`, [['time', String(toMs / 1000)]]);
    const known = [...values].filter(([atMs]) => atMs >= fromMs && atMs <= toMs).sort(([one], [other]) => one - other);
    const raw: RawSeries = {
      tierMs: 0,
      times: known.map(([atMs]) => atMs),
      ...thrice(known.map(([, value]) => value)),
    };
    return isCounter ? drawCounter(raw, range) : drawGauge(raw, range);
  }

  const over = (fold: string, windowMs = stepMs): Promise<Map<number, number>> =>
    valuesOf('/api/v1/query_range', `${fold}(${selector}[${Math.ceil(windowMs / 1000)}s])`, [
      ['start', String((fromMs + stepMs) / 1000)],
      ['end', String(toMs / 1000)],
      ['step', String(stepMs / 1000)],
    ]);
  const [least, mean, greatest] = isCounter
    ? await over('rate', Math.max(stepMs, RATE_WINDOW_MS)).then((rates) => [rates, rates, rates] as const)
    : await Promise.all([over('min_over_time'), over('avg_over_time'), over('max_over_time')]);
  // Each value is of the step before it; a step of which nothing is known is a gap.
  const times = Array.from({ length: Math.floor((toMs - fromMs) / stepMs) }, (_, at) => fromMs + at * stepMs);
  const at = (values: ReadonlyMap<number, number>) => (startMs: number) => values.get(startMs + stepMs) ?? null;
  return {
    times,
    least: times.map(at(least)),
    mean: times.map(at(mean)),
    greatest: times.map(at(greatest)),
    paceMs: stepMs,
    tierMs: stepMs,
  };
}

function thrice(values: number[]): Pick<RawSeries, 'least' | 'mean' | 'greatest'> {
  return { least: values, mean: values, greatest: values };
}
