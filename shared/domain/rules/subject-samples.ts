import type { Subject } from '../telemetry/frame';
import { type MetricSpec, type SubjectKind, staleAfterMs } from '../telemetry/metric';
import { type MetricId, metricIds, metricSpec } from '../telemetry/metrics';
import { ChangeWindow } from './change-window';
import { GrowthWindow } from './growth-window';
import { ValueWindow } from './value-window';

const slots = new Map<MetricId, number>();
const specs = new Map<SubjectKind, MetricSpec[]>();
for (const id of metricIds) {
  const spec = metricSpec(id);
  const ofKind = specs.get(spec.subject) ?? [];
  specs.set(spec.subject, ofKind);
  slots.set(id, ofKind.push(spec) - 1);
}

/** Where a metric stands among those of its kind. */
export function slotOf(metric: MetricId): number {
  return slots.get(metric) ?? 0;
}

/** What a window is of: a metric, or how many subjects of its host tell one. */
export interface WindowSource {
  readonly metric: MetricId;
  readonly isCount: boolean;
}

export interface WindowSpec extends WindowSource {
  readonly kind: 'growth' | 'value' | 'change';
  readonly windowMs: number;
}

/** The windows that the rules of one kind need, each once. */
export class WindowList {
  readonly specs: WindowSpec[] = [];

  indexOf(wanted: WindowSpec): number {
    const found = this.specs.findIndex(
      (spec) =>
        spec.kind === wanted.kind &&
        spec.windowMs === wanted.windowMs &&
        spec.metric === wanted.metric &&
        spec.isCount === wanted.isCount,
    );
    return found >= 0 ? found : this.specs.push(wanted) - 1;
  }
}

/** The newest values of one subject, and what its rules remember of older ones. */
export class SubjectSamples {
  readonly #metrics: readonly MetricSpec[];
  readonly #values: Float64Array;
  /** When each was last known, and when it was last asked for. */
  readonly #times: Float64Array;
  readonly #tried: Float64Array;
  /** How long the newest is good for: how far apart its samples are changes with who looks at the host. */
  readonly #staleMs: Float64Array;
  readonly #specs: readonly WindowSpec[];
  readonly growths: Array<GrowthWindow | null>;
  readonly windows: Array<ValueWindow | null>;
  readonly changes: Array<ChangeWindow | null>;
  /** Before that nobody listened: this workstation slept. */
  heardFromMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly subject: Subject,
    /** Of all subjects of the host. */
    private readonly host: ReadonlySet<SubjectSamples>,
    windows: WindowList,
  ) {
    this.#metrics = specs.get(subject.kind) ?? [];
    const count = this.#metrics.length;
    this.#staleMs = Float64Array.from(this.#metrics, (spec) => staleAfterMs(spec));
    this.#values = new Float64Array(count).fill(Number.NaN);
    this.#times = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#tried = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#specs = windows.specs;
    const made = <W>(kind: WindowSpec['kind'], Window: new (windowMs: number, staleMs: number) => W): Array<W | null> =>
      windows.specs.map((spec) =>
        spec.kind === kind ? new Window(spec.windowMs, staleAfterMs(metricSpec(spec.metric))) : null,
      );
    this.growths = made('growth', GrowthWindow);
    this.windows = made('value', ValueWindow);
    this.changes = made('change', ChangeWindow);
  }

  set(slot: number, atMs: number, value: number): void {
    const stepMs = atMs - (this.#tried[slot] as number);
    if (stepMs <= 0) return;
    this.#staleMs[slot] = staleAfterMs(this.#metrics[slot] as MetricSpec, Number.isFinite(stepMs) ? stepMs : 0);
    this.#tried[slot] = atMs;
    this.#values[slot] = value;
    if (!Number.isNaN(value)) this.#times[slot] = atMs;
  }

  triedAtMs(slot: number): number {
    return this.#tried[slot] as number;
  }

  /** Lets a window take in what is known now. */
  feed(index: number, atMs: number): void {
    const { metric, isCount } = this.#specs[index] as WindowSpec;
    const slot = slotOf(metric);
    const value = isCount ? this.count(metricSpec(metric).subject, slot, atMs) : this.value(slot, atMs);
    (this.growths[index] ?? this.windows[index] ?? this.changes[index])?.push(atMs, value);
  }

  /** NaN when it is not known or too old. */
  value(slot: number, nowMs: number): number {
    const isGood = nowMs - (this.#times[slot] as number) <= this.goodForMs(slot);
    return isGood ? (this.#values[slot] as number) : Number.NaN;
  }

  goodForMs(slot: number): number {
    return this.#staleMs[slot] as number;
  }

  /** Since when its silence counts: when it was last known, or we began to listen again. Never is minus infinity. */
  silentSinceMs(slot: number): number {
    const knownAtMs = this.#times[slot] as number;
    return Number.isFinite(knownAtMs) ? Math.max(knownAtMs, this.heardFromMs) : knownAtMs;
  }

  /** How many subjects of the host tell a metric. None at all is not known: then it is the telling that is gone. */
  count(kind: SubjectKind, slot: number, nowMs: number): number {
    let count = 0;
    for (const other of this.host) {
      if (other.subject.kind === kind && !Number.isNaN(other.value(slot, nowMs))) count += 1;
    }
    return count === 0 ? Number.NaN : count;
  }
}
