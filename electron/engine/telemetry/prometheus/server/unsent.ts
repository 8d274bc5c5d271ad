import { isMetricId } from '#shared/domain/telemetry/metrics';
import { prometheusName, servedValue } from '#shared/domain/telemetry/prometheus-name';
import type { Store } from '../../../store/store';
import { decodedBlocks } from '../../store/decoded-blocks';
import type { SampleStore } from '../../store/sample-store';
import type { Stretch } from '../../store/samples-elsewhere';
import type { Track } from '../../store/track';
import type { Labels } from '../served-nodes';
import { SentRepository } from './sent-repository';
import type { WrittenSeries } from './write-request';

/** When the first sample of a track after `sentMs` was measured; null where there is none. */
export function nextUnsentMs(repository: SentRepository, track: Track, sentMs: number): number | null {
  if (track.newestMs <= sentMs) return null;
  const writtenMs = track.id !== null && track.writtenToMs > sentMs ? repository.firstUnsent(track.id, sentMs) : null;
  return writtenMs ?? track.head.times.find((atMs) => atMs > sentMs) ?? null;
}

/** Of which time everything that the store has was sent to this server, as another process left it; null: none. */
export function sentStretch({ store, samples }: { store: Store; samples: SampleStore }, url: string): Stretch | null {
  const repository = new SentRepository(store);
  const target = repository.target();
  if (target?.url !== url) return null;
  const positions = repository.positions();
  let toMs = Number.POSITIVE_INFINITY;
  for (const track of samples.tracks()) {
    if (track.isImported) continue;
    const sentMs = (track.id === null ? null : positions.get(track.id)) ?? target.sinceMs;
    toMs = Math.min(toMs, (nextUnsentMs(repository, track, sentMs) ?? Number.POSITIVE_INFINITY) - 1);
  }
  return { fromMs: target.sinceMs, toMs };
}

export interface UnsentSubject {
  readonly series: WrittenSeries[];
  readonly samples: number;
  /** How far each track is sent with them. */
  readonly positions: ReadonlyArray<readonly [track: Track, toMs: number]>;
}

/**
 * What the tracks of one subject have between what was sent of each and `toMs`, as series for the server. Where a value
 * became unknown its series ends.
 */
export function unsentOf(
  store: SampleStore,
  tracks: readonly Track[],
  {
    sentMsOf,
    toMs,
    labels,
    known,
  }: {
    sentMsOf: (track: Track) => number;
    toMs: number;
    labels: Labels;
    /** The names of the series that were known last; it is brought up to date. */
    known: Set<string>;
  },
): UnsentSubject {
  const columns = new Map<string, Map<number, number>>();
  const positions: Array<readonly [Track, number]> = [];
  for (const track of tracks) {
    const sentMs = sentMsOf(track);
    let lastMs = sentMs;
    const wanted = track.layout.flatMap((metric, column) => {
      if (!isMetricId(metric)) return [];
      const { name, scale } = prometheusName(metric);
      const values = columns.get(name) ?? new Map<number, number>();
      columns.set(name, values);
      return [{ column, scale, values }];
    });
    const take = (atMs: number, valueAt: (column: number) => number | undefined): void => {
      if (atMs <= sentMs || atMs > toMs) return;
      lastMs = Math.max(lastMs, atMs);
      for (const { column, scale, values } of wanted) {
        const value = valueAt(column);
        // What two collectors tell of one moment is one sample, and known is better than unknown.
        if (value !== undefined && !Number.isNaN(value)) values.set(atMs, servedValue(value, scale));
        else if (!values.has(atMs)) values.set(atMs, Number.NaN);
      }
    };
    if (track.id !== null && track.writtenToMs > sentMs) {
      for (const block of decodedBlocks(store.repository.blocks(track.id, 0, sentMs + 1, toMs))) {
        for (const [at, atMs] of block.times.entries()) take(atMs, (column) => block.columns[column]?.[at]);
      }
    }
    const { times, columns: newest } = track.head;
    for (const [at, atMs] of times.entries()) take(atMs, (column) => newest[column]?.[at]);
    if (lastMs > sentMs) positions.push([track, lastMs]);
  }
  const series: WrittenSeries[] = [];
  let count = 0;
  for (const [name, values] of columns) {
    const samples: Array<readonly [number, number]> = [];
    for (const sample of [...values].sort(([one], [other]) => one - other)) {
      const isKnown = !Number.isNaN(sample[1]);
      // A series ends once, and one that never was known does not even begin.
      if (isKnown || known.has(name)) samples.push(sample);
      if (isKnown) known.add(name);
      else known.delete(name);
    }
    if (samples.length === 0) continue;
    count += samples.length;
    series.push({ labels: { __name__: name, ...labels }, samples });
  }
  return { series, samples: count, positions };
}
