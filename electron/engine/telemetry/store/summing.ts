import type { Store } from '../../store/store';
import { encodeBlock } from '../blocks/block';
import { decodedBlocks } from './decoded-blocks';
import type { SampleRepository } from './sample-repository';
import { type CoarseTier, coarseTiers, finerThan, sumUp, type Tier } from './tiers';
import type { Track } from './track';

/** Summed up at once: some hundred buckets of the coarser tier make a good block. */
const SUM_SPAN_MS: Readonly<Record<CoarseTier, number>> = { 10000: 600_000, 60000: 3_600_000 };
/** Samples may come a little late, from a stream that was held up. */
const SETTLED_MS = 30_000;
/** After so long a silence what is left is summed up as well, however little. */
const OVER_MS = 2 * 3_600_000;

/** Sums up old samples: 10 s from samples as they came, 1 min from those. */
export class Summing {
  #next = 0;

  constructor(
    private readonly store: Store,
    private readonly repository: SampleRepository,
    private readonly nowMs: () => number,
  ) {}

  /** Works for about so many ms, and returns whether there is more. */
  work(tracks: Iterable<Track>, budgetMs: number): boolean {
    const startedAt = performance.now();
    const all = [...tracks];
    for (let passed = 0; passed < all.length; passed += 1) {
      this.#next = (this.#next + 1) % all.length;
      const track = all[this.#next];
      if (!track) continue;
      for (const tier of coarseTiers) while (this.#sumUp(track, tier) && performance.now() - startedAt <= budgetMs);
      if (performance.now() - startedAt > budgetMs) return true;
    }
    return false;
  }

  /** Writes the next block of a tier; false where its time has not come. */
  #sumUp(track: Track, tier: CoarseTier): boolean {
    const { id } = track;
    const startMs = track.summedToMs[tier];
    if (id === null || startMs === null) return false;
    const finer = finerThan(tier);
    const knownToMs = finer === 0 ? track.writtenToMs + 1 : (track.summedToMs[finer] ?? Number.NEGATIVE_INFINITY);
    const isOver = this.nowMs() - track.newestMs > OVER_MS;
    // Whole buckets of what can't change any more.
    const buckets = Math.min(knownToMs, this.nowMs() - SETTLED_MS) / tier;
    const readyMs = (isOver ? Math.ceil(buckets) : Math.floor(buckets)) * tier;
    if (readyMs - startMs < (isOver ? 1 : SUM_SPAN_MS[tier])) return false;
    const untilMs = Math.min(readyMs, startMs + 2 * SUM_SPAN_MS[tier]);
    const { times, columns } = this.#samples(id, finer, startMs, untilMs);
    if (times.length === 0) {
      const nextMs = this.repository.nextStart(id, finer, untilMs);
      track.summedToMs[tier] = nextMs === null ? untilMs : Math.floor(nextMs / tier) * tier;
      return true;
    }
    const summed = sumUp(track.layout, finer, tier, times, columns);
    this.store.transactionSoon(() =>
      this.repository.addBlock({
        trackId: id,
        tier,
        startMs: summed.times[0] ?? startMs,
        // Up to here it is complete, so that the next one goes on from here.
        endMs: untilMs - 1,
        samples: summed.times.length * summed.columns.length,
        data: encodeBlock(summed),
      }),
    );
    track.summedToMs[tier] = untilMs;
    if (tier === 10_000) track.summedToMs[60_000] ??= Math.floor(startMs / 60_000) * 60_000;
    return true;
  }

  #samples(trackId: number, tier: Tier, fromMs: number, untilMs: number): { times: number[]; columns: number[][] } {
    const times: number[] = [];
    const columns: number[][] = [];
    for (const block of decodedBlocks(this.repository.blocks(trackId, tier, fromMs, untilMs - 1))) {
      for (const [index, time] of block.times.entries()) {
        if (time < fromMs || time >= untilMs) continue;
        times.push(time);
        for (const [column, values] of block.columns.entries()) {
          const into = columns[column] ?? [];
          into.push(values[index] as number);
          columns[column] = into;
        }
      }
    }
    return { times, columns };
  }
}
