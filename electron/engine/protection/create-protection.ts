import { EventPublisher } from '@orpc/server';
import { usedLevers } from '#shared/domain/protection/lever';
import { type ProtectionPolicy, protectionPolicySchema } from '#shared/domain/protection/policy';
import type {
  ArmedNode,
  CircuitBreaker,
  ProtectionMode,
  ProtectionScope,
  ProtectionStatus,
  ProtectionStep,
} from '#shared/domain/protection/protection';
import type { AuditLog } from '../audit/audit-log';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import type { ConnectedHostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import { onForeignWrite } from '../store/foreign-writes';
import type { Store } from '../store/store';
import type { Telemetry } from '../telemetry/create-telemetry';
import { FleetBreaker } from './circuit-breaker';
import { GuardedFleet } from './guarded-fleet';
import type { LimitSteps } from './limit-steps';
import { ProtectionRepository } from './protection-repository';
import { protectionStatus, protectionSteps } from './protection-status';

const RESTORE_WITHIN_MS = 120_000;

export interface ProtectionDeps {
  readonly store: Store;
  readonly hosts: Pick<ConnectedHostDirectory, 'list' | 'open' | 'onDidRemove'>;
  readonly inventory: Pick<Inventory, 'facts'>;
  readonly audit: AuditLog;
  readonly telemetry: Pick<Telemetry, 'onDidSample' | 'live'>;
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
  /** Throws ConflictError for a host that is armed, or has a limit of ours: without samples nothing is done there, nor put back in time. */
  refuseUnwatching(hostId: string): void;
  close(): Promise<void>;
}

/** Steps power limits, or clock ceilings, of hot GPUs down and back, on nodes that a person armed. */
export function createProtection(deps: ProtectionDeps): Protection {
  const { store, hosts, inventory, audit, telemetry, steps, nowMs, actor, isKeeper } = deps;
  const repository = new ProtectionRepository(store);
  const publisher = new EventPublisher<{ changed: null }>();
  const onDidChange = (): void => publisher.publish('changed', null);
  const breaker = new FleetBreaker({ store, repository, audit, hosts, nowMs });
  const mayLower = (hostId: string): boolean => breaker.mayLower(hostId);
  const guarded = new GuardedFleet({ ...deps, repository, mayLower, onDidChange });
  let isClosing = false;

  const stops: Array<() => void> = [];
  if (isKeeper) {
    store.transaction(() => repository.setKeeper(process.pid));
    stops.push(telemetry.onDidSample((hostId, frames) => guarded.take(hostId, frames)));
    stops.push(onForeignWrite(store, () => guarded.reload()));
    guarded.reload();
  }
  stops.push(
    hosts.onDidRemove((hostId) => {
      if (!repository.nodes().some((node) => node.hostId === hostId)) return;
      store.transaction(() => repository.disarm(hostId));
      guarded.reload();
    }),
  );

  const status = (): ProtectionStatus =>
    protectionStatus({ repository, inventory }, { guarded, breaker: breaker.state, isKeeper });
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

    history: (limit) => protectionSteps({ repository, inventory }, limit),

    scope: (hostId, signal = new AbortController().signal) => steps.scope(hostId, signal),

    async arm({ hostId, mode, reason, policy }, { signal = new AbortController().signal } = {}) {
      const node: ArmedNode = {
        hostId,
        mode,
        reason,
        actor,
        armedAtMs: nowMs(),
        policy: protectionPolicySchema.parse(policy ?? {}),
      };
      const { gpus: could, missingLine } = await steps.scope(hostId, signal);
      const used = usedLevers(could, node.policy);
      if (used.length === 0) throw new InvalidError('protection.needsClocks');
      const lines = used.map((lever) => missingLine[lever]).filter((line) => line !== null);
      if (mode === 'armed' && lines.length > 0)
        throw new InvalidError('protection.needsRoot', { line: lines.join('\n') });
      store.transaction(() => {
        repository.arm(node);
        audit.append({ event: 'protection.arm', hostId, detail: { mode, reason, policy: node.policy } });
      });
      guarded.reload();
      return node;
    },

    disarm(hostId, reason) {
      if (!repository.nodes().some((node) => node.hostId === hostId)) {
        const host = hosts.list().find(({ spec }) => spec.id === hostId);
        throw new NotFoundError('armed node', host?.spec.name ?? hostId);
      }
      store.transaction(() => {
        repository.disarm(hostId);
        repository.release(hostId);
        audit.append({ event: 'protection.disarm', hostId, detail: { reason } });
      });
      guarded.reload();
    },

    async restore(hostId, { signal } = {}) {
      const before = heldOf(hostId);
      store.transaction(() => {
        repository.release(hostId);
        const detail = { gpus: before.map(({ gpuUuid }) => gpuUuid) };
        audit.append({ event: 'protection.restore', hostId: hostId ?? null, detail });
      });
      guarded.reload();
      const untilMs = Date.now() + RESTORE_WITHIN_MS;
      const isLeft = () => heldOf(hostId).some(({ id }) => before.some((row) => row.id === id));
      while (isLeft()) {
        signal?.throwIfAborted();
        if (Date.now() > untilMs) throw new ConflictError('protection.notRestored', { count: heldOf(hostId).length });
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return before.length;
    },

    setBreaker(request) {
      breaker.set(request);
      onDidChange();
      return breaker.state;
    },

    refuseRemoval(hostId) {
      if (heldOf(hostId).length > 0) throw new ConflictError('protection.isHeld');
    },

    refuseUnwatching(hostId) {
      const isArmed = repository.nodes().some((node) => node.hostId === hostId && node.mode === 'armed');
      if (isArmed || heldOf(hostId).length > 0) throw new ConflictError('protection.needsWatching');
    },

    async close() {
      if (isClosing) return;
      isClosing = true;
      // Whoever watches is told to go.
      onDidChange();
      for (const stop of stops) stop();
      await guarded.close();
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
