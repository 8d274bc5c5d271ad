import { EventPublisher } from '@orpc/server';
import { type ProtectionPolicy, protectionPolicySchema } from '#shared/domain/protection/policy';
import type {
  ArmedNode,
  CircuitBreaker,
  ProtectionMode,
  ProtectionScope,
  ProtectionStatus,
  ProtectionStep,
} from '#shared/domain/protection/protection';
import type { Frame } from '#shared/domain/telemetry/frame';
import type { AuditLog } from '../audit/audit-log';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import { HostUnavailableError } from '../hosts/host';
import type { ConnectedHostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import { onForeignWrite } from '../store/foreign-writes';
import { isProcessAlive } from '../store/run-owner';
import { type Store, StoreError } from '../store/store';
import type { Telemetry } from '../telemetry/create-telemetry';
import { GuardedGpu } from './guarded-gpu';
import type { LimitSteps } from './limit-steps';
import { NOBODY, ProtectionRepository } from './protection-repository';

/** How far back the circuit breaker counts. */
const BREAKER_WINDOW_MS = 5 * 60_000;
const TICK_MS = 1000;
const AWAY_RETRY_MS = 60_000;
const RESTORE_WITHIN_MS = 120_000;
/** The supervisor gives an engine that ends four seconds in all. */
const CLOSE_WITHIN_MS = 2500;

export interface ProtectionDeps {
  readonly store: Store;
  readonly hosts: Pick<ConnectedHostDirectory, 'list' | 'onDidRemove'>;
  readonly inventory: Pick<Inventory, 'facts'>;
  readonly audit: AuditLog;
  readonly telemetry: Pick<Telemetry, 'onDidSample' | 'live' | 'sample'>;
  readonly steps: LimitSteps;
  readonly nowMs: () => number;
  readonly actor: string;
  /** Acts. Others arm, disarm, tell, and put back what a dead process left. */
  readonly isKeeper: boolean;
}

export interface Protection {
  status(): ProtectionStatus;
  /** The status at once, then whenever it changes. */
  watch(signal?: AbortSignal): AsyncGenerator<ProtectionStatus>;
  /** Newest first. */
  history(limit: number): ProtectionStep[];
  /** What arming a node would let Gantry do there; throws InvalidError where that is nothing. */
  scope(hostId: string, signal?: AbortSignal): Promise<ProtectionScope>;
  arm(
    request: { hostId: string; mode: ProtectionMode; reason: string; policy?: Partial<ProtectionPolicy> | undefined },
    options?: { signal?: AbortSignal | undefined },
  ): Promise<ArmedNode>;
  disarm(hostId: string, reason: string): void;
  /** Throws ConflictError when not everything is back in time; it is tried on then. */
  restore(hostId: string | undefined, options?: { signal?: AbortSignal | undefined }): Promise<number>;
  setBreaker(request: { sharePercent?: number | undefined; isReset: boolean; reason: string }): CircuitBreaker;
  /** Throws ConflictError while a limit of ours is set on a host: without the host nobody could put it back. */
  refuseRemoval(hostId: string): void;
  close(): Promise<void>;
}

/** Steps power limits of hot GPUs down and back, on nodes that a person armed. */
export function createProtection(deps: ProtectionDeps): Protection {
  const { store, hosts, inventory, audit, telemetry, steps, nowMs, actor, isKeeper } = deps;
  const repository = new ProtectionRepository(store);
  const gpus = new Map<string, GuardedGpu>();
  const looking = new Map<string, AbortController>();
  /** One step at a time on a node. */
  const busy = new Map<string, Promise<void>>();
  const triedAtMs = new Map<string, number>();
  const publisher = new EventPublisher<{ changed: null }>();
  let nodes = new Map<string, ArmedNode>();
  let timer: NodeJS.Timeout | null = null;
  /** What is armed is sampled as often whether the app is shown or not. */
  let stopSampling = (): void => {};
  let isClosing = false;

  const breaker = (): CircuitBreaker => {
    const { sharePercent, trippedAtMs } = repository.fleet();
    const count = hosts.list().filter(({ spec }) => spec.kind !== 'bundle').length;
    return { sharePercent, trippedAtMs, maxNodes: Math.max(1, Math.ceil((count * sharePercent) / 100)) };
  };

  /** Whether a limit may be lowered on a host now; one node too many stops it for all, until a person says otherwise. */
  function mayLower(hostId: string): boolean {
    const { trippedAtMs, maxNodes, sharePercent } = breaker();
    if (trippedAtMs !== null) return false;
    const touched = new Set([...repository.loweredSince(nowMs() - BREAKER_WINDOW_MS), hostId]);
    if (touched.size <= maxNodes) return true;
    store.transaction(() => {
      repository.setBreaker(sharePercent, nowMs());
      audit.append({ event: 'protection.breaker-trip', detail: { hostIds: [...touched], maxNodes, sharePercent } });
    });
    return false;
  }

  const gpuDeps = { store, repository, audit, steps, nowMs, mayLower };

  function gpuOf(node: ArmedNode, gpuUuid: string): GuardedGpu {
    const key = keyOf({ hostId: node.hostId, gpuUuid });
    const known = gpus.get(key);
    if (known) return known;
    const facts = inventory.facts(node.hostId, ['gpu']).gpu?.gpus.find(({ uuid }) => uuid === gpuUuid);
    const ended = repository.ended().find((one) => one.hostId === node.hostId && one.gpuUuid === gpuUuid);
    const created = GuardedGpu.watched(gpuDeps, {
      node,
      gpuUuid,
      slowdownC: facts?.temperature.slowdownC ?? null,
      ended,
    });
    gpus.set(key, created);
    return created;
  }

  function onFrames(hostId: string, frames: readonly Frame[]): void {
    const node = nodes.get(hostId);
    if (!node || isClosing) return;
    for (const { subject, layout, values, atMs } of frames) {
      const at = layout.indexOf('gpu.temperatureC');
      if (subject.kind !== 'gpu' || at < 0) continue;
      const measured = (metric: (typeof layout)[number]): number => values[layout.indexOf(metric)] ?? Number.NaN;
      gpuOf(node, subject.id).sample({
        atMs,
        temperatureC: values[at] ?? Number.NaN,
        marginC: measured('gpu.temperatureMarginC'),
        throttleReasons: measured('gpu.throttleReasons'),
      });
    }
    attend();
  }

  function forget(gpu: GuardedGpu): void {
    gpu.stop();
    gpus.delete(keyOf(gpu));
  }

  /** A node that is not connected is tried once a minute; as soon as it is, at once. */
  function isAway(hostId: string): boolean {
    if (!hosts.list().some(({ spec, status }) => spec.id === hostId && status.connection !== 'connected')) return false;
    if (nowMs() - (triedAtMs.get(hostId) ?? Number.NEGATIVE_INFINITY) < AWAY_RETRY_MS) return true;
    triedAtMs.set(hostId, nowMs());
    return false;
  }

  /** Starts what is wanted now, a step a node. */
  function attend(): void {
    for (const gpu of gpus.values()) {
      const { hostId } = gpu;
      if (isClosing || busy.has(hostId) || !gpu.isWanting()) continue;
      if (isAway(hostId)) continue;
      const wasHeld = gpu.isHeld;
      const work = gpu
        .carryOut()
        // A disk that is full, where nothing is done that is not written down; a node that is away: tried again.
        .catch((error: unknown) => {
          if (!(error instanceof StoreError || error instanceof HostUnavailableError)) console.error(error);
        })
        .finally(() => {
          busy.delete(hostId);
          if (isClosing) return;
          // Its journal is closed: what is known of it is read anew with the next sample.
          if (wasHeld && !gpu.isHeld) forget(gpu);
          publisher.publish('changed', null);
          setImmediate(attend);
        });
      busy.set(hostId, work);
    }
  }

  /** Looks at nodes with something hot once a second; lets the others be. */
  function look(): void {
    const wanted = new Set([...gpus.values()].filter((gpu) => gpu.isOfInterest).map(({ hostId }) => hostId));
    for (const [hostId, abort] of looking) {
      if (wanted.has(hostId)) continue;
      abort.abort();
      looking.delete(hostId);
    }
    for (const hostId of wanted) {
      if (looking.has(hostId)) continue;
      const abort = new AbortController();
      looking.set(hostId, abort);
      const live = telemetry.live({ hostIds: [hostId], metrics: ['gpu.temperatureC'] }, abort.signal);
      (async () => {
        for await (const _ of live) if (abort.signal.aborted) break;
      })().catch(() => {});
    }
  }

  function tick(): void {
    for (const gpu of gpus.values()) gpu.tick();
    look();
    attend();
    pace();
    publisher.publish('changed', null);
  }

  /** No timer where nothing is armed and nothing held. */
  function pace(): void {
    const isNeeded = !isClosing && (nodes.size > 0 || [...gpus.values()].some(({ isHeld }) => isHeld));
    if (isNeeded && !timer) {
      timer = setInterval(tick, TICK_MS);
      timer.unref();
    } else if (!isNeeded && timer) {
      clearInterval(timer);
      timer = null;
    }
  }

  /** What the database says, also when another process of Gantry wrote it. */
  function reload(): void {
    if (isClosing) return;
    const armed = new Map(repository.nodes().map((node) => [node.hostId, node]));
    if (isKeeper) {
      for (const gpu of gpus.values()) {
        // Armed anew or disarmed: what is known of the GPU starts over once it has no limit of ours.
        const isSame = armed.get(gpu.hostId)?.armedAtMs === nodes.get(gpu.hostId)?.armedAtMs;
        if (isSame) continue;
        if (gpu.isHeld) gpu.release('asked');
        else forget(gpu);
      }
      nodes = armed;
      const before = stopSampling;
      stopSampling = telemetry.sample([...nodes.keys()]);
      before();
    }
    for (const row of repository.open()) {
      const key = keyOf(row);
      const known = gpus.get(key);
      if (known?.isHeld) {
        if (row.isReleased) known.release('asked');
        continue;
      }
      const isLeft = [process.pid, NOBODY].includes(row.ownerPid) || !isProcessAlive(row.ownerPid);
      if (!isLeft || !(isKeeper || row.isReleased)) continue;
      store.transaction(() => repository.own(row.id));
      gpus.set(key, GuardedGpu.left(gpuDeps, row));
    }
    pace();
    attend();
    publisher.publish('changed', null);
  }

  const stops: Array<() => void> = [];
  if (isKeeper) {
    store.transaction(() => repository.setKeeper(process.pid));
    stops.push(telemetry.onDidSample(onFrames));
    stops.push(onForeignWrite(store, reload));
    reload();
  }
  stops.push(
    hosts.onDidRemove((hostId) => {
      if (!repository.nodes().some((node) => node.hostId === hostId)) return;
      store.transaction(() => repository.disarm(hostId));
      reload();
    }),
  );

  const gpuIndexOf = (hostId: string, gpuUuid: unknown): number | null =>
    inventory.facts(hostId, ['gpu']).gpu?.gpus.find(({ uuid }) => uuid === gpuUuid)?.index ?? null;

  function status(): ProtectionStatus {
    const { keeperPid } = repository.fleet();
    const armed = repository.nodes();
    return {
      isCarriedOut: isKeeper || (keeperPid !== null && isProcessAlive(keeperPid)),
      nodes: armed,
      held: repository.open().map((row) => {
        const { hostId, gpuUuid, originalW, askedW, engagedAtMs, changedAtMs, isReleased } = row;
        const guarded = gpus.get(keyOf(row));
        const { holdForMs } = armed.find((node) => node.hostId === hostId)?.policy ?? protectionPolicySchema.parse({});
        return {
          hostId,
          gpuUuid,
          gpuIndex: gpuIndexOf(hostId, gpuUuid),
          originalW,
          limitW: askedW.at(-1) ?? originalW,
          engagedAtMs,
          changedAtMs,
          untilMs: guarded?.isHeld ? guarded.untilMs : engagedAtMs + holdForMs,
          reading: guarded?.reading ?? null,
          isReleased: isReleased || guarded?.isGoingBack === true,
        };
      }),
      ended: repository
        .ended()
        .filter(({ hostId, engagedAtMs }) =>
          armed.some((node) => node.hostId === hostId && node.armedAtMs <= engagedAtMs),
        )
        .map((limit) => ({ ...limit, gpuIndex: gpuIndexOf(limit.hostId, limit.gpuUuid) })),
      breaker: breaker(),
    };
  }

  const heldOf = (hostId?: string) => repository.open().filter((row) => hostId === undefined || row.hostId === hostId);

  return {
    status,

    async *watch(signal) {
      const changes = publisher.subscribe('changed', { signal });
      let told = '';
      const news = (): ProtectionStatus | null => {
        const now = status();
        const text = JSON.stringify(now);
        if (text === told) return null;
        told = text;
        return now;
      };
      yield news() ?? status();
      for await (const _ of changes) {
        if (isClosing) return;
        const now = news();
        if (now) yield now;
      }
    },

    history: (limit) =>
      repository.told(limit).map((step) => {
        const { hostId, detail } = step;
        return { ...step, gpuIndex: hostId === null ? null : gpuIndexOf(hostId, detail.gpu) };
      }),

    scope: (hostId, signal = new AbortController().signal) => steps.scope(hostId, signal),

    async arm({ hostId, mode, reason, policy }, { signal = new AbortController().signal } = {}) {
      const { missingLine } = await steps.scope(hostId, signal);
      if (mode === 'armed' && missingLine !== null)
        throw new InvalidError('protection.needsRoot', { line: missingLine });
      const node: ArmedNode = {
        hostId,
        mode,
        reason,
        actor,
        armedAtMs: nowMs(),
        policy: protectionPolicySchema.parse(policy ?? {}),
      };
      store.transaction(() => {
        repository.arm(node);
        audit.append({ event: 'protection.arm', hostId, detail: { mode, reason, policy: node.policy } });
      });
      reload();
      return node;
    },

    disarm(hostId, reason) {
      if (!repository.nodes().some((node) => node.hostId === hostId)) throw new NotFoundError('armed node', hostId);
      store.transaction(() => {
        repository.disarm(hostId);
        repository.release(hostId);
        audit.append({ event: 'protection.disarm', hostId, detail: { reason } });
      });
      reload();
    },

    async restore(hostId, { signal } = {}) {
      const before = heldOf(hostId);
      store.transaction(() => {
        repository.release(hostId);
        const detail = { gpus: before.map(({ gpuUuid }) => gpuUuid) };
        audit.append({ event: 'protection.restore', hostId: hostId ?? null, detail });
      });
      reload();
      const untilMs = Date.now() + RESTORE_WITHIN_MS;
      const isLeft = () => heldOf(hostId).some(({ id }) => before.some((row) => row.id === id));
      while (isLeft()) {
        signal?.throwIfAborted();
        if (Date.now() > untilMs) throw new ConflictError('protection.notRestored', { count: heldOf(hostId).length });
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return before.length;
    },

    setBreaker({ sharePercent, isReset, reason }) {
      const now = repository.fleet();
      const share = sharePercent ?? now.sharePercent;
      store.transaction(() => {
        repository.setBreaker(share, isReset ? null : now.trippedAtMs);
        audit.append({ event: 'protection.breaker-set', detail: { sharePercent: share, isReset, reason } });
      });
      publisher.publish('changed', null);
      return breaker();
    },

    refuseRemoval(hostId) {
      if (heldOf(hostId).length > 0) throw new ConflictError('protection.isHeld');
    },

    async close() {
      if (isClosing) return;
      isClosing = true;
      // Whoever watches is told to go.
      publisher.publish('changed', null);
      for (const stop of stops) stop();
      stopSampling();
      for (const abort of looking.values()) abort.abort();
      for (const gpu of gpus.values()) gpu.stop();
      pace();
      const signal = AbortSignal.timeout(CLOSE_WITHIN_MS);
      const held = [...gpus.values()].filter(({ isHeld }) => isHeld);
      if (held.length > 0) {
        const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        // What is not back in time stays in the journal, and the next start goes on with it.
        const putBack = async (gpu: GuardedGpu): Promise<void> => {
          // A step whose end nobody saw could land after it.
          await busy.get(gpu.hostId);
          await gpu.putBackNow(signal);
        };
        const all = Promise.allSettled(held.map(putBack));
        await Promise.race([all, late]);
      }
      const isMore = repository.open().some(({ ownerPid }) => ownerPid === process.pid);
      if (!isKeeper && !isMore) return;
      store.transaction(() => {
        // What is not back is anybody's to put back, also while this process lives on.
        repository.disown();
        if (isKeeper) repository.setKeeper(null);
      });
    },
  };
}

function keyOf({ hostId, gpuUuid }: { hostId: string; gpuUuid: string }): string {
  return `${hostId}\n${gpuUuid}`;
}
