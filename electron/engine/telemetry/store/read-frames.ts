import { type Frame, subjectOf } from '#shared/domain/telemetry/frame';
import { decodedBlocks } from './decoded-blocks';
import type { SampleStore } from './sample-store';

/** What was measured of a host in a range, as it came: in the order of time. Both ends count. */
export function readFrames(store: SampleStore, hostId: string, fromMs: number, toMs: number): Frame[] {
  const frames: Frame[] = [];
  for (const [key, tracks] of store.subjectsOf(hostId)) {
    const subject = subjectOf(key);
    for (const { id, layout, head } of tracks) {
      const add = (times: Float64Array, columns: readonly Float64Array[]): void => {
        for (const [at, atMs] of times.entries()) {
          if (atMs < fromMs || atMs > toMs) continue;
          frames.push({ subject, layout, atMs, values: columns.map((column) => column[at] ?? Number.NaN) });
        }
      };
      const rows = id === null ? [] : store.repository.blocks(id, 0, fromMs, toMs);
      for (const { times, columns } of decodedBlocks(rows)) add(times, columns);
      add(head.times, head.columns);
    }
  }
  return frames.sort((one, other) => one.atMs - other.atMs);
}
