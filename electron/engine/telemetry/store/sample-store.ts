import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { type Store, StoreError } from '../../store/store';
import { decodeBlock, encodeBlock } from '../blocks/block';
import { SampleRepository, type StoredTrack } from './sample-repository';
import { type CoarseTier, coarseTiers, finerThan, sumUp, type Tier } from './tiers';
import { TrackHead } from './track-head';

/** A block takes two minutes at one sample a second, and ten minutes of slower ones. */
const BLOCK_SAMPLES = 120;
const BLOCK_SPAN_MS = 600_000;
/** Blocks written at once: everything else waits meanwhile. What is due then is written a second later. */
const BLOCKS_A_FLUSH = 64;
/** While the disk takes nothing: four blocks of each track stay in memory, then the oldest are given up, and that is told. */
const HELD_SAMPLES = BLOCK_SAMPLES * 4;
/** Summed up at once: some hundred buckets of the coarser tier make a good block. */
const SUM_SPAN_MS: Readonly<Record<CoarseTier, number>> = { 10000: 600_000, 60000: 3_600_000 };
/** Samples may come a little late, from a stream that was held up. */
const SETTLED_MS = 30_000;

export interface SampleStoreOptions {
  readonly store: Store;
  readonly nowMs: () => number;
  /** Told when samples had to be given up: the disk took nothing for too long. */
  readonly onLost?: (lost: { samples: number; error: StoreError }) => void;
}

interface Track extends StoredTrack {
  readonly head: TrackHead;
  /** Of the last block: nothing older may come into the head. */
  writtenToMs: number;
  /** Up to where it is summed up; null while it has no block. */
  readonly summedToMs: Record<CoarseTier, number | null>;
}

/** How much was taken, and what was not. */
export interface SampleCounts {
  samples: number;
  duplicates: number;
  late: number;
}

/** Keeps samples: the newest in memory and in a journal, older ones in blocks, old ones summed up. */
export class SampleStore {
  readonly counts: SampleCounts = { samples: 0, duplicates: 0, late: 0 };
  readonly #store: Store;
  readonly #repository: SampleRepository;
  readonly #nowMs: () => number;
  readonly #onLost: NonNullable<SampleStoreOptions['onLost']>;
  readonly #tracks = new Map<string, Track>();
  readonly #byId = new Map<number, Track>();
  /** Frames of one collector share their layout, so most are told by identity. */
  readonly #layoutKeys = new WeakMap<readonly MetricId[], string>();
  #sumUpNext = 0;
  #unsaved: Array<[trackId: number, atMs: number, values: readonly number[]]> = [];

