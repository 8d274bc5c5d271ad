import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import { type Store, StoreError } from '../../store/store';
import { encodeBlock } from '../blocks/block';
import { Journal, type JournalSample, unpackSamples } from './journal';
import { SampleRepository } from './sample-repository';
import { Track } from './track';

/** A block takes two minutes at one sample a second, and ten minutes of slower ones. */
const BLOCK_SAMPLES = 120;
const BLOCK_SPAN_MS = 600_000;
/** Everything else waits while the journal, blocks and new tracks are written: so much at once, the rest a moment later. */
const BLOCKS_BUDGET_MS = 4;
const LOOK_EVERY_MS = 1000;
const VALUES_A_FLUSH = 8000;
const TRACKS_A_FLUSH = 100;
/** While the disk takes nothing: four blocks of each track stay in memory, then the oldest are given up, and that is told. */
const HELD_SAMPLES = BLOCK_SAMPLES * 4;
/** Nothing is measured in the future: where a track is further on, this workstation's clock was set back. */
const CLOCK_SET_BACK_MS = 1000;

export interface SampleStoreOptions {
  readonly store: Store;
  readonly nowMs: () => number;
  /** Told when samples had to be given up: the disk took nothing for too long. */
  readonly onLost?: (lost: { samples: number }) => void;
}

/** How much was taken, and what was not. */
export interface SampleCounts {
  samples: number;
  duplicates: number;
  late: number;
}

interface Unsaved {
  readonly track: Track;
  readonly atMs: number;
  readonly values: ArrayLike<number>;
}

/** Keeps samples: the newest in memory and in a journal, older ones in blocks. */
export class SampleStore {
  readonly counts: SampleCounts = { samples: 0, duplicates: 0, late: 0 };
  readonly repository: SampleRepository;
  readonly #store: Store;
  readonly #nowMs: () => number;
  readonly #onLost: NonNullable<SampleStoreOptions['onLost']>;
  readonly #tracks = new Set<Track>();
  /** By host and subject, the newest run last. */
  readonly #byHost = new Map<string, Map<string, Track[]>>();
  readonly #journal: Journal;
  #unsaved: Unsaved[] = [];
  /** Whose block is full. */
  #due: Track[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ store, nowMs, onLost = () => {} }: SampleStoreOptions) {
    this.#store = store;
    this.#nowMs = nowMs;
    this.#onLost = onLost;
    this.repository = new SampleRepository(store);
    const byId = new Map(this.repository.tracks().map((stored) => [stored.id, this.#add(Track.of(stored))]));
    let lastSeq = 0;
    // What a killed engine had written to the journal only.
    for (const { seq, data } of this.repository.journal()) {
      lastSeq = seq;
      for (const { trackId, atMs, values } of unpackSamples(data)) {
        const track = byId.get(trackId);
        if (track) this.#take(track, atMs, values, seq);
      }
    }
    this.#journal = new Journal(this.repository, lastSeq, nowMs());
  }

  tracks(): ReadonlySet<Track> {
    return this.#tracks;
  }

  /** How many are in memory only. */
  get unsavedValues(): number {
    return this.#unsaved.reduce((sum, { values }) => sum + values.length, 0);
  }

  subjectsOf(hostId: string): ReadonlyMap<string, readonly Track[]> {
    return this.#byHost.get(hostId) ?? new Map();
  }

  /** Takes in the tracks that another process has imported. */
  adoptImported(): void {
    const known = new Set([...this.#tracks].map(({ id }) => id));
    for (const stored of this.repository.tracks())
      if (stored.run < 0 && !known.has(stored.id)) this.#add(Track.of(stored));
  }

  append(hostId: string, frames: readonly Frame[]): void {
    const nowMs = this.#nowMs();
    for (const frame of frames) {
      const track = this.#trackOf(hostId, frame, nowMs);
      const atMs = Math.round(frame.atMs);
      if (this.#take(track, atMs, frame.values, this.#journal.nextSeq)) {
        this.#unsaved.push({ track, atMs, values: frame.values });
      }
    }
  }

  #take(track: Track, atMs: number, values: ArrayLike<number>, seq: number): boolean {
    const isLate = atMs < track.writtenToMs;
    if (!isLate && atMs !== track.writtenToMs && track.take(atMs, values, seq)) {
      this.counts.samples += values.length;
      return true;
    }
    this.counts[isLate ? 'late' : 'duplicates'] += values.length;
    return false;
  }

  /**
   * Writes to the journal what came, and blocks that are full: some of it, and returns whether there is more. Throws a
   * StoreError when the disk takes nothing: nothing is lost by that until it has lasted for minutes.
   */
  flush(all = false): boolean {
    const nowMs = this.#nowMs();
    if (all || Math.abs(nowMs - this.#lookedAtMs) >= LOOK_EVERY_MS) {
      this.#due = [...this.#tracks].filter(({ head }) => head.count > 0 && (all || isDue(head, nowMs)));
      this.#lookedAtMs = nowMs;
    }
    if (this.#due.length === 0 && this.#unsaved.length === 0) return false;
    const ids = new Map<Track, number>();
    const idOf = (track: Track): number => {
      const id = track.id ?? ids.get(track) ?? this.repository.addTrack(track);
      if (track.id === null) ids.set(track, id);
      return id;
    };
    const written = new Set<Track>();
    let later: Unsaved[] = [];
    let carried: Track[] = [];
    try {
      this.#store.transactionSoon(() => {
        const startedAt = performance.now();
        for (const track of this.#due) {
          this.repository.addBlock(blockOf(track, idOf(track)));
          written.add(track);
          if (!all && performance.now() - startedAt > BLOCKS_BUDGET_MS) break;
        }
        const left = this.#unsaved.filter(({ track }) => !written.has(track));
        const rows: JournalSample[] = [];
        let room = VALUES_A_FLUSH;
        for (const sample of left) {
          const isNew = sample.track.id === null && !ids.has(sample.track);
          if (room <= 0 || (isNew && ids.size >= TRACKS_A_FLUSH)) {
            later.push(sample);
            continue;
          }
          rows.push({ trackId: idOf(sample.track), atMs: sample.atMs, values: sample.values });
          room -= sample.values.length;
        }
        // Old rows wait until all that came is written.
        const isLast = all || (rows.length > 0 && later.length === 0);
        if (isLast && !all) carried = this.#oldHeads(written, room);
        for (const track of carried) rows.push(...samplesOf(track));
        this.#journal.write(rows);
        if (isLast) this.#journal.trim(this.#neededFromSeq(written, new Set(carried)));
      });
    } catch (error) {
      later = [];
      if (error instanceof StoreError) this.#giveUpOldest();
      throw error;
    }
    for (const [track, id] of ids) track.id = id;
    for (const track of carried) track.head.sinceSeq = this.#journal.nextSeq;
    for (const track of written) track.onWritten();
    this.#due = this.#due.filter((track) => !written.has(track));
    this.#unsaved = later;
    this.#journal.onWritten(nowMs);
    return this.#due.length > 0 || later.length > 0;
  }

  /** A slow track fills its block in minutes; meanwhile the journal of all others need not be kept for it. */
  #oldHeads(written: ReadonlySet<Track>, values: number): Track[] {
    const old: Track[] = [];
    let room = values;
    for (const track of this.#tracks) {
      if (room <= 0) break;
      if (track.id === null || track.head.count === 0 || written.has(track)) continue;
      if (!this.#journal.isOld(track.head.sinceSeq)) continue;
      old.push(track);
      room -= track.head.count * track.layout.length;
    }
    return old;
  }

  #neededFromSeq(written: ReadonlySet<Track>, carried: ReadonlySet<Track>): number {
    let from = this.#journal.nextSeq;
    for (const track of this.#tracks) {
      if (track.head.count > 0 && !written.has(track) && !carried.has(track))
        from = Math.min(from, track.head.sinceSeq);
    }
    return from;
  }

  #giveUpOldest(): void {
    let samples = 0;
    const droppedTo = new Map<Track, number>();
    for (const track of this.#tracks) {
      const { head } = track;
      if (head.count < HELD_SAMPLES) continue;
      droppedTo.set(track, head.times[BLOCK_SAMPLES - 1] as number);
      head.drop(BLOCK_SAMPLES);
      samples += BLOCK_SAMPLES * track.layout.length;
    }
    if (samples === 0) return;
    this.#unsaved = this.#unsaved.filter(
      ({ track, atMs }) => atMs > (droppedTo.get(track) ?? Number.NEGATIVE_INFINITY),
    );
    this.#onLost({ samples });
  }

