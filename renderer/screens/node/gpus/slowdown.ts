import type { Gpu } from '#shared/domain/facts/gpu';

/** Reasons that mean the card is held back against its will; idle, settings and the ordinary power cap are not among them. */
const slowdownReasons = new Set([
  'hw_slowdown',
  'hw_thermal_slowdown',
  'hw_power_brake_slowdown',
  'sw_thermal_slowdown',
]);

export function isSlowedDown({ clockEventReasons }: Pick<Gpu, 'clockEventReasons'>): boolean {
  return clockEventReasons?.some((reason) => slowdownReasons.has(reason)) ?? false;
}
