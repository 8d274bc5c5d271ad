import { storageMessage } from '#shared/domain/storage-problem';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import type { Message } from '#shared/domain/text';
import { isDamage } from '../../store/damage';
import { type Store, StoreError } from '../../store/store';
import { EventRepository } from './event-repository';
import { type GivenUp, GiveUp, type Retention } from './give-up';
import type { KeeperLock } from './keeper-lock';
import { SampleStore } from './sample-store';
import { Summing } from './summing';

const FLUSH_MS = 1000;
/** Few values, as of nodes that nobody looks at, wait for up to five of these: each writing costs the same. */
const FEW_VALUES = 1000;
const FEW_EVERY = 5;
/** Whether there is something to sum up or to give up is looked at with every so many of these. */
const WORK_EVERY = 10;
/** What is left to write, summing up and giving up, beside everything else: so much at once, then a rest. */
const WORK_MS = 4;
const REST_MS = 20;
/** Another keeper may have ended, a disk may have room again. */
const RETRY_MS = 10_000;
const TELL_GIVEN_UP_MS = 3_600_000;

export interface SampleKeeperOptions {
  /** Opens the database, when it is first needed. */
  readonly openStore: () => Store;
  /** Null while another process keeps in this folder. */
  readonly takeLock: () => KeeperLock | null;
  readonly nowMs: () => number;
  /** Else it only reads. */
  readonly isKeeper: boolean;
  readonly retention: () => Retention;
  readonly notify: (notice: Message) => void;
}

interface Opened {
  readonly store: Store;
  readonly events: EventRepository;
  readonly summing: Summing;
  readonly giveUp: GiveUp;
  samples: SampleStore;
  /** Of what another process wrote. */
  seenVersion: number;
}

/** Keeps what is measured while its disk and its lock let it, and says where they do not. Reads in any case. */
export class SampleKeeper {
  readonly #options: SampleKeeperOptions;
  #opened: Opened | null = null;
  #lock: KeeperLock | null = null;
  #timer: NodeJS.Timeout | null = null;
  #working: NodeJS.Timeout | null = null;
  /** The last flush left something to write. */
  #isBehind = false;
  #flushes = 0;
  #retryAtMs = 0;
  /** Samples that came while the database could not be opened. */
  #missed = 0;
  readonly #givenUpToldMs = new Map<number, number>();

  constructor(options: SampleKeeperOptions) {
    this.#options = options;
  }

  /** Whether this process writes; another one may. */
  get isKeeping(): boolean {
    return this.#lock !== null;
  }

  /** Never throws for what the disk does: what is seen live goes on. */
  take(hostId: string, frames: readonly Frame[]): void {
    const opened = this.#keeping();
    if (opened) opened.samples.append(hostId, frames);
    else if (this.#options.isKeeper && this.#lock) {
      for (const { values } of frames) this.#missed += values.length;
    }
  }

  addEvent(event: Omit<TelemetryEvent, 'id'>): void {
    const opened = this.#keeping();
    // On a full disk the samples meet it as well, and say so.
    if (opened) this.#guarded(() => opened.events.add(event));
  }

