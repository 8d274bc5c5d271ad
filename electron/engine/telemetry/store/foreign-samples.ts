import type { SeriesRef } from '#shared/contract/telemetry';
import { type Frame, subjectOf } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { decodedBlocks } from './decoded-blocks';
import type { SampleStore } from './sample-store';
import type { Track } from './track';

/** Samples of one metric of one subject from a server, in the order of time. */
export interface SampleColumn extends SeriesRef {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** What is not here as well. */
export function beside(store: SampleStore, columns: readonly SampleColumn[]): SampleColumn[] {
  const fromMs = columns.reduce((least, { times }) => Math.min(least, times[0] ?? least), Number.POSITIVE_INFINITY);
  const toMs = columns.reduce((most, { times }) => Math.max(most, times.at(-1) ?? most), Number.NEGATIVE_INFINITY);
  const timesOf = new Map<Track, Set<number>>();
  return columns.flatMap((column) => {
    const tracks = store.subjectsOf(column.hostId).get(column.subject) ?? [];
    const known = tracks.flatMap((track) => {
      if (!track.layout.includes(column.metric)) return [];
      const times = timesOf.get(track) ?? timesHere(store, track, fromMs, toMs);
      timesOf.set(track, times);
      return times.size > 0 ? [times] : [];
    });
    if (known.length === 0) return [column];
    const missing = column.times.flatMap((atMs, at) => (known.some((times) => times.has(atMs)) ? [] : [at]));
    const pick = (of: readonly number[]): number[] => missing.map((at) => of[at] as number);
    return missing.length === 0 ? [] : [{ ...column, times: pick(column.times), values: pick(column.values) }];
  });
}

function timesHere(store: SampleStore, { id, head }: Track, fromMs: number, toMs: number): Set<number> {
  const known = new Set(head.times);
  const rows = id === null ? [] : store.repository.blocks(id, 0, fromMs, toMs);
  for (const { times } of decodedBlocks(rows, new Set())) for (const atMs of times) known.add(atMs);
  return known;
}

/** What there is of a subject at one time is one frame. */
export function framesOf(columns: readonly SampleColumn[]): Frame[] {
  const rows = new Map<string, { atMs: number; subject: string; at: Array<readonly [MetricId, number]> }>();
  for (const { subject, metric, times, values } of columns) {
    for (const [at, atMs] of times.entries()) {
      const key = `${atMs} ${subject}`;
      const row = rows.get(key) ?? { atMs, subject, at: [] };
      rows.set(key, row);
      row.at.push([metric, values[at] as number]);
    }
  }
  // Layouts are known by identity.
  const layouts = new Map<string, readonly MetricId[]>();
  return [...rows.values()].map(({ atMs, subject, at }) => {
    const layout = at.map(([metric]) => metric);
    const key = layout.join();
    if (!layouts.has(key)) layouts.set(key, layout);
    return {
      subject: subjectOf(subject),
      layout: layouts.get(key) ?? layout,
      atMs,
      values: at.map(([, value]) => value),
    };
  });
}
