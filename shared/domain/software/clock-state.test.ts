import { describe, expect, it } from 'vitest';
import type { TimeSyncFacts } from '../facts/software';
import { clockState } from './clock-state';

const synchronised: TimeSyncFacts = {
  service: 'chrony',
  isSynchronized: true,
  offsetSeconds: -0.00002,
  stratum: 3,
  reference: 'ntp1',
  leapStatus: 'Normal',
  timeZone: null,
};
const nobody: TimeSyncFacts = { ...synchronised, service: null, isSynchronized: false, offsetSeconds: null };

describe('the state of a clock', () => {
  it('is what the time service measured, without its sign', () => {
    expect(clockState(synchronised, 20)).toEqual({
      errorSeconds: 0.00002,
      measuredBy: 'time-service',
      isSynchronized: true,
      isContradictory: false,
    });
  });

  it('is the difference to this workstation where nobody else measured, and it is more than a round trip', () => {
    expect(clockState(nobody, -90_000)).toMatchObject({ errorSeconds: 90, measuredBy: 'workstation' });
    expect(clockState(nobody, 400)).toMatchObject({ errorSeconds: null, measuredBy: null, isSynchronized: false });
    expect(clockState(null, 5000)).toMatchObject({ errorSeconds: 5, isSynchronized: null });
  });

  it('contradicts itself where a synchronised node has another time than this workstation', () => {
    expect(clockState(synchronised, 90_000)).toMatchObject({ isContradictory: true, errorSeconds: 0.00002 });
    const untold = { ...synchronised, offsetSeconds: null };
    expect(clockState(untold, 90_000)).toMatchObject({ isContradictory: true, errorSeconds: null });
    // Both see the same error: that is no contradiction.
    expect(clockState({ ...synchronised, offsetSeconds: 90 }, -90_010)?.isContradictory).toBe(false);
  });

  it('is not known where nobody told anything', () => {
    expect(clockState(null, null)).toBeNull();
    expect(clockState({ ...nobody, isSynchronized: null }, null)).toBeNull();
  });
});
