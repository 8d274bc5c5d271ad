/** What a histogram or a pair of counters has counted since its service began. */
export interface Distribution {
  readonly sum: number;
  readonly count: number;
  /** How many were at most so large, by the upper bound. */
  readonly buckets: ReadonlyMap<number, number>;
}

const WINDOW_MS = 60_000;
/** After a longer silence it would not be the last minute that is told. */
const LONGEST_MS = 90_000;

/** What was added to a distribution within the last minute. */
export class DistributionWindow {
  #kept: Array<{ atMs: number; total: Distribution }> = [];

  push(atMs: number, total: Distribution): void {
    const last = this.#kept.at(-1);
    // It counts from the start again, or the clock was set back.
    if (last && (total.count < last.total.count || atMs <= last.atMs)) this.#kept = [];
    this.#kept.push({ atMs, total });
    while ((this.#kept[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) this.#kept.shift();
    if (atMs - (this.#kept[0]?.atMs ?? atMs) > LONGEST_MS) this.#kept.shift();
  }

  /** NaN where nothing was added. */
  mean(): number {
    const { sum, count } = this.#added();
    return count > 0 && sum >= 0 ? sum / count : Number.NaN;
  }

  /** As PromQL's histogram_quantile has it: evenly spread within a bucket, and never above the last finite bound. */
  quantile(share: number): number {
    const { buckets, count } = this.#added();
    if (count <= 0 || buckets.length === 0) return Number.NaN;
    const rank = share * count;
    let [lower, below] = [0, 0];
    for (const [upper, atMost] of buckets) {
      if (atMost >= rank) {
        if (upper === Number.POSITIVE_INFINITY) return lower;
        return atMost > below ? lower + ((upper - lower) * (rank - below)) / (atMost - below) : upper;
      }
      [lower, below] = [upper, atMost];
    }
    return lower;
  }

  #added(): { sum: number; count: number; buckets: Array<[bound: number, count: number]> } {
    const [first, last] = [this.#kept[0]?.total, this.#kept.at(-1)?.total];
    if (!first || !last || first === last) return { sum: 0, count: 0, buckets: [] };
    return {
      sum: last.sum - first.sum,
      count: last.count - first.count,
      buckets: [...last.buckets]
        .map(([bound, count]): [number, number] => [bound, count - (first.buckets.get(bound) ?? 0)])
        .sort(([one], [other]) => one - other),
    };
  }
}