  /** Throws a StoreError. */
  read<T>(work: (opened: Pick<Opened, 'store' | 'samples' | 'events'>) => T): T {
    try {
      return work(this.#reading());
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#startAfresh();
      return work(this.#reading());
    }
  }

  /** Nobody wants to see it any more. */
  forgetHost(hostId: string): void {
    this.read(({ samples }) => samples.forgetHost(hostId));
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#working) clearTimeout(this.#working);
    try {
      if (this.#lock) this.#opened?.samples.close();
    } finally {
      this.#opened?.store.close();
      this.#opened = null;
      this.#lock?.release();
      this.#lock = null;
    }
  }

  #keeping(): Opened | null {
    if (!this.#options.isKeeper) return null;
    if (this.#opened && this.#lock) return this.#opened;
    if (performance.now() < this.#retryAtMs) return null;
    this.#retryAtMs = performance.now() + RETRY_MS;
    try {
      this.#opened ??= this.#open();
      this.#lock ??= this.#options.takeLock();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#options.notify(storageMessage(error.problem));
      return null;
    }
    if (!this.#lock) {
      this.#options.notify({ key: 'engine.samplesKeptElsewhere' });
      return null;
    }
    // What was read before may be behind what another keeper wrote meanwhile.
    const { samples } = Object.assign(this.#opened, { samples: this.#samplesOf(this.#opened.store) });
    if (!this.#guarded(() => samples.forgetEmpty())) return null;
    this.#timer ??= setInterval(() => this.#flush(), FLUSH_MS).unref();
    this.#tellMissed(this.#opened);
    return this.#opened;
  }

  #reading(): Opened {
    this.#opened ??= this.#open();
    const version = this.#opened.store.foreignVersion();
    if (version !== this.#opened.seenVersion) {
      this.#opened.seenVersion = version;
      // Beside the keeper nobody writes samples but who imports them.
      if (this.#lock) this.#opened.samples.adoptImported();
      else this.#opened.samples = this.#samplesOf(this.#opened.store);
    }
    return this.#opened;
  }

  #open(): Opened {
    const { nowMs, openStore, retention, notify } = this.#options;
    const store = openStore();
    if (store.keptAside) notify({ key: 'engine.samplesKeptAside', params: { file: store.keptAside } });
    const samples = this.#samplesOf(store);
    return {
      store,
      samples,
      events: new EventRepository(store),
      summing: new Summing(store, samples.repository, nowMs),
      giveUp: new GiveUp(store, samples.repository, retention, nowMs, (givenUp) => this.#tellGivenUp(givenUp)),
      seenVersion: store.foreignVersion(),
    };
  }

  #samplesOf(store: Store): SampleStore {
    return new SampleStore({ store, nowMs: this.#options.nowMs, onLost: ({ samples }) => this.#tellLost(samples) });
  }

  #flush(): void {
    const opened = this.#keeping();
    this.#flushes += 1;
    if (!opened || (opened.samples.unsavedValues < FEW_VALUES && this.#flushes % FEW_EVERY !== 0)) return;
    const isSaved = this.#guarded(() => {
      this.#isBehind = opened.samples.flush();
    });
    if (isSaved && this.#missed > 0) this.#tellMissed(opened);
    if (isSaved && (this.#isBehind || this.#flushes % WORK_EVERY === 0)) this.#workSoon();
  }

  #workSoon(): void {
    this.#working ??= setTimeout(() => this.#work(), REST_MS).unref();
  }

  /** Catches up in small steps, so that nothing waits for it. */
  #work(): void {
    this.#working = null;
    const opened = this.#opened;
    if (!opened || !this.#lock) return;
    let isMore = false;
    this.#guarded(() => {
      if (this.#isBehind) {
        this.#isBehind = opened.samples.flush();
        isMore = true;
      } else isMore = opened.summing.work(opened.samples.tracks(), WORK_MS) || opened.giveUp.step();
    });
    if (isMore) this.#workSoon();
  }

  /** What the disk refuses is said, once for each reason; a damaged database is kept aside. */
  #guarded(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (isDamage(error)) this.#startAfresh();
      else if (error instanceof StoreError) this.#options.notify(storageMessage(error.problem));
      else throw error;
      return false;
    }
  }

  /** The next one to open it finds it damaged, keeps it aside and starts an empty one. */
  #startAfresh(): void {
    this.#opened?.store.distrust();
    this.#opened?.store.close();
    this.#opened = null;
    this.#retryAtMs = 0;
  }

  #tellLost(samples: number): void {
    this.#missed += samples;
  }

  #tellMissed({ events }: Opened): void {
    const samples = this.#missed;
    if (samples === 0) return;
    this.#missed = 0;
    const body = { kind: 'samples-lost', samples } as const;
    const isTold = this.#guarded(() =>
      events.add({ hostId: '', subject: 'node', atMs: this.#options.nowMs(), untilMs: null, body }),
    );
    if (!isTold) this.#missed += samples;
  }

  #tellGivenUp({ tier, toMs }: GivenUp): void {
    const nowMs = this.#options.nowMs();
    if (Math.abs(nowMs - (this.#givenUpToldMs.get(tier) ?? Number.NEGATIVE_INFINITY)) < TELL_GIVEN_UP_MS) return;
    this.#givenUpToldMs.set(tier, nowMs);
    const body = { kind: 'samples-given-up', tierMs: tier, keptFromMs: toMs } as const;
    this.#opened?.events.add({ hostId: '', subject: 'node', atMs: nowMs, untilMs: null, body });
    const gigabytes = Math.round(this.#options.retention().budgetBytes / 1e8) / 10;
    this.#options.notify({ key: 'engine.samplesGivenUp', params: { gigabytes } });
  }
}
