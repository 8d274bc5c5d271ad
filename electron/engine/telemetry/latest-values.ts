import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

/** Of a counter over a longer silence than this nothing is said. */
const RATE_WITHIN_MS = 60_000;

interface Newest {
  readonly hostId: string;
  readonly subject: string;
  readonly values: Map<MetricId, { value: number; atMs: number }>;
  atMs: number;
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
      const subject = subjectKey(frame.subject);
      const key = `${hostId}\n${subject}`;
      let row = this.#newest.get(key);
      if (!row) {
        row = { hostId, subject, values: new Map(), atMs: frame.atMs, revision: 0 };
        this.#newest.set(key, row);
      }
      row.atMs = Math.max(row.atMs, frame.atMs);
      row.revision = this.#revision;
      for (const [index, metric] of frame.layout.entries()) {
        const value = frame.values[index] ?? Number.NaN;
        const shown =
          metricSpec(metric).kind === 'counter' ? this.#rate(`${key}\n${metric}`, value, frame.atMs) : value;
        row.values.set(metric, { value: shown, atMs: frame.atMs });
      }
    }
  }

  /** Rows with any of the metrics that have changed since a revision; ends with the revision to ask with next. */
  since(
    revision: number,
    metrics: readonly MetricId[],
    hostIds: ReadonlySet<string> | null,
  ): { rows: LiveRow[]; revision: number } {
    const rows: LiveRow[] = [];
    for (const row of this.#newest.values()) {
      if (row.revision <= revision || (hostIds && !hostIds.has(row.hostId))) continue;
      if (!metrics.some((metric) => row.values.has(metric))) continue;
      const values = metrics.map((metric) => {
        const value = row.values.get(metric)?.value;
        return value === undefined || Number.isNaN(value) ? null : value;
      });
      rows.push({ hostId: row.hostId, subject: row.subject, atMs: row.atMs, values });
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

  #rate(key: string, value: number, atMs: number): number {
    const before = this.#counters.get(key);
    this.#counters.set(key, { value, atMs });
    const stepMs = before ? atMs - before.atMs : 0;
    if (!before || stepMs <= 0 || stepMs > RATE_WITHIN_MS) return Number.NaN;
    return ((value >= before.value ? value - before.value : value) / stepMs) * 1000;
  }
}
