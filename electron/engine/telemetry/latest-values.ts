import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { staleAfterMs } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

/** Of a counter over a longer silence than this, or than its values are good for, nothing is said. */
const RATE_WITHIN_MS = 60_000;
/** A value that missed so many of its own steps, while others of its subject went on, is no longer known. */
const MISSED_STEPS = 3;
const MISSED_AT_LEAST_MS = 5000;
/** The slowest pace. After a longer silence the step is not what it was. */
const LONGEST_STEP_MS = 10_000;

interface Newest {
  readonly hostId: string;
  readonly subject: string;
  readonly values: Map<MetricId, Value>;
  /** Of the newest of its values. */
  revision: number;
}

interface Value {
  value: number;
  atMs: number;
  /** Since the one before. */
  stepMs: number;
  /** Grows with each change, so that who looks gets what is new to him. */
  revision: number;
}

/** What was measured of one subject: counters as they stand. */
export interface Measured {
  readonly hostId: string;
  readonly subject: string;
  readonly values: ReadonlyArray<{ readonly metric: MetricId; readonly value: number; readonly atMs: number }>;
}

/** The newest value of every metric of every subject, in memory. */
export class LatestValues {
  readonly #newest = new Map<string, Newest>();
  readonly #counters = new Map<string, { value: number; atMs: number }>();
  #revision = 0;

  take(hostId: string, frames: readonly Frame[]): void {
    this.#revision += 1;
    for (const frame of frames) {
      const { atMs, layout } = frame;
      const subject = subjectKey(frame.subject);
      const key = `${hostId}\n${subject}`;
      let row = this.#newest.get(key);
      if (!row) {
        row = { hostId, subject, values: new Map(), revision: 0 };
        this.#newest.set(key, row);
      }
      row.revision = this.#revision;
      for (let index = 0; index < layout.length; index += 1) {
        const metric = layout[index] as MetricId;
        const measured = frame.values[index] ?? Number.NaN;
        const value =
          metricSpec(metric).kind === 'counter' ? this.#rate(key, metric, measured, atMs) : measured;
        const known = row.values.get(metric);
        if (!known) {
          row.values.set(metric, { value, atMs, stepMs: 0, revision: this.#revision });
          continue;
        }
        // Changed in place: there are tens of thousands of them a second.
        known.stepMs = Math.min(LONGEST_STEP_MS, Math.max(0, atMs - known.atMs));
        known.value = value;
        known.atMs = atMs;
        known.revision = this.#revision;
      }
    }
  }

  /**
   * Rows in which any of the metrics was measured since a revision; ends with the revision to ask with next. The time of a
   * row is that of the newest of these metrics; one that was left behind by it, as when one of two collectors stalls, is null.
   */
  since(
    revision: number,
    metrics: readonly MetricId[],
    hostIds: ReadonlySet<string> | null,
  ): { rows: LiveRow[]; revision: number } {
    const rows: LiveRow[] = [];
    for (const row of this.#newest.values()) {
      if (row.revision <= revision || (hostIds && !hostIds.has(row.hostId))) continue;
      let atMs = Number.NEGATIVE_INFINITY;
      let isNew = false;
      for (const metric of metrics) {
        const known = row.values.get(metric);
        if (!known) continue;
        isNew ||= known.revision > revision;
        atMs = Math.max(atMs, known.atMs);
      }
      if (!isNew) continue;
      const values = metrics.map((metric) => {
        const known = row.values.get(metric);
        if (!known || Number.isNaN(known.value)) return null;
        return atMs - known.atMs > goodForMs(metric, known) ? null : known.value;
      });
      rows.push({ hostId: row.hostId, subject: row.subject, atMs, values });
    }
    return { rows, revision: this.#revision };
  }

  /** Everything that is known, each value with its time. */
  *measured(): Generator<Measured> {
    for (const [key, { hostId, subject, values }] of this.#newest) {
      yield {
        hostId,
        subject,
        values: [...values].flatMap(([metric, shown]) => {
          const { value, atMs } = this.#counters.get(`${key}\n${metric}`) ?? shown;
          return Number.isNaN(value) ? [] : [{ metric, value, atMs }];
        }),
      };
    }
  }

  forgetHost(hostId: string): void {
    for (const map of [this.#newest, this.#counters]) {
      for (const key of map.keys()) if (key.startsWith(`${hostId}\n`)) map.delete(key);
    }
  }

  #rate(row: string, metric: MetricId, value: number, atMs: number): number {
    const key = `${row}\n${metric}`;
    const before = this.#counters.get(key);
    this.#counters.set(key, { value, atMs });
    const stepMs = before ? atMs - before.atMs : 0;
    const spec = metricSpec(metric);
    if (!before || stepMs <= 0 || stepMs > Math.max(RATE_WITHIN_MS, staleAfterMs(spec))) return Number.NaN;
    return ((value >= before.value ? value - before.value : value) / stepMs) * 1000;
  }
}

/** What has a pace of its own keeps that, whoever looks. */
function goodForMs(metric: MetricId, { stepMs }: Value): number {
  const spec = metricSpec(metric);
  return spec.periodMs === undefined ? Math.max(MISSED_AT_LEAST_MS, MISSED_STEPS * stepMs) : staleAfterMs(spec);
}
