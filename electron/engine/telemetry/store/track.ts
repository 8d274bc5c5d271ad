import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { TrackExtent } from './sample-repository';
import { type CoarseTier, coarseTiers, finerThan } from './tiers';
import { TrackHead } from './track-head';

/** One collector's measurements of one subject, as long as this workstation's clock only goes on. */
export class Track {
  /** Null until it is first written. */
  id: number | null = null;
  /** Of the last block: nothing older may come into the head. */
  writtenToMs = Number.NEGATIVE_INFINITY;
  /** Up to where it is summed up; null while it has no block. */
  readonly summedToMs: Record<CoarseTier, number | null> = { 10000: null, 60000: null };
  readonly head: TrackHead;
  /** The oldest sample that came after a newer one, since somebody asked. */
  #disorderedFromMs = Number.POSITIVE_INFINITY;
  /** The array that frames come with: known by identity, it need not be compared. */
  frameLayout: readonly MetricId[];

  constructor(
    readonly hostId: string,
    /** See subjectKey. */
    readonly subject: string,
    readonly layout: readonly MetricId[],
    readonly run: number,
  ) {
    this.head = new TrackHead(layout);
    this.frameLayout = layout;
  }

  static of(stored: TrackExtent): Track {
    const track = new Track(stored.hostId, stored.subject, stored.layout, stored.run);
    track.id = stored.id;
    track.writtenToMs = stored.rawToMs ?? Number.NEGATIVE_INFINITY;
    const after = (endMs: number | null): number | null => (endMs === null ? null : endMs + 1);
    track.summedToMs[10_000] = after(stored.tenSecondsToMs) ?? bucketOf(stored.rawFromMs, 10_000);
    track.summedToMs[60_000] = after(stored.minutesToMs) ?? bucketOf(stored.tenSecondsFromMs, 60_000);
    return track;
  }

  /** From a server; it is whole, and nothing is added to it. */
  get isImported(): boolean {
    return this.run < 0;
  }

  get newestMs(): number {
    return Math.max(this.writtenToMs, this.head.lastMs);
  }

  /** Takes in a sample of the newest; false for one of a time that is there already. */
  take(atMs: number, values: ArrayLike<number>, seq: number): boolean {
    const isBehind = atMs < this.head.lastMs;
    if (!this.head.append(atMs, values, seq)) return false;
    if (isBehind) this.#disorderedFromMs = Math.min(this.#disorderedFromMs, atMs);
    return true;
  }

  /** From where on samples came that are older than others before them; tells it once. */
  askDisorder(): number {
    const fromMs = this.#disorderedFromMs;
    this.#disorderedFromMs = Number.POSITIVE_INFINITY;
    return fromMs;
  }

  get isEmpty(): boolean {
    const isSummedUp = coarseTiers.some((tier) => this.summedToMs[tier] !== null);
    return this.newestMs === Number.NEGATIVE_INFINITY && !isSummedUp;
  }

  has(layout: readonly MetricId[]): boolean {
    if (layout === this.frameLayout) return true;
    if (layout.length !== this.layout.length || layout.some((metric, index) => metric !== this.layout[index])) {
      return false;
    }
    this.frameLayout = layout;
    return true;
  }

  /** The head is in a block now. */
  onWritten(): void {
    for (const tier of coarseTiers) {
      if (finerThan(tier) === 0) this.summedToMs[tier] ??= bucketOf(this.head.firstMs, tier);
    }
    this.writtenToMs = this.head.lastMs;
    this.head.drop();
  }
}

function bucketOf(atMs: number | null, tier: CoarseTier): number | null {
  return atMs === null ? null : Math.floor(atMs / tier) * tier;
}
