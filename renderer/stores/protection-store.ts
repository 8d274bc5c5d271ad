import { create } from 'zustand';
import type { ProtectionStatus } from '#shared/domain/protection/protection';

interface ProtectionState {
  /** Undefined until the engine has told it. */
  status: ProtectionStatus | undefined;
  /** How many GPUs of each host have a lower limit now. */
  heldByHost: ReadonlyMap<string, number>;
}

const initial: ProtectionState = { status: undefined, heldByHost: new Map() };

/** What protection does now, kept current by `useProtectionSync`. */
export const useProtection = create<ProtectionState>(() => initial);

export function resetProtection(): void {
  useProtection.setState(initial, true);
}

export function applyProtection(status: ProtectionStatus): void {
  const heldByHost = new Map<string, number>();
  for (const { hostId } of status.held) heldByHost.set(hostId, (heldByHost.get(hostId) ?? 0) + 1);
  const before = useProtection.getState().heldByHost;
  const isSame = before.size === heldByHost.size && [...heldByHost].every(([id, count]) => before.get(id) === count);
  useProtection.setState({ status, heldByHost: isSame ? before : heldByHost });
}
