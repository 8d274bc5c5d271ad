import type { SamplesKept } from '#shared/domain/telemetry/samples-kept';
import type { Store } from '../../store/store';
import type { SampleRepository } from './sample-repository';
import { type Tier, tiers } from './tiers';

/** How long samples are kept, and in how much room. */
export interface Retention {
  readonly keepMs: Readonly<Record<Tier, number>>;
  readonly budgetBytes: number;
  /** Of this time what a server took is kept there, and not here. */
  readonly elsewhere?: { readonly fromMs: number; readonly toMs: number } | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function retentionOf({ rawHours, tenSecondsDays, minutesDays, diskGigabytes }: SamplesKept): Retention {
  const keepMs = { 0: rawHours * HOUR_MS, 10000: tenSecondsDays * DAY_MS, 60000: minutesDays * DAY_MS };
  return { keepMs, budgetBytes: diskGigabytes * 1e9 };
}

export interface GivenUp {
  readonly tier: Tier;
  /** Nothing older is kept of the tier. */
  readonly toMs: number;
}

/** Deleted at once: a block takes some 30 µs. */
const BLOCKS_A_STEP = 40;
const PAGES_A_STEP = 8;
/** What is not summed up yet stays, even where there is no room. */
const NOT_SUMMED_MS = 2 * HOUR_MS;
/** Once all that a server has is given up, a while passes until there is more of it. */
const ELSEWHERE_EVERY_MS = 60_000;
/** A clock that is found far ahead may be wrong, and is then set right: nothing is given up by it for an hour. */
const DOUBT_MS = HOUR_MS;
/** And for a while after the start, when nobody knows how far it went. */
const DOUBT_AT_START_MS = 600_000;

/** Gives up what is too old, and what there is no room for: samples as they came first, then 10 s, then 1 min. */
export class GiveUp {
  #believedFromMs: number;
  #elsewhereFromMs = Number.NEGATIVE_INFINITY;
  #before: { wallMs: number; steadyMs: number };

  constructor(
    private readonly store: Store,
    private readonly repository: SampleRepository,
    private readonly retention: () => Retention,
    private readonly nowMs: () => number,
    private readonly onBudget: (givenUp: GivenUp) => void,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {
    this.#before = { wallMs: nowMs(), steadyMs: steadyMs() };
    this.#believedFromMs = steadyMs() + DOUBT_AT_START_MS;
  }

  /** A few ms of work; returns whether there is more. Throws a StoreError. */
  step(): boolean {
    return (
      this.store.transactionSoon(() => this.repository.deleteForgotten(BLOCKS_A_STEP)) || this.#old() || this.#over()
    );
  }

  #old(): boolean {
    if (!this.#isClockBelieved()) return false;
    const { keepMs, elsewhere } = this.retention();
    const nowMs = this.nowMs();
    return this.store.transactionSoon(() => {
      const counts = tiers.map((tier) => this.repository.deleteOldest(tier, nowMs - keepMs[tier], BLOCKS_A_STEP).count);
      if (elsewhere) counts.push(...this.#elsewhere(elsewhere));
      counts.push(this.repository.deleteEvents(nowMs - keepMs[60_000], BLOCKS_A_STEP));
      this.repository.deleteUntaken(nowMs - keepMs[60_000]);
      return counts.some((count) => count === BLOCKS_A_STEP);
    });
  }

  #elsewhere({ fromMs, toMs }: { fromMs: number; toMs: number }): number[] {
    if (this.steadyMs() < this.#elsewhereFromMs) return [];
    const counts = tiers.map((tier) => this.repository.deleteSent(tier, fromMs, toMs, BLOCKS_A_STEP));
    if (counts.every((count) => count < BLOCKS_A_STEP)) this.#elsewhereFromMs = this.steadyMs() + ELSEWHERE_EVERY_MS;
    return counts;
  }

  #over(): boolean {
    const { budgetBytes } = this.retention();
    const { fileBytes, usedBytes } = this.repository.size();
    if (usedBytes > budgetBytes) {
      for (const tier of tiers) {
        const beforeMs = tier === 0 ? this.nowMs() - NOT_SUMMED_MS : this.nowMs();
        const { count, toMs } = this.store.transactionSoon(() =>
          this.repository.deleteOldest(tier, beforeMs, BLOCKS_A_STEP),
        );
        if (count === 0) continue;
        this.onBudget({ tier, toMs });
        return true;
      }
      return false;
    }
    if (fileBytes <= budgetBytes) return false;
    this.repository.shrink(PAGES_A_STEP);
    return true;
  }

  #isClockBelieved(): boolean {
    const wallMs = this.nowMs();
    const steadyMs = this.steadyMs();
    const jumpMs = wallMs - this.#before.wallMs - (steadyMs - this.#before.steadyMs);
    this.#before = { wallMs, steadyMs };
    if (Math.abs(jumpMs) > DOUBT_MS) this.#believedFromMs = steadyMs + DOUBT_MS;
    return steadyMs >= this.#believedFromMs;
  }
}