  /** What the host measured is not wanted any more; `GiveUp` makes the room. */
  forgetHost(hostId: string): void {
    this.#store.transaction(() => this.repository.forgetHost(hostId));
    for (const tracks of this.subjectsOf(hostId).values()) for (const track of tracks) this.#tracks.delete(track);
    this.#byHost.delete(hostId);
    this.#unsaved = this.#unsaved.filter(({ track }) => this.#tracks.has(track));
    this.#due = this.#due.filter((track) => this.#tracks.has(track));
  }

  /** Of a GPU that has long gone nothing is kept in the end, not even its name. */
  forgetEmpty(): void {
    const empty = [...this.#tracks].filter((track) => track.isEmpty);
    if (empty.length === 0) return;
    this.#store.transactionSoon(() => {
      for (const { id } of empty) if (id !== null) this.repository.deleteTrack(id);
    });
    for (const track of empty) {
      this.#tracks.delete(track);
      const subjects = this.#byHost.get(track.hostId);
      const left = subjects?.get(track.subject)?.filter((each) => each !== track) ?? [];
      if (left.length > 0) subjects?.set(track.subject, left);
      else subjects?.delete(track.subject);
    }
  }

  close(): void {
    this.flush(true);
  }

  #trackOf(hostId: string, { subject, layout }: Frame, nowMs: number): Track {
    const subjectText = subjectKey(subject);
    const known = this.subjectsOf(hostId)
      .get(subjectText)
      ?.findLast((track) => !track.isImported && track.has(layout));
    if (known && known.newestMs <= nowMs + CLOCK_SET_BACK_MS) return known;
    return this.#add(new Track(hostId, subjectText, layout, known ? known.run + 1 : 0));
  }

  #add(track: Track): Track {
    this.#tracks.add(track);
    const subjects = this.#byHost.get(track.hostId) ?? new Map<string, Track[]>();
    this.#byHost.set(track.hostId, subjects);
    subjects.set(track.subject, [...(subjects.get(track.subject) ?? []), track]);
    return track;
  }
}

function isDue({ count, firstMs, lastMs }: Track['head'], nowMs: number): boolean {
  const isOver = Math.abs(nowMs - lastMs) > BLOCK_SPAN_MS;
  return count >= BLOCK_SAMPLES || lastMs - firstMs >= BLOCK_SPAN_MS || isOver;
}

function blockOf({ head, layout }: Track, trackId: number) {
  return {
    trackId,
    tier: 0 as const,
    startMs: head.firstMs,
    endMs: head.lastMs,
    samples: head.count * layout.length,
    data: encodeBlock({ times: head.times, columns: head.columns }),
  };
}

function samplesOf({ id, head }: Track): JournalSample[] {
  const { columns } = head;
  return Array.from(head.times, (atMs, index) => ({
    trackId: id ?? 0,
    atMs,
    values: columns.map((column) => column[index] as number),
  }));
}
