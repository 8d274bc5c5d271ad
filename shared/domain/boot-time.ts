import type { ProbeResult } from './probe';

/**
 * When the node that these readings of probe `os` are of last booted, by this workstation's clock; null where it did not
 * boot between them, as far as they tell. `uptimeSeconds` counts from the boot, `bootId` is another after each.
 */
export function rebootBetween(readings: readonly Pick<ProbeResult, 'facts' | 'observedAtMs'>[]): number | null {
  const boots = readings.flatMap(({ facts, observedAtMs }) => {
    const { uptimeSeconds, bootId } = (facts ?? {}) as { uptimeSeconds?: number | null; bootId?: string | null };
    if (typeof uptimeSeconds !== 'number') return [];
    return [{ atMs: observedAtMs - uptimeSeconds * 1000, bootId: bootId ?? null, observedAtMs }];
  });
  const [first, last] = [boots[0], boots.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  // Without ids: a boot that lies after what was read before it.
  const isSame =
    first.bootId !== null && last.bootId !== null ? first.bootId === last.bootId : last.atMs <= first.observedAtMs;
  return isSame ? null : Math.max(last.atMs, first.observedAtMs + 1);
}
