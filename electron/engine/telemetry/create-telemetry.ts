import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { HostStatus } from '#shared/domain/host';
import type { ProbeResult } from '#shared/domain/probe';
import { type Frame, subjectKey } from '#shared/domain/telemetry/frame';
import type { GpuProcess } from '#shared/domain/telemetry/gpu-process';
import type { LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import { paces } from '#shared/domain/telemetry/pace';
import type { SamplesStorage } from '#shared/domain/telemetry/samples-kept';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import type { Message } from '#shared/domain/text';
import type { ConnectedHostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import type { Store } from '../store/store';
import type { Collector } from './collectors/collector';
import { LatestValues, type Measured } from './latest-values';
import { amdGpuId, listGpus } from './list-gpus';
import { watchGpuProcesses } from './processes/gpu-processes';
import type { Retention } from './store/give-up';
import type { KeeperLock } from './store/keeper-lock';
import { SampleKeeper } from './store/sample-keeper';
import type { SampleStore } from './store/sample-store';
import { tiers } from './store/tiers';
import { HostWatch, type KnownGpus } from './watch/host-watch';

/** Looking away and back, as between two screens or two apps, does not start every collector anew. */
const SLOW_AFTER_MS = 20_000;
const HIDDEN_AFTER_MS = 30_000;
/** As long as somebody who is told of something wrong may take to come and look. */
const HASTE_MS = 600_000;
const PACE_MS = 1000;
/** At the end nodes get so long to end their collectors; then their connections are closed. */
const END_WITHIN_MS = 2500;

export interface TelemetryDeps {
  /** Opens the database, when it is first needed. */
  readonly openStore: () => Store;
  /** Null while another process keeps in this folder. */
  readonly takeKeeperLock: () => KeeperLock | null;
  readonly retention: () => Retention;
  readonly notify: (notice: Message) => void;
  readonly hosts: Pick<ConnectedHostDirectory, 'open' | 'watch' | 'list' | 'onDidRemove'>;
  readonly inventory: Pick<Inventory, 'facts' | 'refresh'>;
  readonly nowMs: () => number;
  /** Watches every connected host and keeps what it measures; else only what someone looks at, and keeps nothing. */
  readonly isKeeper: boolean;
  readonly collectors?: readonly Collector[];
  /** The `/metrics` of a host that a person named. */
  readonly namedEndpoints?: (hostId: string) => readonly string[];
}

export interface Telemetry {
  live(
    wanted: { hostIds?: readonly string[] | undefined; metrics: readonly MetricId[] },
    signal?: AbortSignal,
  ): AsyncGenerator<LiveRow[]>;
  /** The newest values of everything, counters as they stand. */
  measured(): Iterable<Measured>;
  /**
   * Somebody wants samples of these hosts (null: of all) as often as while the app is shown, also where nothing is kept; ends
   * with what it returns.
   */
  sample(hostIds: readonly string[] | null): () => void;
  /** Somebody has the app before them, as long as it goes on. */
  attend(signal?: AbortSignal): AsyncGenerator<null>;
  /** Something is wrong there: sampled as where someone looks, for ten minutes. */
  hasten(hostId: string): void;
  /** Called with all that is measured, as it comes. */
  onDidSample(listener: (hostId: string, frames: readonly Frame[]) => void): () => void;
  /** The GPUs of each node of which they are known. */
  gpus(): NodeGpus[];
  watchStates(signal?: AbortSignal): AsyncGenerator<WatchState[]>;
  processes(hostId: string, signal?: AbortSignal): AsyncGenerator<GpuProcess[] | null>;
  setWatched(hostIds: readonly string[], isWatched: boolean): void;
  /** What is kept here; see History for all that there is. Throws a StoreError. */
  inSamples<Result>(work: (samples: SampleStore) => Result): Result;
  events(range: { hostIds?: string[] | undefined; fromMs: number; toMs: number }): TelemetryEvent[];
  /** How much is kept, where, and since when. Throws a StoreError. */
  storage(): SamplesStorage;
  /** Nothing of a simulated node stays; what a real one measured stays until it is too old, also where it was removed. */
  forgetHost(hostId: string): void;
  /** The database of samples, for what else belongs to it; `isKeeping`: this process writes it. Throws a StoreError. */
  kept(): { readonly store: Store; readonly samples: SampleStore; readonly isKeeping: boolean };
  close(): Promise<void>;
}

/** Null: every host, also one that is added meanwhile. */
interface Looked {
  readonly hostIds: ReadonlySet<string> | null;
}

interface Watched {
  readonly watch: HostWatch;
  isConnected: boolean;
  isWanted: boolean;
  /** Sampled fast until then, whoever looks. */
  fastUntilMs: number;
  /** Bytes received a minute ago and when that was. */
  before: { atMs: number; bytes: number };
}

/** Live samples of connected hosts and their history. */
export function createTelemetry(deps: TelemetryDeps): Telemetry {
  const { hosts, inventory, nowMs, isKeeper, collectors, namedEndpoints = () => [] } = deps;
  const keeper = new SampleKeeper({ ...deps, takeLock: deps.takeKeeperLock });
  const latest = new LatestValues();
  const watched = new Map<string, Watched>();
  /** What is looked at now. */
  const looks = new Set<Looked>();
  /** Whose samples are wanted, though nobody looks at them. */
  const samplings = new Set<Looked>();
  /** Whoever starts the app has it before them. */
  let shownUntilMs = nowMs() + HIDDEN_AFTER_MS;
  const ended = new AbortController();
  const sampleListeners = new Set<(hostId: string, frames: readonly Frame[]) => void>();

  function tellEvent(hostId: string, body: TelemetryEvent['body'], at: Partial<TelemetryEvent> = {}): void {
    if (ended.signal.aborted) return;
    keeper.addEvent({ hostId, subject: 'node', atMs: nowMs(), untilMs: null, ...at, body });
  }

  function take(hostId: string, frames: readonly Frame[]): void {
    if (ended.signal.aborted) return;
    latest.take(hostId, frames);
    for (const listener of sampleListeners) listener(hostId, frames);
    keeper.take(hostId, frames);
  }

  function watchedOf(hostId: string): Watched {
    const known = watched.get(hostId);
    if (known) return known;
    const created: Watched = {
      watch: new HostWatch({
        hostId,
        open: (signal) => hosts.open(hostId, { signal }),
        gpus: (signal) => knownGpus(inventory, hostId, signal),
        endpoints: () => namedEndpoints(hostId),
        nowMs,
        onFrames: (frames) => take(hostId, frames),
        onEvent: ({ subject, body, ...at }) => tellEvent(hostId, body, { ...at, subject: subjectKey(subject) }),
        ...(collectors ? { collectors } : {}),
      }),
      isConnected: false,
      isWanted: true,
      fastUntilMs: Number.NEGATIVE_INFINITY,
      before: { atMs: nowMs(), bytes: 0 },
    };
    watched.set(hostId, created);
    return created;
  }

  /** What a host should be sampled at now. */
  function paceOf(hostId: string, { isConnected, isWanted, fastUntilMs }: Watched): number | null {
    if (!isConnected || !isWanted) return null;
    if (isAmong(looks, hostId) || nowMs() < fastUntilMs) return paces.looked;
    if (isAmong(samplings, hostId)) return paces.shown;
    if (!isKeeper) return null;
    return nowMs() < shownUntilMs ? paces.shown : paces.hidden;
  }

  function pace(hostId: string, entry: Watched): void {
    entry.watch.setPace(paceOf(hostId, entry)).catch(() => {});
  }

  function paceAll(): void {
    for (const [hostId, entry] of watched) pace(hostId, entry);
  }

  function sample(hostIds: readonly string[] | null): () => void {
    const wanted = { hostIds: hostIds && new Set(hostIds) };
    samplings.add(wanted);
    paceAll();
    return () => {
      samplings.delete(wanted);
      paceAll();
    };
  }

  function setFast(hostId: string, forMs: number): void {
    const entry = watchedOf(hostId);
    entry.fastUntilMs = Math.max(entry.fastUntilMs, nowMs() + forMs);
    pace(hostId, entry);
  }

  function onStatus(status: HostStatus | { hostId: string; isRemoved: true }): void {
    if ('isRemoved' in status) {
      const entry = watched.get(status.hostId);
      watched.delete(status.hostId);
      entry?.watch.setPace(null).catch(() => {});
      latest.forgetHost(status.hostId);
      return;
    }
    const entry = watchedOf(status.hostId);
    const isConnected = status.connection === 'connected';
    if (entry.isConnected && !isConnected && status.error) tellEvent(status.hostId, { kind: 'connection-lost' });
    entry.isConnected = isConnected;
    pace(status.hostId, entry);
  }

  async function follow(): Promise<void> {
    const isBundle = (hostId: string): boolean =>
      hosts.list().some(({ spec }) => spec.id === hostId && spec.kind === 'bundle');
    for await (const status of hosts.watch(ended.signal)) {
      // Whenever a host answers it has another status, which most often says nothing new here.
      if (watched.has(status.hostId) || !isBundle(status.hostId)) onStatus(status);
    }
  }
  follow().catch(() => {});

  const timer = setInterval(paceAll, PACE_MS).unref();

  return {
    async *live({ hostIds, metrics }, signal) {
      const wanted = hostIds ? new Set(hostIds) : null;
      const look = { hostIds: wanted };
      looks.add(look);
      for (const hostId of wanted ?? watched.keys()) setFast(hostId, 0);
      try {
        for (let revision = 0; ; ) {
          const { rows, revision: next } = latest.since(revision, metrics, wanted);
          revision = next;
          if (rows.length > 0) yield rows;
          await pause(paces.looked, undefined, { ...(signal ? { signal } : {}), ref: false });
        }
      } finally {
        looks.delete(look);
        for (const hostId of wanted ?? [...watched.keys()]) if (watched.has(hostId)) setFast(hostId, SLOW_AFTER_MS);
      }
    },
    measured: () => latest.measured(),
    sample,
    async *attend(signal) {
      const leave = sample(null);
      try {
        yield null;
        const until = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
        if (!until.aborted) await once(until, 'abort');
      } finally {
        shownUntilMs = nowMs() + HIDDEN_AFTER_MS;
        leave();
      }
    },
    hasten: (hostId) => setFast(hostId, HASTE_MS),
    onDidSample(listener) {
      sampleListeners.add(listener);
      return () => sampleListeners.delete(listener);
    },
    gpus: () =>
      listGpus(
        hosts.list().map(({ spec }) => spec.id),
        inventory,
      ),
    async *watchStates(signal) {
      for (;;) {
        yield [...watched].map(([hostId, entry]) => stateOf(hostId, entry, nowMs()));
        await pause(2000, undefined, { ...(signal ? { signal } : {}), ref: false });
      }
    },
    async *processes(hostId, signal = ended.signal) {
      const until = AbortSignal.any([signal, ended.signal]);
      const { nvidiaGpus } = await knownGpus(inventory, hostId, until);
      const host = await hosts.open(hostId, { signal: until });
      yield* watchGpuProcesses({ hostId, host, nvidiaGpus, inventory, nowMs }, until);
    },
    setWatched(hostIds, isWatched) {
      for (const hostId of hostIds) {
        const entry = watchedOf(hostId);
        entry.isWanted = isWatched;
        pace(hostId, entry);
      }
    },
    inSamples: (work) => keeper.read(({ samples }) => work(samples)),
    events: ({ hostIds, ...range }) => keeper.read(({ events }) => events.list({ ...range, hostIds })),
    storage: () =>
      keeper.read(({ samples: { repository } }) => ({
        file: repository.file(),
        ...repository.size(),
        isKeeping: keeper.isKeeping,
        tiers: tiers.map((tierMs) => ({ tierMs, oldestMs: repository.oldestMs(tierMs) })),
      })),
    forgetHost: (hostId) => keeper.forgetHost(hostId),
    kept: () => keeper.read(({ store, samples }) => ({ store, samples, isKeeping: keeper.isKeeping })),
    async close() {
      ended.abort();
      clearInterval(timer);
      const ends = Promise.allSettled([...watched.values()].map(({ watch }) => watch.setPace(null)));
      // What was measured is on the disk before anything waits for a node, which may never answer.
      keeper.close();
      await Promise.race([ends, pause(END_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

function isAmong(looks: Iterable<Looked>, hostId: string): boolean {
  for (const { hostIds } of looks) if (hostIds?.has(hostId) ?? true) return true;
  return false;
}

function stateOf(hostId: string, entry: Watched, nowMs: number): WatchState {
  const { watch, before } = entry;
  const seconds = Math.max(1, (nowMs - before.atMs) / 1000);
  const bytesPerSecond = Math.round((watch.bytesReceived - before.bytes) / seconds);
  if (seconds >= 60) entry.before = { atMs: nowMs, bytes: watch.bytesReceived };
  return {
    hostId,
    state: !entry.isWanted ? 'off' : entry.isConnected ? 'watching' : 'waiting',
    intervalMs: watch.intervalMs,
    collectors: watch.states.map(({ id, state, end, cost }) => ({
      id,
      state,
      lastWords: end?.reason === 'ended' ? end.lastWords : null,
      cost,
    })),
    endpoints: watch.endpoints,
    bytesPerSecond,
  };
}

/** As the inventory last saw them; a node that was never looked at is asked. */
async function knownGpus(
  inventory: TelemetryDeps['inventory'],
  hostId: string,
  signal: AbortSignal,
): Promise<KnownGpus> {
  const facts = inventory.facts(hostId, ['gpu-list', 'amd-gpu']);
  const unknown = (['gpu-list', 'amd-gpu'] as const).filter((probe) => !facts[probe]);
  let isUntold = unknown.length === 2;
  if (isUntold) {
    // No such tool is an answer; a refresh that was cancelled, or a driver that says nothing, is none.
    const onResult = ({ probeId, state }: ProbeResult): void => {
      if (probeId === 'gpu-list' && (state === 'ok' || state === 'missing-tool')) isUntold = false;
    };
    await inventory.refresh(hostId, { probeIds: unknown, signal, onResult }).catch(() => {});
  }
  const { gpu, 'gpu-list': nvidia, 'amd-gpu': amd } = inventory.facts(hostId, ['gpu', 'gpu-list', 'amd-gpu']);
  return {
    isUntold,
    nvidiaGpus: (nvidia?.gpus ?? []).map(({ uuid }) => uuid),
    gpuByBusId: new Map(gpu?.gpus.flatMap(({ pciBusId, uuid }) => (uuid === null ? [] : [[pciBusId, uuid] as const]))),
    amdGpus: new Map((amd?.gpus ?? []).map((gpu) => [gpu.index, amdGpuId(gpu)])),
    amdTool: amd?.tool ?? null,
  };
}
