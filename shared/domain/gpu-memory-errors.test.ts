import { describe, expect, it } from 'vitest';
import type { GpuFacts, GpuKernelLogFacts } from './facts/gpu';
import { gpuMemoryErrors } from './gpu-memory-errors';

const counts = { corrected: 0, uncorrected: 0 };
const ecc = { current: 'Enabled', pending: 'Enabled', volatile: counts, aggregate: counts };
const rows = { correctable: 0, uncorrectable: 0, isPending: false, hasFailed: false, banks: { low: 0, none: 0 } };
const pages = { singleBit: null, doubleBit: null, isPending: null };
const card = {
  index: 0,
  uuid: 'GPU-a',
  pciBusId: '00000000:18:00.0',
  state: 'present',
  name: 'NVIDIA H100 80GB HBM3',
  serial: null,
  recoveryAction: 'None',
  ecc,
  remappedRows: rows,
  retiredPages: pages,
  absences: {},
};
const xid = (code: number, more: object = {}) => ({
  kind: 'xid',
  xid: code,
  pciBusId: '00000000:18:00.0',
  atMs: 5000,
  text: '',
  ...more,
});

function judged(more: object = {}, lines: readonly object[] | null = [], uptimeSeconds: number | null = 1_000_000) {
  const gpu = { gpus: [{ ...card, ...more }] } as unknown as GpuFacts;
  const kernelLog = lines === null ? null : ({ lines } as unknown as GpuKernelLogFacts);
  return gpuMemoryErrors({ gpu, kernelLog, bootedAtMs: 1000, uptimeSeconds })[0];
}
const corrected = (value: number) => ({ ecc: { ...ecc, volatile: { corrected: value, uncorrected: 0 } } });

describe('the verdict on memory errors', () => {
  it('is the first that holds', () => {
    const all = {
      ecc: { ...ecc, isSramThresholdExceeded: true, volatile: { corrected: 1e9, uncorrected: 1 } },
      remappedRows: { ...rows, hasFailed: true, isPending: true, uncorrectable: 1, banks: { low: 0, none: 1 } },
    };
    expect(judged(all, [xid(95)])?.verdict).toBe('remap-failed');
    const remapped = { ...all, remappedRows: { ...all.remappedRows, hasFailed: false } };
    expect(judged(remapped, [xid(95)])?.verdict).toBe('sram-threshold');
    const below = { ...remapped, ecc: { ...remapped.ecc, isSramThresholdExceeded: false } };
    expect(judged(below, [xid(95)])?.verdict).toBe('reset-now');
    expect(judged(below, [xid(94)])?.verdict).toBe('pending');
    const reset = { ...below, remappedRows: { ...below.remappedRows, isPending: false } };
    expect(judged(reset, [xid(94)])).toMatchObject({ verdict: 'uncorrected', isContained: true });
    const cleared = { ...reset, ecc };
    expect(judged(cleared)?.verdict).toBe('spares');
    expect(judged({ ...cleared, remappedRows: { ...rows, uncorrectable: 1 } })?.verdict).toBe('repaired');
  });

  it('holds retired pages and the rate of corrected errors against limits that it tells', () => {
    const retired = (singleBit: number, doubleBit: number) =>
      judged({ name: 'Tesla V100', retiredPages: { singleBit, doubleBit, isPending: false } });
    expect(retired(47, 16)).toMatchObject({
      verdict: 'remap-failed',
      limits: { retiredPages: 63, retiredDoubleBitPages: 15, correctedPerHour: 10 },
    });
    expect(retired(46, 16)).toMatchObject({ verdict: 'repaired', retiredDoubleBitPages: 16 });
    expect(retired(40, 15)?.verdict).toBe('clean');
    expect(judged(corrected(2778))).toMatchObject({ verdict: 'trend', correctedPerHour: expect.closeTo(10, 0) });
    expect(judged(corrected(2777))?.verdict).toBe('clean');
    expect(judged(corrected(5000), [], 3600)).toMatchObject({ verdict: 'clean', correctedPerHour: null });
  });

  it('is unknown, not clean, where a counter that would have come first can not be read', () => {
    const unread = { ecc: { ...ecc, volatile: { corrected: 0, uncorrected: null } } };
    expect(judged(unread)).toMatchObject({ verdict: 'unknown', unread: ['ecc.volatile.uncorrected'] });
    const hidden = { remappedRows: { ...rows, isPending: null, hasFailed: null } };
    expect(judged(hidden)).toMatchObject({ verdict: 'unknown', unread: ['remappedRows'] });
    expect(judged({ recoveryAction: null }, null)).toMatchObject({ verdict: 'unknown', unread: ['gpu-kernel-log'] });
    expect(judged({ ecc: { ...ecc, current: null } })).toMatchObject({ verdict: 'unknown', unread: ['ecc.current'] });
  });

  it('counts what the kernel logged for this GPU since the node booted', () => {
    expect(judged({}, [xid(95, { atMs: 500 })])?.verdict).toBe('clean');
    expect(judged({}, [xid(95, { pciBusId: '00000000:99:00.0' })])?.verdict).toBe('clean');
    expect(judged({}, [xid(95, { atMs: null })])?.verdict).toBe('reset-now');
    expect(judged({}, [xid(13)])).toMatchObject({ verdict: 'clean', xids: [] });
  });
});
