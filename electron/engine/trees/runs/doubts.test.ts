import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { doubtsOf } from './doubts';

function read(probeId: string, facts: unknown, observedAtMs = 1000): ProbeResult {
  return { hostId: 'h', probeId, state: 'ok', reason: null, facts, observedAtMs, durationMs: 1, commands: [] };
}
const gpu = (pciBusId: string, state = 'present') => ({ pciBusId, state });
const gpus = (...list: object[]) => ({ driverVersion: '550.90.07', gpus: list });
const told = (results: ProbeResult[], again: ProbeResult[] = []) =>
  doubtsOf({ results, again: { step: again } }, []).map(({ message }) => message);

describe('what a run is to be doubted for', () => {
  it('says of two probes that contradict each other who says what, with both as evidence', () => {
    const results = [
      read('gpu', gpus(gpu('a'))),
      read('gpu-driver', { kernelModuleVersion: '535.54.03' }),
      read('gpu-list', { gpus: [{}, {}], lost: [] }),
      read('os', { kernelRelease: '6.8.0' }),
      read('gpudirect', { kernelRelease: '5.15.0' }),
    ];
    const doubts = doubtsOf({ results, again: {} }, []);
    expect(doubts).toMatchObject([
      {
        kind: 'contradiction',
        message: {
          key: 'diagnosis.doubts.gpuDriver',
          params: { one: '550.90.07', other: '535.54.03', oneProbe: 'gpu: driverVersion' },
        },
        evidence: [
          { probeId: 'gpu', factPath: 'driverVersion' },
          { probeId: 'gpu-driver', factPath: 'kernelModuleVersion' },
        ],
      },
      { message: { key: 'diagnosis.doubts.gpuCount', params: { one: 1, other: 2 } } },
      { message: { key: 'diagnosis.doubts.kernel', params: { one: '6.8.0', other: '5.15.0' } } },
    ]);
  });

  it('does not take what one probe does not know, or failed to read, for a contradiction', () => {
    expect(told([read('gpu', gpus(gpu('a'))), read('gpu-driver', { kernelModuleVersion: null })])).toEqual([]);
    const failed: ProbeResult = { ...read('gpu-driver', { kernelModuleVersion: '1' }), state: 'failed' };
    expect(told([read('gpu', gpus(gpu('a'))), failed])).toEqual([]);
  });

  it('does not count a GPU that is lost where the other list leaves it out', () => {
    expect(told([read('gpu', gpus(gpu('a'), gpu('b', 'lost'))), read('gpu-list', { gpus: [{}], lost: [{}] })])).toEqual(
      [],
    );
  });

  it('allows for what firmware and kernel keep of the memory, and for no more', () => {
    const numa = (memoryTotalBytes: number | null) => ({ nodes: [{ memoryTotalBytes }, { memoryTotalBytes }] });
    const memory = read('memory', { totalBytes: 1000 });
    expect(told([memory, read('numa', numa(480))])).toEqual([]);
    expect(told([memory, read('numa', numa(250))])).toMatchObject([{ key: 'diagnosis.doubts.memorySize' }]);
    expect(told([memory, read('numa', numa(null))])).toEqual([]);
  });

  it('says which GPUs nvidia-smi listed in some readings only, in whatever order', () => {
    const first = read('gpu', gpus(gpu('a'), gpu('b')));
    const differing = [{ key: 'diagnosis.doubts.gpusDiffer', params: { gpus: 'b' } }];
    expect(told([first], [read('gpu', gpus(gpu('a')), 2000)])).toEqual(differing);
    expect(told([first], [read('gpu', gpus(gpu('a'), gpu('b', 'lost')), 2000)])).toEqual(differing);
    const flapping = [read('gpu', gpus(gpu('a')), 2000), read('gpu', gpus(gpu('b'), gpu('a')), 3000)];
    expect(told([first], flapping)).toEqual(differing);
    expect(told([first], [read('gpu', gpus(gpu('b'), gpu('a')), 2000)])).toEqual([]);
    expect(told([first], [{ ...read('gpu', null, 2000), state: 'timeout' }])).toEqual([]);
  });

  it('takes kept facts of an older version', () => {
    expect(told([read('gpu', {}), read('gpu-list', {}), read('numa', {})])).toEqual([]);
  });
});
