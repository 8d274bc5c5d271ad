/**
 * What takes heat from a GPU. The power limit where the driver allows another one; else, where a person accepted it, a ceiling
 * of the SM clock.
 */
export const leverIds = ['power-limit', 'clock-ceiling'] as const;
export type LeverId = (typeof leverIds)[number];

export const leverUnits = { 'power-limit': 'W', 'clock-ceiling': 'MHz' } as const satisfies Record<LeverId, string>;

/** Bits of `clocks_event_reasons.active` that say why a clock is low: idle, power, hardware, heat, power brake. */
const EXPLAINED = 0x1 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80;
const SET_BY_USER = 0x2;

/** Whether a GPU runs as slow as if somebody had locked its clocks. A lock itself can't be read from any driver. */
export function looksLocked({
  clockMhz,
  topMhz,
  reasons,
}: {
  clockMhz: number;
  topMhz: number;
  reasons: number;
}): boolean {
  if ((reasons & SET_BY_USER) !== 0) return true;
  return clockMhz < 0.9 * topMhz && (Number.isNaN(reasons) || (reasons & EXPLAINED) === 0);
}

/** What would be set on these GPUs, in the order of `leverIds`; nothing where only clocks could be, and nobody accepted that. */
export function usedLevers(gpus: ReadonlyArray<{ lever: LeverId }>, policy: { mayCapClocks: boolean }): LeverId[] {
  return leverIds.filter(
    (lever) => (lever !== 'clock-ceiling' || policy.mayCapClocks) && gpus.some((gpu) => gpu.lever === lever),
  );
}
