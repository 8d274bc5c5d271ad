import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { Store } from '../../store/store';
import { encodeBlock } from '../blocks/block';
import { decodedBlocks } from './decoded-blocks';
import type { SampleStore } from './sample-store';
import { columnsOf, sumUp, tiers } from './tiers';

/** A whole number of these is filled at once. */
export const MINUTE_MS = 60_000;

/** Samples of one subject from elsewhere, within whole minutes. */
export interface ForeignSamples {
  readonly hostId: string;
  readonly subject: string;
  readonly values: ReadonlyMap<MetricId, ReadonlyMap<number, number>>;
}

export interface Filled {
  readonly taken: number;
  /** Of minutes of which the metric is known here. */
  readonly passedOver: number;
}

/** Writes samples where nothing is known of a metric in that minute, as tracks of their own, with all their tiers. */
export class GapFiller {
  readonly #store: Store;
  readonly #samples: SampleStore;
  readonly #tracks = new Map<string, number>();
  readonly #isDry: boolean;
  #run: number;

  /** `isDry`: only counts. */
  constructor(store: Store, samples: SampleStore, { isDry = false } = {}) {
    this.#isDry = isDry;
    this.#store = store;
    this.#samples = samples;
    this.#run = Math.min(0, ...[...samples.tracks()].map(({ run }) => run));
  }

  /** On disk, all or nothing, when it returns. Throws a StoreError. */
  fill(found: readonly ForeignSamples[], fromMs: number, toMs: number): Filled {
    let [taken, passedOver] = [0, 0];
    const created = new Map<string, number>();
    this.#store.transactionSoon(() => {
      for (const { hostId, subject, values } of found) {
        const missing: Array<readonly [MetricId, ReadonlyMap<number, number>]> = [];
        for (const [metric, samples] of values) {
          const known = this.#knownMinutes(hostId, subject, metric, fromMs, toMs);
          const left = [...samples].filter(([atMs]) => !known.has(Math.floor(atMs / MINUTE_MS)));
          passedOver += samples.size - left.length;
          taken += left.length;
          if (left.length > 0) missing.push([metric, new Map(left.sort(([one], [other]) => one - other))]);
        }
        if (this.#isDry) continue;
        for (const columns of alike(missing)) this.#write(hostId, subject, columns, toMs, created);
      }
    });
    for (const [key, id] of created) this.#tracks.set(key, id);
    if (created.size > 0) this.#samples.adoptImported();
    return { taken, passedOver };
  }

  #knownMinutes(hostId: string, subject: string, metric: MetricId, fromMs: number, toMs: number): Set<number> {
    const minutes = new Set<number>();
    const add = (times: ArrayLike<number>, values: ArrayLike<number>): void => {
      for (let at = 0; at < times.length; at += 1) {
        if (!Number.isNaN(values[at])) minutes.add(Math.floor((times[at] as number) / MINUTE_MS));
      }
    };
    for (const { id, layout, head } of this.#samples.subjectsOf(hostId).get(subject) ?? []) {
      const index = layout.indexOf(metric);
      if (index < 0) continue;
      add(head.times, head.column(index));
      if (id === null) continue;
      for (const tier of tiers) {
        const { at } = columnsOf(layout, index, tier);
        const rows = this.#samples.repository.blocks(id, tier, fromMs, toMs - 1);
        for (const { times, columns } of decodedBlocks(rows, new Set([at]))) add(times, columns[at] ?? []);
      }
    }
    return minutes;
  }

  #write(
    hostId: string,
    subject: string,
    values: ReadonlyArray<readonly [MetricId, ReadonlyMap<number, number>]>,
    toMs: number,
    created: Map<string, number>,
  ): void {
    const { repository } = this.#samples;
    const layout = values.map(([metric]) => metric);
    const key = JSON.stringify([hostId, subject, layout]);
    let trackId = this.#tracks.get(key) ?? created.get(key);
    if (trackId === undefined) {
      this.#run -= 1;
      trackId = repository.addTrack({ hostId, subject, layout, run: this.#run });
      created.set(key, trackId);
    }
    const times = [...(values[0]?.[1].keys() ?? [])];
    const columns = values.map(([, samples]) => [...samples.values()]);
    const raw = { times, columns };
    const ten = sumUp(layout, 0, 10_000, times, columns);
    const minutes = sumUp(layout, 10_000, MINUTE_MS, ten.times, ten.columns);
    for (const [tier, block] of [
      [0, raw],
      [10_000, ten],
      [MINUTE_MS, minutes],
    ] as const) {
      repository.addBlock({
        trackId,
        tier,
        startMs: block.times[0] ?? 0,
        // Summed up already as far as it goes: nobody sums it up again.
        endMs: tier === 0 ? (block.times.at(-1) ?? 0) : toMs - 1,
        samples: block.times.length * block.columns.length,
        data: encodeBlock(block),
      });
    }
  }
}

/** Metrics with the same times go in one track. */
function alike<Values extends readonly [MetricId, ReadonlyMap<number, number>]>(values: readonly Values[]): Values[][] {
  const byTimes = new Map<string, Values[]>();
  for (const each of values) {
    const key = [...each[1].keys()].join();
    const known = byTimes.get(key);
    if (known) known.push(each);
    else byTimes.set(key, [each]);
  }
  return [...byTimes.values()].map((each) => each.sort(([one], [other]) => (one < other ? -1 : 1)));
}
