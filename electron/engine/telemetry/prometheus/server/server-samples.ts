import { z } from 'zod';
import { labelText } from '../exposition';
import type { Labels } from '../served-nodes';
import type { ServerClient } from './server-client';

const answerSchema = z.object({
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      values: z.array(z.tuple([z.number(), z.string()])).default([]),
    }),
  ),
});

const seriesSchema = z.array(z.record(z.string(), z.string()));

export interface ServerSeries {
  readonly labels: Labels;
  readonly samples: ReadonlyArray<readonly [atMs: number, value: number]>;
}

/** `{__name__=~"…",job="…"}` */
export function selectorOf(names: readonly string[], labels: Labels): string {
  const others = Object.keys(labels).length > 0 ? `,${labelText(labels).slice(1, -1)}` : '';
  return `{__name__=~"${names.join('|')}"${others}}`;
}

/** Every sample within a range, as it is stored; both ends count. */
export async function serverSamples(
  client: ServerClient,
  selector: string,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<ServerSeries[]> {
  const query = `${selector}[${Math.ceil((toMs - fromMs) / 1000) + 1}s]`;
  const parameters = [
    ['query', query],
    ['time', String(toMs / 1000)],
  ] as const;
  const { result } = answerSchema.parse(await client.ask('/api/v1/query', parameters, signal));
  return result.map(({ metric, values }) => ({
    labels: metric,
    samples: values
      .map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)] as const)
      .filter(([atMs]) => atMs >= fromMs && atMs <= toMs),
  }));
}

/** The labels of all series that have something in a range. */
export async function serverSeries(
  client: ServerClient,
  selector: string,
  fromMs: number,
  toMs: number,
  signal?: AbortSignal,
): Promise<Labels[]> {
  const parameters = [
    ['match[]', selector],
    ['start', String(fromMs / 1000)],
    ['end', String(toMs / 1000)],
  ] as const;
  return seriesSchema.parse(await client.ask('/api/v1/series', parameters, signal));
}
