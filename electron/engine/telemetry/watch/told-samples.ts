import { type Frame, type Subject, subjectKey } from '#shared/domain/telemetry/frame';
import { staleAfterMs } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

interface Told {
  readonly atMs: number;
  readonly values: readonly number[];
}

/** A node has fewer; beyond that nothing is remembered, and so nothing is left to others. */
const MAX_SUBJECTS = 2048;

/** What the collectors of a node tell now, of everything but its GPUs, so that no other source tells it again. */
export class ToldSamples {
  /** By subject and layout, which is one and the same array for all frames of a track. */
  readonly #newest = new Map<string, Map<readonly MetricId[], Told>>();

  take(frames: readonly Frame[]): void {
    for (const { subject, layout, atMs, values } of frames) {
      if (subject.kind === 'gpu') continue;
      const key = subjectKey(subject);
      let told = this.#newest.get(key);
      if (!told) {
        if (this.#newest.size >= MAX_SUBJECTS) continue;
        told = new Map();
        this.#newest.set(key, told);
      }
      told.set(layout, { atMs, values });
    }
  }

  /** Whether it was known when it was last told, and that is not too long ago for a node sampled each `stepMs`. */
  isTold(subject: Subject, metric: MetricId, nowMs: number, stepMs: number): boolean {
    const told = this.#newest.get(subjectKey(subject));
    if (!told) return false;
    const spec = metricSpec(metric);
    for (const [layout, { atMs, values }] of told) {
      const at = layout.indexOf(metric);
      if (at < 0 || Number.isNaN(values[at] ?? Number.NaN)) continue;
      if (nowMs - atMs <= staleAfterMs(spec, stepMs)) return true;
    }
    return false;
  }
}
