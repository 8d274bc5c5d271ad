import type { Frame } from '#shared/domain/telemetry/frame';

/** A GPU that others of its node outlived by so many intervals is gone; one sample may be late. */
const MISSED_INTERVALS = 5;
const MISSED_AT_LEAST_MS = 5000;

export interface PresenceChange {
  readonly gpu: string;
  readonly isThere: boolean;
  readonly atMs: number;
}

/** Notices GPUs that disappear while the others go on, which a line that just ends would not tell. */
export class GpuPresence {
  readonly #seen = new Map<string, number>();
  readonly #gone = new Set<string>();

  update(frames: readonly Frame[], intervalMs: number): PresenceChange[] {
    const changes: PresenceChange[] = [];
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { subject, atMs, values } of frames) {
      // A lost GPU may go on being listed, with nothing known of it.
      if (subject.kind !== 'gpu' || values.every((value) => Number.isNaN(value))) {
        if (subject.kind === 'gpu') newestMs = Math.max(newestMs, atMs);
        continue;
      }
      newestMs = Math.max(newestMs, atMs);
      this.#seen.set(subject.id, atMs);
      if (this.#gone.delete(subject.id)) changes.push({ gpu: subject.id, isThere: true, atMs });
    }
    const limitMs = Math.max(MISSED_AT_LEAST_MS, MISSED_INTERVALS * intervalMs);
    for (const [gpu, seenMs] of this.#seen) {
      if (this.#gone.has(gpu) || newestMs - seenMs <= limitMs) continue;
      this.#gone.add(gpu);
      changes.push({ gpu, isThere: false, atMs: seenMs });
    }
    return changes;
  }
}
