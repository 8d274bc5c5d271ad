import type { Frame } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';

/** Errors that an application brings on itself: they are no error of the GPU. */
const OF_APPLICATIONS: ReadonlySet<number> = new Set([13, 31, 43, 45]);
/** Only says what to do after the one before it. */
const RECOVERY_ACTION = 154;
/** Often enough for rules that look at the last minutes, seldom enough to cost nothing. */
const TOLD_EVERY_MS = 10_000;

const layout: readonly MetricId[] = ['gpu.xid', 'gpu.xidErrors'];

interface Logged {
  /** NaN before there was one. */
  code: number;
  errors: number;
  seenMs: number;
  toldMs: number;
}

/**
 * Xids of the kernel log as samples: the last code and how many there were. Where the log is followed nothing else says it,
 * since DCGM keeps the last code only, also of one that an application brought on itself while the GPU's own is the news.
 */
export class XidGauge {
  readonly #logged = new Map<string, Logged>();
  readonly #rests = new WeakMap<readonly MetricId[], { layout: readonly MetricId[]; at: number }>();

  constructor(private readonly isFollowed: () => boolean) {}

  /** Samples of other sources, without what the log tells. */
  without(frames: readonly Frame[]): readonly Frame[] {
    if (!this.isFollowed()) return frames;
    return frames.map((frame) => {
      const { subject, values } = frame;
      const rest = this.#restOf(frame.layout);
      if (rest.at < 0) return frame;
      // What was there before the log is followed is all that is known, until the log tells another.
      const logged = this.#of(subject.id);
      if (Number.isNaN(logged.code)) logged.code = values[rest.at] ?? Number.NaN;
      return { ...frame, layout: rest.layout, values: values.filter((_, index) => index !== rest.at) };
    });
  }

  /** How it stands, beside the samples that GPUs tell of themselves: of one that tells nothing it is not known either. */
  beside(frames: readonly Frame[]): Frame[] {
    if (!this.isFollowed()) return [];
    return frames.flatMap(({ subject, atMs, values }) => {
      if (subject.kind !== 'gpu' || values.every(Number.isNaN)) return [];
      const logged = this.#of(subject.id);
      logged.seenMs = Math.max(logged.seenMs, atMs);
      if (atMs - logged.toldMs < TOLD_EVERY_MS) return [];
      return [this.#tell(subject.id, logged, atMs)];
    });
  }

  /** A line of the log: how it stood just before, and how it stands now. Never before what was told already. */
  logged(gpu: string, code: number, loggedMs: number): Frame[] {
    const logged = this.#of(gpu);
    const atMs = Math.max(loggedMs, logged.seenMs, logged.toldMs + 1) + 1;
    const before = this.#tell(gpu, logged, atMs - 1);
    this.count(gpu, code);
    return [before, this.#tell(gpu, logged, atMs)];
  }

  /** A line that is told with the next sample. */
  count(gpu: string, code: number): void {
    const logged = this.#of(gpu);
    if (!OF_APPLICATIONS.has(code)) logged.errors += 1;
    const isFollowUp = OF_APPLICATIONS.has(code) || code === RECOVERY_ACTION;
    if (!isFollowUp || !(logged.code > 0) || OF_APPLICATIONS.has(logged.code)) logged.code = code;
  }

  /** A GPU that came back, or a node that started anew, has none. */
  clear(gpu?: string): void {
    for (const [id, logged] of this.#logged) if (gpu === undefined || gpu === id) logged.code = 0;
  }

  #of(gpu: string): Logged {
    const known = this.#logged.get(gpu);
    if (known) return known;
    const created = { code: Number.NaN, errors: 0, seenMs: -1, toldMs: Number.NEGATIVE_INFINITY };
    this.#logged.set(gpu, created);
    return created;
  }

  #tell(gpu: string, logged: Logged, atMs: number): Frame {
    logged.toldMs = atMs;
    return { subject: { kind: 'gpu', id: gpu }, layout, atMs, values: [logged.code, logged.errors] };
  }

  #restOf(whole: readonly MetricId[]): { layout: readonly MetricId[]; at: number } {
    const known = this.#rests.get(whole);
    if (known) return known;
    const created = { layout: whole.filter((metric) => metric !== 'gpu.xid'), at: whole.indexOf('gpu.xid') };
    this.#rests.set(whole, created);
    return created;
  }
}
