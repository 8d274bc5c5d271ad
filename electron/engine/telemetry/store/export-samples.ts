import { setImmediate as rest } from 'node:timers/promises';
import type { SamplesWanted } from '#shared/contract/telemetry';
import { csvText } from '#shared/domain/csv-text';
import { isMetricId, type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { decodedBlocks } from './decoded-blocks';
import type { SampleStore } from './sample-store';
import type { Track } from './track';

/** Read at once; the engine has time for everything else in between. */
const BLOCKS_AT_ONCE = 8;
const PIECE_CHARS = 64 * 1024;

interface Sample {
  readonly atMs: number;
  readonly host: string;
  readonly subject: string;
  readonly metric: MetricId;
  readonly value: number;
}

type WriteSample = (sample: Sample) => string;

const formats: Readonly<Record<SamplesWanted['format'], { head: string; write: WriteSample }>> = {
  csv: {
    head: 'time,host,subject,metric,unit,value\r\n',
    write: ({ atMs, host, subject, metric, value }) =>
      `${timeOf(atMs)},${csvText(host)},${csvText(subject)},${metric},${metricSpec(metric).unit},${
        Number.isNaN(value) ? '' : exact(value)
      }\r\n`,
  },
  json: {
    head: '',
    // JSON has no NaN and writes null for it.
    write: ({ atMs, value, host, subject, metric }) =>
      `${JSON.stringify({ time: timeOf(atMs), host, subject, metric, unit: metricSpec(metric).unit, value })}\n`,
  },
};

/** Samples as they came, subject by subject, each in the order of time. */
export async function* exportSamples(
  store: SampleStore,
  { hostIds, subjects, metrics, fromMs, toMs, format }: SamplesWanted,
  { nameOf, signal }: { nameOf: (hostId: string) => string; signal?: AbortSignal | undefined },
): AsyncGenerator<string> {
  const { head, write } = formats[format];
  let text = head;
  for (const hostId of hostIds) {
    const host = nameOf(hostId);
    for (const [subject, tracks] of [...store.subjectsOf(hostId)]) {
      if (subjects && !subjects.includes(subject)) continue;
      for (const track of tracks) {
        const at = track.layout.flatMap((metric, index) =>
          isMetricId(metric) && (!metrics || metrics.includes(metric)) ? [{ metric, index }] : [],
        );
        if (at.length === 0) continue;
        for await (const { times, columns } of pieces(
          store,
          track,
          fromMs,
          toMs,
          new Set(at.map(({ index }) => index)),
        )) {
          for (const [position, atMs] of times.entries()) {
            if (atMs < fromMs || atMs > toMs) continue;
            for (const { metric, index } of at) {
              text += write({ atMs, host, subject, metric, value: columns[index]?.[position] ?? Number.NaN });
            }
            if (text.length < PIECE_CHARS) continue;
            yield text;
            text = '';
            await rest();
            signal?.throwIfAborted();
          }
        }
      }
    }
  }
  if (text !== '') yield text;
}

interface Piece {
  readonly times: ArrayLike<number> & { entries(): IterableIterator<[number, number]> };
  readonly columns: readonly ArrayLike<number>[];
}

/** What was written meanwhile moved from the head to a block, and is read there. */
async function* pieces(
  { repository }: SampleStore,
  track: Track,
  fromMs: number,
  toMs: number,
  wanted: ReadonlySet<number>,
): AsyncGenerator<Piece> {
  let nextMs = fromMs;
  for (;;) {
    const rows = track.id === null ? [] : repository.blocks(track.id, 0, nextMs, toMs, BLOCKS_AT_ONCE);
    if (rows.length === 0) break;
    yield* decodedBlocks(rows, wanted);
    nextMs = (rows.at(-1)?.endMs ?? toMs) + 1;
    await rest();
  }
  const { times, columns } = track.head;
  // Copies: the head goes on while what it had is written out.
  yield { times: times.slice(), columns: columns.map((column) => column.slice()) };
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
