import { type Frame, type Subject, subjectKey } from '#shared/domain/telemetry/frame';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

export interface FullCounter {
  readonly subject: Subject;
  readonly metric: MetricId;
  readonly atMs: number;
}

/**
 * Counters that stop at their end, as the classic ones of InfiniBand do. The value that one reached still counts; while it stays
 * there nobody knows what it would count, which is not "nothing new".
 */
export class FullCounters {
  /** By counter, whether it was told. */
  readonly #reached = new Map<string, boolean>();
  readonly #limits = new WeakMap<readonly MetricId[], ReadonlyArray<number | null> | null>();

  take(frames: readonly Frame[]): { frames: readonly Frame[]; full: readonly FullCounter[] } {
    const full: FullCounter[] = [];
    const taken = frames.map((frame) => {
      const limits = this.#limitsOf(frame.layout);
      return limits ? this.#frame(frame, limits, full) : frame;
    });
    return { frames: taken, full };
  }

  #frame(frame: Frame, limits: ReadonlyArray<number | null>, full: FullCounter[]): Frame {
    const { subject, atMs, layout } = frame;
    const values = frame.values.map((value, column) => {
      const limit = limits[column];
      if (limit === null || limit === undefined) return value;
      const metric = layout[column] as MetricId;
      const key = `${subjectKey(subject)}\n${metric}`;
      const isTold = this.#reached.get(key);
      if (value !== limit) {
        if (isTold !== undefined && !Number.isNaN(value)) this.#reached.delete(key);
        return value;
      }
      this.#reached.set(key, isTold !== undefined);
      if (isTold === false) full.push({ subject, metric, atMs });
      return isTold === undefined ? value : Number.NaN;
    });
    return { ...frame, values };
  }

  /** Null where no counter of the layout ends. */
  #limitsOf(layout: readonly MetricId[]): ReadonlyArray<number | null> | null {
    let limits = this.#limits.get(layout);
    if (limits === undefined) {
      const all = layout.map((metric) => metricSpec(metric).fullAt ?? null);
      limits = all.some((limit) => limit !== null) ? all : null;
      this.#limits.set(layout, limits);
    }
    return limits;
  }
}
