import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeModel } from '../../../../sim/model/node-model';
import { dgxH100 } from '../../../../sim/profiles';
import { renderTool } from '../../../../sim/tools';
import { allCollectors } from '../all';
import type { NodeFrame, WatchedNode } from '../collector';
import { dcgm } from './dcgm';
import { dcgmFields, dcgmReader, readDcgmGpus, readProfilingFields } from './dcgm-reader';

const gpus = new Map([
  [0, 'GPU-aaaa0000-0000'],
  [1, 'GPU-bbbb0000-0000'],
]);
const fields = dcgmFields.filter(({ id }) => [156, 1002, 1009].includes(id));
const valuesOf = (frame: NodeFrame | undefined) =>
  Object.fromEntries((frame?.layout ?? []).map((name, index) => [name, frame?.values[index]]));
const node = (more: Partial<WatchedNode>): WatchedNode => ({
  nvidiaGpus: [...gpus.values()],
  queryFields: new Set(['temperature.gpu', 'clocks_event_reasons_counters.sw_power_cap']),
  amdGpus: new Map(),
  amdTool: null,
  gpuByBusId: new Map(),
  dcgm: null,
  ...more,
});
const profiling = new Set([1001, 1002, 1003, 1004, 1005, 1009, 1010, 1011, 1012]);

describe('dcgmi dmon', () => {
  it('is read by the order of what was asked, blank values as unknown', () => {
    const reader = dcgmReader(fields, gpus);
    const frames = [
      '#Entity   TOTEC             SMACT        PCITX             ',
      'ID                                                         ',
      'GPU 0     123456789012      0.981        1500000000        ',
      'GPU 1     N/A               0.000        9223372036854775794',
      'GPU-I 0   1                 0.5          3                 ',
      'GPU 7     1                 0.5          3                 ',
      'GPU 0     1234              0.5',
    ].flatMap((line) => [...reader.read(line)]);
    expect(frames.map(({ subject }) => subject.id)).toEqual([...gpus.values()]);
    expect(valuesOf(frames[0])).toEqual({
      'gpu.energyJ': 123456789.012,
      'gpu.smActivePercent': 98.1,
      'gpu.pcieSentBytesPerSecond': 1.5e9,
    });
    expect(valuesOf(frames[1])).toEqual({
      'gpu.energyJ': Number.NaN,
      'gpu.smActivePercent': 0,
      'gpu.pcieSentBytesPerSecond': Number.NaN,
    });
  });

  it('never throws and takes no line for another', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom('GPU 0 1 2 3', 'GPU 0 1 2', '#Entity', 'GPU 0 a b c'));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const reader = dcgmReader(fields, gpus);
        for (const each of lines) for (const { values } of reader.read(each)) expect(values).toHaveLength(3);
      }),
    );
  });
});

describe('who asks for what', () => {
  const metricsOf = (watched: WatchedNode) =>
    allCollectors.flatMap((collector) => {
      const run = collector.plan(watched, 1000);
      const ids = run && collector.id === 'dcgm' ? (run.argv[3] ?? '').split(',').map(Number) : [];
      return ids.map((id) => dcgmFields.find((field) => field.id === id)?.metric);
    });

  it('DCGM tells PCIe traffic where its GPUs can be profiled, and dmon is not started', () => {
    const watched = node({ dcgm: { gpus, profilingFields: profiling } });
    const ids = allCollectors.filter((collector) => collector.plan(watched, 1000)).map(({ id }) => id);
    expect(ids).toEqual(['nvidia-gpu', 'dcgm', 'system']);
    expect(metricsOf(watched)).toEqual(
      expect.arrayContaining(['gpu.pcieSentBytesPerSecond', 'gpu.pcieReplays', 'gpu.smActivePercent']),
    );
    // nvidia-smi of this driver tells it.
    expect(metricsOf(watched)).not.toContain('gpu.powerThrottleSeconds');
    expect(metricsOf(watched)).toContain('gpu.thermalThrottleSeconds');
  });

  it('dmon tells it where DCGM can not profile, and DCGM the rest', () => {
    const watched = node({ dcgm: { gpus, profilingFields: new Set() } });
    const ids = allCollectors.filter((collector) => collector.plan(watched, 1000)).map(({ id }) => id);
    expect(ids).toEqual(['nvidia-gpu', 'dcgm', 'nvidia-dmon', 'system']);
    expect(metricsOf(watched)).toContain('gpu.energyJ');
    expect(metricsOf(watched)).not.toContain('gpu.pcieReplays');
    expect(metricsOf(watched)).not.toContain('gpu.smActivePercent');
  });

  it('is learned from what the emulated tool prints', () => {
    const model = new NodeModel({ profile: dgxH100, name: 'dgx', seed: 7, now: () => Date.now() });
    const say = (...args: string[]) => String(renderTool(model, ['dcgmi', ...args]).stdout);
    const known = readDcgmGpus(say('discovery', '-l'));
    expect([...known]).toEqual(model.gpus.map(({ index, uuid }) => [index, uuid]));
    const profilingFields = readProfilingFields(say('profile', '-l', '-i', '0'));
    expect([...profilingFields].sort()).toEqual([...profiling].sort());
    const run = dcgm.plan(node({ dcgm: { gpus: known, profilingFields } }), 1000);
    const lines = say(...(run?.argv.slice(1) ?? []), '-c', '1').split('\n');
    const frames = lines.flatMap((line) => [...(run?.reader.read(line) ?? [])]);
    expect(frames.map(({ subject }) => subject.id)).toEqual(model.gpus.map(({ uuid }) => uuid));
    for (const frame of frames) expect(frame.values.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('is nothing where no host engine answers', () => {
    expect(readDcgmGpus('Error: unable to establish a connection to the specified host: localhost').size).toBe(0);
    expect(dcgm.plan(node({}), 1000)).toBeNull();
  });
});
