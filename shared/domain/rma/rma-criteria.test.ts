import { describe, expect, it } from 'vitest';
import type { Gpu, GpuKernelLogFacts } from '../facts/gpu';
import { isRmaCandidate, rmaCriteria } from './rma-criteria';

const remap = { isPending: false, hasFailed: false };
const pages = { singleBit: null, doubleBit: null, isPending: null };
const gpu = (change: object): Gpu =>
  ({
    pciBusId: '00000000:1b:00.0',
    ecc: { isSramThresholdExceeded: false, isMemoryUnrepairable: null },
    remappedRows: remap,
    retiredPages: pages,
    ...change,
  }) as Gpu;
const log = (...xids: number[]): GpuKernelLogFacts => ({
  lines: xids.map((xid) => ({
    atMs: 1,
    kind: 'xid',
    xid,
    pciBusId: '0000:1B:00',
    pid: null,
    processName: null,
    text: `Xid ${xid}`,
  })),
});
const states = (...given: Parameters<typeof rmaCriteria>) => rmaCriteria(...given).map(({ state }) => state);

describe('the criteria for a return', () => {
  it('tell not met, not known and does not apply apart', () => {
    expect(states(gpu({}), log())).toEqual(['not-met', 'not-met', 'unknown', 'not-applicable', 'not-met', 'unknown']);
    expect(states(gpu({}), null)[4]).toBe('unknown');
    expect(isRmaCandidate(rmaCriteria(gpu({}), log()))).toBe(false);
  });

  it.each<[string, Gpu, GpuKernelLogFacts | null, number]>([
    ['a failed remap', gpu({ remappedRows: { ...remap, hasFailed: true } }), null, 0],
    ['the SRAM flag', gpu({ ecc: { isSramThresholdExceeded: true, isMemoryUnrepairable: null } }), null, 1],
    ['unrepairable memory', gpu({ ecc: { isSramThresholdExceeded: null, isMemoryUnrepairable: true } }), null, 2],
    [
      'retired pages before Ampere',
      gpu({
        remappedRows: { isPending: null, hasFailed: null },
        retiredPages: { ...pages, singleBit: 51, doubleBit: 12 },
      }),
      null,
      3,
    ],
    ['Xid 64 and a failed remap', gpu({ remappedRows: { ...remap, hasFailed: true } }), log(63, 64), 4],
  ])('are met by %s', (_, one, kernelLog, position) => {
    expect(states(one, kernelLog)[position]).toBe('met');
  });

  it('take Xid 64 alone for no reason: it counts with the flag that is still set after a reset', () => {
    const state = (remappedRows: object) => states(gpu({ remappedRows }), log(64))[4];
    expect(state({ isPending: false, hasFailed: false })).toBe('not-met');
    expect(state({ isPending: true, hasFailed: false })).toBe('unknown');
    expect(state({ isPending: null, hasFailed: null })).toBe('unknown');
    expect(isRmaCandidate(rmaCriteria(gpu({}), log(64)))).toBe(false);
  });

  it('do not call pages few where only one of the two counts was read', () => {
    const half = gpu({ remappedRows: { isPending: null, hasFailed: null }, retiredPages: { ...pages, singleBit: 2 } });
    expect(states(half, null)[3]).toBe('unknown');
    expect(states(half, null)[0]).toBe('not-applicable');
  });

  it('leave more than 15 pages for double-bit errors open: how fast they are added decides', () => {
    const old = (doubleBit: number) =>
      gpu({
        remappedRows: { isPending: null, hasFailed: null },
        retiredPages: { ...pages, singleBit: 2, doubleBit },
      });
    expect(states(old(15), null)[3]).toBe('not-met');
    expect(states(old(16), null)[3]).toBe('unknown');
    expect(states(old(61), null)[3]).toBe('met');
  });
});
