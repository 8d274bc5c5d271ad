import { describe, expect, it } from 'vitest';
import type { WatchedNode } from './collector';
import { toldOfGpus } from './told-of-gpus';

const gpu = 'GPU-aaaa0000-0000';
const node = (more: Partial<WatchedNode>): WatchedNode => ({
  nvidiaGpus: [gpu],
  queryFields: new Set(['temperature.gpu', 'power.draw']),
  gpuByBusId: new Map(),
  amdGpus: new Map(),
  amdTool: null,
  dcgm: null,
  ...more,
});

describe('what the tools of a node tell of its GPUs', () => {
  it('is what the driver knows, and PCIe by dmon', () => {
    const told = toldOfGpus(node({}));
    expect([...told].sort()).toEqual([
      'gpu.pcieReceivedBytesPerSecond',
      'gpu.pcieReplays',
      'gpu.pcieSentBytesPerSecond',
      'gpu.powerW',
      'gpu.temperatureC',
    ]);
  });

  it('is what DCGM can profile where it runs, so that an exporter tells none of it again', () => {
    const dcgm = { gpus: new Map([[0, gpu]]), profilingFields: new Set([1002, 1009, 1010]) };
    const told = toldOfGpus(node({ dcgm }));
    expect(told.has('gpu.smActivePercent')).toBe(true);
    expect(told.has('gpu.pcieSentBytesPerSecond')).toBe(true);
    expect(told.has('gpu.tensorActivePercent')).toBe(false);
  });

  it('is nothing without a tool', () => {
    expect(toldOfGpus(node({ nvidiaGpus: [], queryFields: new Set() })).size).toBe(0);
  });
});
