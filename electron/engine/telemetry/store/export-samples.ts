import { setImmediate as rest } from 'node:timers/promises';
import type { SamplesWanted } from '#shared/contract/telemetry';
import { csvText } from '#shared/domain/csv-text';
import { isMetricId, type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { decodedBlocks } from './decoded-blocks';
import { beside, type SampleColumn } from './foreign-samples';
import type { BlockRow } from './sample-repository';
import type { SampleStore } from './sample-store';
import type { Track } from './track';

/** Read at once; the engine has time for everything else in between. */
const BLOCKS_AT_ONCE = 8;
const PIECE_CHARS = 64 * 1024;
/** Asked of a server at once: a few megabytes at most. */
const SERVER_PIECE_MS = 3_600_000;

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

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a server has. */
export interface SamplesElsewhere {
  /** Of which time, by now; null: none. */
  part(): Stretch | null;
  subjects(hostId: string): Promise<readonly string[]>;
  columns(hostId: string, subject: string, stretch: Stretch): Promise<readonly SampleColumn[]>;
}

interface ExportOptions {
  readonly nameOf: (hostId: string) => string;
  readonly signal?: AbortSignal | undefined;
  readonly elsewhere?: SamplesElsewhere | null;
}

/** Samples as they came, subject by subject, those of each collector in the order of time. */
export async function* exportSamples(
  store: SampleStore,
  { hostIds, subjects, metrics, format, ...range }: SamplesWanted,
  { nameOf, signal, elsewhere = null }: ExportOptions,
): AsyncGenerator<string> {
  const { head, write } = formats[format];
  const isWanted = (metric: string): metric is MetricId => isMetricId(metric) && (!metrics || metrics.includes(metric));
  let text = head;
  for (const hostId of hostIds) {
    const host = nameOf(hostId);
    const there = elsewhere?.part() ? await elsewhere.subjects(hostId) : [];
    for (const subject of new Set([...store.subjectsOf(hostId).keys(), ...there])) {
      if (subjects && !subjects.includes(subject)) continue;
      const of = { store, hostId, subject, isWanted };
      for await (const { layout, times, columns, fromMs, toMs } of everywhere(of, range, elsewhere)) {
        const at = layout.flatMap((metric, index) => (isWanted(metric) ? [{ metric, index }] : []));
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
  if (text !== '') yield text;
}

interface Exported {
  readonly store: SampleStore;
  readonly hostId: string;
  readonly subject: string;
  readonly isWanted: (metric: string) => boolean;
}

/** Some samples; of those only what lies in the stretch. */
interface Piece extends Stretch {
  readonly layout: readonly MetricId[];
  readonly times: ArrayLike<number> & { entries(): IterableIterator<[number, number]> };
  readonly columns: ReadonlyArray<ArrayLike<number>>;
}

async function* everywhere(of: Exported, range: Stretch, elsewhere: SamplesElsewhere | null): AsyncGenerator<Piece> {
  let nextMs = range.fromMs;
  const begun = elsewhere?.part();
  if (elsewhere && begun) {
    yield* pieces(of, { fromMs: nextMs, toMs: begun.fromMs - 1 });
    nextMs = Math.max(nextMs, begun.fromMs);
    for (;;) {
      // It grows meanwhile, and what is here becomes less by as much.
      const endMs = elsewhere.part()?.toMs ?? 0;
      if (nextMs > endMs) break;
      const stretch = { fromMs: nextMs, toMs: Math.min(nextMs + SERVER_PIECE_MS - 1, endMs) };
      const there = await elsewhere.columns(of.hostId, of.subject, stretch);
      const here = tracksOf(of).flatMap((track) => [
        ...decoded(of, track, rowsHere(of, track, stretch), stretch),
        headHere(track, stretch),
      ]);
      const more = beside(of.store, there);
      yield* here;
      for (const { metric, times, values } of more) yield { ...stretch, layout: [metric], times, columns: [values] };
      nextMs = stretch.toMs + 1;
    }
  }
  yield* pieces(of, { fromMs: nextMs, toMs: range.toMs });
}

/** What is here. What is written meanwhile moves from the head to a block, and is read there. */
async function* pieces(of: Exported, stretch: Stretch): AsyncGenerator<Piece> {
  for (const track of tracksOf(of)) {
    for (let nextMs = stretch.fromMs; ; ) {
      const rows = rowsHere(of, track, { ...stretch, fromMs: nextMs }, BLOCKS_AT_ONCE);
      if (rows.length === 0) break;
      yield* decoded(of, track, rows, stretch);
      nextMs = (rows.at(-1)?.endMs ?? stretch.toMs) + 1;
      await rest();
    }
    yield headHere(track, stretch);
  }
}

function tracksOf({ store, hostId, subject, isWanted }: Exported): Track[] {
  const tracks = store.subjectsOf(hostId).get(subject) ?? [];
  return tracks.filter(({ layout }) => layout.some(isWanted));
}

function rowsHere({ store }: Exported, { id }: Track, { fromMs, toMs }: Stretch, limit?: number): BlockRow[] {
  return id === null ? [] : store.repository.blocks(id, 0, fromMs, toMs, limit);
}

function* decoded({ isWanted }: Exported, { layout }: Track, rows: readonly BlockRow[], of: Stretch): Generator<Piece> {
  const wanted = new Set(layout.flatMap((metric, index) => (isWanted(metric) ? [index] : [])));
  for (const { times, columns } of decodedBlocks(rows, wanted)) yield { ...of, layout, times, columns };
}

/** A copy: the head goes on while what it had is written out. */
function headHere({ layout, head }: Track, stretch: Stretch): Piece {
  const { times, columns } = head;
  return { ...stretch, layout, times: times.slice(), columns: columns.map((column) => column.slice()) };
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