  constructor({ store, nowMs, onLost = () => {} }: SampleStoreOptions) {
    this.#store = store;
    this.#nowMs = nowMs;
    this.#onLost = onLost;
    this.#repository = new SampleRepository(store);
    for (const stored of this.#repository.tracks()) this.#adopt(stored);
    this.#recover();
  }

  get repository(): SampleRepository {
    return this.#repository;
  }

  tracks(): IterableIterator<StoredTrack & { readonly head: TrackHead }> {
    return this.#byId.values();
  }

  track(id: number): (StoredTrack & { readonly head: TrackHead }) | undefined {
    return this.#byId.get(id);
  }

  append(hostId: string, frames: readonly Frame[]): void {
    const nowMs = this.#nowMs();
    for (const frame of frames) {
      const track = this.#trackOf(hostId, frame);
      const atMs = Math.round(frame.atMs);
      if (this.#take(track, atMs, frame.values, nowMs)) this.#unsaved.push([track.id, atMs, frame.values]);
    }
  }

  #take(track: Track, atMs: number, values: readonly number[], nowMs: number): boolean {
    if (atMs <= track.writtenToMs) {
      this.counts[atMs === track.writtenToMs ? 'duplicates' : 'late'] += values.length;
      return false;
    }
    const appended = track.head.append(atMs, values, nowMs);
    if (appended === 'added') {
      this.counts.samples += values.length;
      return true;
    }
    this.counts[appended === 'late' ? 'late' : 'duplicates'] += values.length;
    return false;
  }

  /**
   * Writes the journal and the blocks that are full; about once a second. Throws a StoreError when the disk takes
   * nothing: nothing is lost by that until it has lasted for minutes.
   */
  flush(all = false): void {
    const full = [...this.#byId.values()].filter(({ head }) => head.count > 0 && (all || isDue(head)));
    const due = all ? full : full.slice(0, BLOCKS_A_FLUSH);
    if (due.length === 0 && this.#unsaved.length === 0) return;
    try {
      this.#store.transactionSoon(() => {
        for (const track of due) this.#repository.addBlock(blockOf(track));
        if (this.#unsaved.length > 0 && !all) this.#repository.addJournal(this.#nowMs(), packed(this.#unsaved));
        if (due.length > 0) this.#repository.trimJournal(this.#neededSinceMs(due));
      });
    } catch (error) {
      if (error instanceof StoreError) this.#giveUpOldest(error);
      throw error;
    }
    this.#unsaved = [];
    for (const track of due) {
      for (const tier of coarseTiers) track.summedToMs[tier] ??= Math.floor(track.head.firstMs / tier) * tier;
      track.writtenToMs = track.head.lastMs;
      track.head.clear();
    }
  }

  /** The journal from here on has samples that are in no block. */
  #neededSinceMs(written: readonly Track[]): number {
    const gone = new Set(written);
    let since = Number.POSITIVE_INFINITY;
    for (const track of this.#byId.values()) {
      if (track.head.count > 0 && !gone.has(track)) since = Math.min(since, track.head.sinceMs);
    }
    return Number.isFinite(since) ? since : this.#nowMs() + 1;
  }

  #giveUpOldest(error: StoreError): void {
    let samples = 0;
    for (const track of this.#byId.values()) {
      if (track.head.count < HELD_SAMPLES) continue;
      samples += track.head.count * track.layout.length;
      track.writtenToMs = track.head.lastMs;
      track.head.clear();
    }
    if (samples === 0) return;
    this.#unsaved = this.#unsaved.filter(([id, atMs]) => atMs > (this.#byId.get(id)?.writtenToMs ?? 0));
    this.#onLost({ samples, error });
  }

