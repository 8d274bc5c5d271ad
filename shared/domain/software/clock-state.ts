import { z } from 'zod';
import type { TimeSyncFacts } from '../facts/software';

export const clockStateSchema = z.object({
  /** How far the node's clock is from the right time, without its sign; null: nothing measured it. */
  errorSeconds: z.number().nullable(),
  /** Who measured it: the node's time service against its servers, or Gantry against this workstation. */
  measuredBy: z.enum(['time-service', 'workstation']).nullable(),
  isSynchronized: z.boolean().nullable(),
  /** The node is synchronised and this workstation sees another time: one of the two is wrong. */
  isContradictory: z.boolean(),
});
export type ClockState = z.infer<typeof clockStateSchema>;

/** Smaller differences to this workstation may be the way there and back, and say nothing. */
const workstationCertainSeconds = 1;

/**
 * What is known of a node's clock. The difference to the servers of a service that is synchronised counts first; the one to this
 * workstation only where that is more than the round trip can be. Null: neither was told.
 */
export function clockState(timeSync: TimeSyncFacts | null, clockOffsetMs: number | null): ClockState | null {
  const toServers = timeSync?.offsetSeconds ?? null;
  const toWorkstation = clockOffsetMs === null ? null : Math.abs(clockOffsetMs) / 1000;
  const isSynchronized = timeSync?.isSynchronized ?? null;
  if (toServers === null && toWorkstation === null && isSynchronized === null) return null;
  if (toServers !== null) {
    const errorSeconds = Math.abs(toServers);
    return {
      errorSeconds,
      measuredBy: 'time-service',
      isSynchronized,
      isContradictory:
        isSynchronized === true &&
        toWorkstation !== null &&
        Math.abs(toWorkstation - errorSeconds) > workstationCertainSeconds,
    };
  }
  const isCertain = toWorkstation !== null && toWorkstation > workstationCertainSeconds;
  return {
    errorSeconds: isCertain && isSynchronized !== true ? toWorkstation : null,
    measuredBy: isCertain && isSynchronized !== true ? 'workstation' : null,
    isSynchronized,
    isContradictory: isCertain && isSynchronized === true,
  };
}
