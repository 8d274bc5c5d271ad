import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gpu, GpuFacts } from './facts/gpu';
import type { PciFacts } from './facts/pci';
import { gpuLinks } from './gpu-links';

const pcie = {
  generation: 5,
  maxGeneration: 5,
  deviceMaxGeneration: 5,
  hostMaxGeneration: 5,
  width: 16,
  maxWidth: 16,
  replayCount: 0,
};
const gpu = (more: object = {}) =>
  ({
    index: 0,
    uuid: 'GPU-a',
    pciBusId: '00000000:18:00.0',
    state: 'present',
    performanceState: 'P0',
    utilization: { gpuPercent: 97 },
    clockEventReasons: [],
    absences: {},
    pcie: { ...pcie, ...more },
  }) as unknown as Gpu;
type Counters = { correctable: number; nonFatal: number; fatal: number; kinds: object } | null;
const quiet: Counters = { correctable: 0, nonFatal: 0, fatal: 0, kinds: {} };
const link = { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 };
const pci = (card: Counters, port: Counters = quiet) =>
  ({
    functions: [
      { address: '0000:17:01.0', parentAddress: null, link, state: 'present', aer: port },
      { address: '0000:18:00.0', parentAddress: '0000:17:01.0', link, state: 'present', aer: card },
    ],
  }) as unknown as PciFacts;

/** The link as readings a minute apart tell it. */
function judged(gpus: readonly Gpu[], functions: readonly PciFacts[]) {
  const at = (index: number) => index * 60_000;
  return gpuLinks({
    gpu: gpus.map((one, index) => ({ observedAtMs: at(index), facts: { gpus: [one] } as unknown as GpuFacts })),
    pci: functions.map((facts, index) => ({ observedAtMs: at(index), facts })),
    kernelLog: null,
    bootedAtMs: null,
  })[0];
}

describe('the errors of a link', () => {
  it('are replays above the limit, which is told with them', () => {
    const of = (replayCount: number) => judged([gpu(), gpu({ replayCount })], [pci(quiet), pci(quiet)]);
    expect(of(8)).toMatchObject({ replaysPerMinute: 8, replaysPerMinuteLimit: 8, isErroring: false });
    expect(of(9)).toMatchObject({ replaysPerMinute: 9, isErroring: true, isErroringBadly: false });
  });

  it('are not known with one sample, with a gap, or with a counter that went back', () => {
    const both = [pci(quiet), pci(quiet)];
    expect(judged([gpu({ replayCount: 900 })], [pci(quiet)])).toMatchObject({ replays: null, isErroring: null });
    expect(judged([gpu(), gpu({ replayCount: null })], both)).toMatchObject({ replays: null, isErroring: null });
    expect(judged([gpu({ replayCount: null }), gpu()], both)).toMatchObject({ replays: null, isErroring: null });
    expect(judged([gpu({ replayCount: 5 }), gpu()], both)).toMatchObject({ replays: null, isErroring: null });
    expect(judged([gpu(), gpu({ replayCount: 50 }), gpu({ replayCount: 4 })], both)).toMatchObject({
      isErroring: null,
    });
  });

  it('are new where both readings have the counters of the same function, and only there', () => {
    const steady = [gpu(), gpu()];
    expect(judged(steady, [pci(quiet), pci({ ...quiet, nonFatal: 1 })])).toMatchObject({
      newUncorrectable: 1,
      isErroring: true,
    });
    // The port slept in the first reading: what it counted since boot is not new.
    expect(judged(steady, [pci(quiet, null), pci(quiet, { ...quiet, nonFatal: 7 })])).toMatchObject({
      nonFatal: 7,
      newUncorrectable: 0,
      isErroring: false,
    });
    expect(judged(steady, [pci({ ...quiet, nonFatal: 3 }), pci(quiet)])).toMatchObject({ newUncorrectable: null });
    expect(judged(steady, [pci(null, null), pci(null, null)])).toMatchObject({ fatal: null, newUncorrectable: null });
  });

  it('are fatal since boot, whatever else is missing', () => {
    expect(judged([gpu()], [pci({ ...quiet, fatal: 1 })])).toMatchObject({ isErroring: true, isErroringBadly: true });
  });

  it('are never none while a counter is missing or went back', () => {
    const counter = fc.option(fc.nat(100), { nil: null });
    fc.assert(
      fc.property(fc.array(counter, { minLength: 1, maxLength: 4 }), (counts) => {
        const readings = counts.map((replayCount) => gpu({ replayCount }));
        const found = judged(
          readings,
          counts.map(() => pci(quiet)),
        );
        const whole = counts.length > 1 && counts.every((one, at) => one !== null && one >= (counts[at - 1] ?? 0));
        expect(found?.isErroring === false).toBe(whole && (found?.replaysPerMinute ?? 0) <= 8);
      }),
    );
  });
});

describe('the width of a link', () => {
  it('is not known without the port above it, nor of a device that reads as lost', () => {
    expect(judged([gpu({ width: 8 })], [])).toMatchObject({ isNarrow: null });
    expect(judged([gpu({ width: 63 })], [])).toMatchObject({ isNarrow: null });
    expect(judged([gpu({ width: null })], [])).toMatchObject({ isNarrow: null });
  });
});
