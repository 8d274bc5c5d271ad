import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { staleAfterMs } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { paces } from '#shared/domain/telemetry/pace';

/** Of a counter over a longer silence than this, or than its values are good for, nothing is said. */
export const RATE_WITHIN_MS = 60_000;
/** A value that missed so many of its own steps, while others of its subject went on, is no longer known. */
const MISSED_STEPS = 3;
const MISSED_AT_LEAST_MS = 5000;

interface Newest {
  readonly hostId: string;
  readonly subject: string;
  readonly values: Map<MetricId, Value>;
  /** The same in the order of a layout, which is known by identity: there are tens of thousands of values a second. */
  readonly places: Map<readonly MetricId[], readonly Value[]>;
  /** Of the newest of its values. */
  revision: number;
}

interface Value {
  /** Of a counter: over a longer silence nothing is said. Null: a gauge. */
  readonly rateWithinMs: number | null;
  value: number;
  /** As it was measured: of a counter, how far it was. */
  measured: number;
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
  /** `stepMs`: since the one before. */
  readonly values: ReadonlyArray<{
    readonly metric: MetricId;
    readonly value: number;
    readonly atMs: number;
    readonly stepMs: number;
  }>;
}

/** The newest value of every metric of every subject, in memory. */
export class LatestValues {
  /** By host and subject. */
  readonly #newest = new Map<string, Map<string, Newest>>();
  #revision = 0;

  take(hostId: string, frames: readonly Frame[]): void {
    this.#revision += 1;
    for (const { subject, layout, values, atMs } of frames) {
      const row = this.#row(hostId, subjectKey(subject));
      row.revision = this.#revision;
      const places = placesOf(row, layout);
      for (let index = 0; index < places.length; index += 1) {
        const known = places[index] as Value;
        const measured = values[index] ?? Number.NaN;
        known.value = known.rateWithinMs === null ? measured : rateOf(known, known.rateWithinMs, measured, atMs);
        known.measured = measured;
        // After a longer silence than the slowest pace the step is not what it was.
        known.stepMs = Number.isNaN(known.atMs) ? 0 : Math.min(paces.hidden, Math.max(0, atMs - known.atMs));
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
    for (const row of this.#rows(hostIds)) {
      if (row.revision <= revision) continue;
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
    for (const { hostId, subject, values } of this.#rows(null)) {
      yield {
        hostId,
        subject,
        values: [...values].flatMap(([metric, { measured, atMs, stepMs }]) =>
          Number.isNaN(measured) ? [] : [{ metric, value: measured, atMs, stepMs }],
        ),
      };
    }
  }

  forgetHost(hostId: string): void {
    this.#newest.delete(hostId);
  }

  *#rows(hostIds: ReadonlySet<string> | null): Generator<Newest> {
    for (const [hostId, subjects] of this.#newest) if (!hostIds || hostIds.has(hostId)) yield* subjects.values();
  }

  #row(hostId: string, subject: string): Newest {
    let subjects = this.#newest.get(hostId);
    if (!subjects) {
      subjects = new Map();
      this.#newest.set(hostId, subjects);
    }
    let row = subjects.get(subject);
    if (!row) {
      row = { hostId, subject, values: new Map(), places: new Map(), revision: 0 };
      subjects.set(subject, row);
    }
    return row;
  }
}

/** Layouts of restarted streams that are not used any more are not kept. */
const MAX_LAYOUTS = 16;

function placesOf({ values, places }: Newest, layout: readonly MetricId[]): readonly Value[] {
  const known = places.get(layout);
  if (known) return known;
  const found = layout.map((metric) => {
    const spec = metricSpec(metric);
    const value = values.get(metric) ?? {
      rateWithinMs: spec.kind === 'counter' ? Math.max(RATE_WITHIN_MS, staleAfterMs(spec)) : null,
      value: Number.NaN,
      measured: Number.NaN,
      atMs: Number.NaN,
      stepMs: 0,
      revision: 0,
    };
    values.set(metric, value);
    return value;
  });
  if (places.size >= MAX_LAYOUTS) places.clear();
  places.set(layout, found);
  return found;
}

function rateOf(before: Value, withinMs: number, value: number, atMs: number): number {
  const stepMs = atMs - before.atMs;
  if (Number.isNaN(before.measured) || !(stepMs > 0 && stepMs <= withinMs)) return Number.NaN;
  return ((value >= before.measured ? value - before.measured : value) / stepMs) * 1000;
}

/** What has a pace of its own keeps that, whoever looks. */
function goodForMs(metric: MetricId, { stepMs }: Value): number {
  const spec = metricSpec(metric);
  return spec.periodMs === undefined ? Math.max(MISSED_AT_LEAST_MS, MISSED_STEPS * stepMs) : staleAfterMs(spec);
}