  /** Sums up what is old enough, for about so many ms, and returns whether there is more. */
  sumUpSome(budgetMs = 5): boolean {
    const startedAt = performance.now();
    const tracks = [...this.#byId.values()];
    for (let passed = 0; passed < tracks.length; passed += 1) {
      this.#sumUpNext = (this.#sumUpNext + 1) % tracks.length;
      const track = tracks[this.#sumUpNext];
      if (!track) continue;
      for (const tier of coarseTiers) while (this.#sumUp(track, tier) && performance.now() - startedAt <= budgetMs);
      if (performance.now() - startedAt > budgetMs) return true;
    }
    return false;
  }

  /** Writes the next block of a tier; false where its time has not come. */
  #sumUp(track: Track, tier: CoarseTier): boolean {
    const startMs = track.summedToMs[tier];
    const finer = finerThan(tier);
    const knownToMs = finer === 0 ? track.writtenToMs + 1 : (track.summedToMs[finer] ?? Number.NEGATIVE_INFINITY);
    // Whole buckets of what can't change any more.
    const readyMs = Math.floor(Math.min(knownToMs, this.#nowMs() - SETTLED_MS) / tier) * tier;
    if (startMs === null || readyMs - startMs < SUM_SPAN_MS[tier]) return false;
    const untilMs = Math.min(readyMs, startMs + 2 * SUM_SPAN_MS[tier]);
    const { times, columns } = this.#samples(track, finer, startMs, untilMs);
    if (times.length === 0) {
      const nextMs = this.#repository.nextStart(track.id, finer, untilMs);
      track.summedToMs[tier] = nextMs === null ? untilMs : Math.floor(nextMs / tier) * tier;
      return true;
    }
    const buckets = sumUp(track.layout, finer, tier, times, columns);
    this.#store.transactionSoon(() =>
      this.#repository.addBlock({
        trackId: track.id,
        tier,
        startMs: buckets.times[0] ?? startMs,
        // Up to here it is complete, so that the next one goes on from here.
        endMs: untilMs - 1,
        samples: buckets.times.length * buckets.columns.length,
        data: encodeBlock(buckets),
      }),
    );
    track.summedToMs[tier] = untilMs;
    return true;
  }

  #samples(track: Track, tier: Tier, fromMs: number, untilMs: number): { times: number[]; columns: number[][] } {
    const times: number[] = [];
    const columns: number[][] = [];
    for (const row of this.#repository.blocks(track.id, tier, fromMs, untilMs - 1)) {
      const block = decodeBlock(row.data);
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

  /** What the host measured is not wanted any more. */
  forgetHost(hostId: string): void {
    this.#store.transaction(() => this.#repository.forgetHost(hostId));
    for (const [key, track] of this.#tracks) {
      if (track.hostId !== hostId) continue;
      this.#tracks.delete(key);
      this.#byId.delete(track.id);
    }
    this.#unsaved = this.#unsaved.filter(([id]) => this.#byId.has(id));
  }

  close(): void {
    this.flush(true);
  }

  #trackOf(hostId: string, { subject, layout }: Frame): Track {
    const subjectText = subjectKey(subject);
    const key = `${hostId}\n${subjectText}\n${this.#layoutKey(layout)}`;
    const known = this.#tracks.get(key);
    if (known) return known;
    const id = this.#store.transactionSoon(() => this.#repository.addTrack(hostId, subjectText, layout));
    return this.#adopt({ id, hostId, subject: subjectText, layout });
  }

  #adopt(stored: StoredTrack): Track {
    const track: Track = {
      ...stored,
      head: new TrackHead(stored.layout),
      writtenToMs: this.#repository.endOf(stored.id, 0) ?? Number.NEGATIVE_INFINITY,
      summedToMs: { 10000: this.#summedTo(stored.id, 10_000), 60000: this.#summedTo(stored.id, 60_000) },
    };
    this.#tracks.set(`${stored.hostId}\n${stored.subject}\n${stored.layout.join(',')}`, track);
    this.#byId.set(stored.id, track);
    return track;
  }

  #summedTo(trackId: number, tier: CoarseTier): number | null {
    const endMs = this.#repository.endOf(trackId, tier);
    if (endMs !== null) return endMs + 1;
    const startMs = this.#repository.nextStart(trackId, finerThan(tier), Number.MIN_SAFE_INTEGER);
    return startMs === null ? null : Math.floor(startMs / tier) * tier;
  }

  #layoutKey(layout: readonly MetricId[]): string {
    const known = this.#layoutKeys.get(layout);
    if (known !== undefined) return known;
    const key = layout.join(',');
    this.#layoutKeys.set(layout, key);
    return key;
  }

  /** Takes back in what a killed engine had written to the journal only. */
  #recover(): void {
    for (const { atMs: savedAtMs, data } of this.#repository.journal()) {
      for (const [id, atMs, values] of unpacked(data)) {
        const track = this.#byId.get(id);
        if (track) this.#take(track, atMs, values, savedAtMs);
      }
    }
  }
}

function isDue(head: TrackHead): boolean {
  return head.count >= BLOCK_SAMPLES || head.lastMs - head.firstMs >= BLOCK_SPAN_MS;
}

function blockOf({ id, head, layout }: Track) {
  return {
    trackId: id,
    tier: 0 as const,
    startMs: head.firstMs,
    endMs: head.lastMs,
    samples: head.count * layout.length,
    data: encodeBlock({ times: head.times, columns: head.columns }),
  };
}

type Unsaved = ReadonlyArray<readonly [trackId: number, atMs: number, values: readonly number[]]>;

/** JSON has no NaN and writes null for it. */
function packed(unsaved: Unsaved): Uint8Array {
  return deflateRawSync(JSON.stringify(unsaved), { level: 1 });
}

/** A row that is damaged is left out: it was a second of samples. */
function unpacked(data: Uint8Array): Array<[trackId: number, atMs: number, values: number[]]> {
  try {
    const rows = JSON.parse(inflateRawSync(data).toString('utf8')) as Array<[number, number, Array<number | null>]>;
    return rows.map(([id, atMs, values]) => [id, atMs, values.map((value) => value ?? Number.NaN)]);
  } catch {
    return [];
  }
}
