import { describe, expect, it } from 'vitest';
import { expectedGpus, type GpuStay } from './expected-gpus';
import { profileSchema } from './profile/profile';

const stay = (slot: number, other: Partial<GpuStay> = {}): GpuStay => ({
  slot: `00000000:${slot}a:00.0`,
  model: 'NVIDIA H100',
  serial: `165${slot}`,
  fromMs: 1000,
  toMs: 5000,
  isOpen: true,
  isElsewhere: false,
  ...other,
});
const eight = [0, 1, 2, 3, 4, 5, 6, 7].map((slot) => stay(slot));
const withLast = (other: Partial<GpuStay>): GpuStay[] =>
  eight.map((one, slot) => (slot < 7 ? one : { ...one, ...other }));
const oneGone = withLast({ toMs: 3000, isOpen: false });
const told = (sources: Partial<Parameters<typeof expectedGpus>[0]>) => {
  const found = expectedGpus({ profile: null, answer: null, stays: [], ...sources });
  return found && [found.count, found.source, found.atMs];
};
const profileOf = (model: string, count: unknown) =>
  profileSchema.parse({ id: 'p', name: { en: 'P' }, parts: [{ kind: 'gpu', model, count }] });

describe('how many GPUs a node should have', () => {
  it('is not known of a node that nobody looked at', () => {
    expect(told({})).toBeNull();
  });

  it('is the most it had at once, and says until when', () => {
    expect(told({ stays: eight })).toEqual([8, 'inventory', 5000]);
    expect(told({ stays: oneGone })).toEqual([8, 'inventory', 3000]);
  });

  it('does not count a card twice that was swapped for another, be it a day later', () => {
    expect(told({ stays: [...oneGone, stay(9, { fromMs: 4000 })] })).toEqual([8, 'inventory', 5000]);
  });

  it('does not count a card that another node has told of since', () => {
    expect(told({ stays: withLast({ toMs: 3000, isOpen: false, isElsewhere: true }) })).toEqual([7, 'inventory', 5000]);
  });

  it('is what somebody said, until more were put in', () => {
    const answer = { count: 7, atMs: 4000 };
    expect(told({ stays: oneGone, answer })).toEqual([7, 'answer', 4000]);
    const added = [...oneGone, stay(8, { fromMs: 4500 })];
    expect(told({ stays: added, answer: { count: 7, atMs: 4000 } })).toEqual([8, 'inventory', 5000]);
    expect(expectedGpus({ profile: null, answer, stays: oneGone })?.gpus).toHaveLength(7);
  });

  it('is what the profile says, where that gives an exact number of GPUs of this maker', () => {
    expect(told({ stays: eight, profile: profileOf('NVIDIA H100*', 4) })).toEqual([4, 'profile', null]);
    expect(told({ stays: eight, profile: profileOf('NVIDIA*', { min: 1 }) })?.[1]).toBe('inventory');
    expect(told({ stays: [], profile: profileOf('*MI300X*', 8) })).toBeNull();
  });
});
