import type { CircuitBreaker } from '#shared/domain/protection/protection';
import type { AuditLog } from '../audit/audit-log';
import type { HostDirectory } from '../hosts/host-directory';
import type { Store } from '../store/store';
import type { ProtectionRepository } from './protection-repository';

/** How far back it counts. */
const WINDOW_MS = 5 * 60_000;

interface FleetBreakerDeps {
  readonly store: Store;
  readonly repository: ProtectionRepository;
  readonly audit: AuditLog;
  readonly hosts: Pick<HostDirectory, 'list'>;
  readonly nowMs: () => number;
}

/** That many nodes that are hot at once are a matter of the room: one too many stops it for all, until a person says otherwise. */
export class FleetBreaker {
  readonly #deps: FleetBreakerDeps;

  constructor(deps: FleetBreakerDeps) {
    this.#deps = deps;
  }

  get state(): CircuitBreaker {
    const { repository, hosts } = this.#deps;
    const { sharePercent, trippedAtMs } = repository.fleet();
    const count = hosts.list().filter(({ spec }) => spec.kind !== 'bundle').length;
    return { sharePercent, trippedAtMs, maxNodes: Math.max(1, Math.ceil((count * sharePercent) / 100)) };
  }

  /** Whether a limit may be lowered on a host now. Opens where that would be one node too many. */
  mayLower(hostId: string): boolean {
    const { store, repository, audit, nowMs } = this.#deps;
    const { trippedAtMs, maxNodes, sharePercent } = this.state;
    if (trippedAtMs !== null) return false;
    const touched = new Set([...repository.loweredSince(nowMs() - WINDOW_MS), hostId]);
    if (touched.size <= maxNodes) return true;
    store.transaction(() => {
      repository.setBreaker(sharePercent, nowMs());
      audit.append({ event: 'protection.breaker-trip', detail: { hostIds: [...touched], maxNodes, sharePercent } });
    });
    return false;
  }

  set({
    sharePercent,
    isReset,
    reason,
  }: {
    sharePercent?: number | undefined;
    isReset: boolean;
    reason: string;
  }): void {
    const { store, repository, audit } = this.#deps;
    const now = repository.fleet();
    const share = sharePercent ?? now.sharePercent;
    store.transaction(() => {
      repository.setBreaker(share, isReset ? null : now.trippedAtMs);
      audit.append({ event: 'protection.breaker-set', detail: { sharePercent: share, isReset, reason } });
    });
  }
}
