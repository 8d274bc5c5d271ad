import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeModel } from '../../../../sim/model/node-model';
import { amdMi300x } from '../../../../sim/profiles';
import { renderTool } from '../../../../sim/tools';
import type { NodeFrame } from '../collector';
import { amdGpu } from './amd-gpu';
import { amdReader } from './amd-reader';

const ids = new Map([
  [0, '0x8D1457E2C20F59D2'],
  [1, '0xB4FA34630E85D42A'],
]);
const celsius = (value: number) => ({ value, unit: 'C' });
const limits = [
  { gpu: 0, limit: { socket_power: { value: 700, unit: 'W' }, slowdown_hotspot_temperature: celsius(100) } },
];
const metric = {
  timestamp: 1_760_000_000,
  gpu: 0,
  usage: { gfx_activity: { value: 97, unit: '%' }, umc_activity: { value: 31, unit: '%' } },
  power: { socket_power: { value: 512, unit: 'W' }, throttle_status: 'N/A' },
  clock: { gfx_0: { clk: { value: 2100, unit: 'MHz' }, max_clk: { value: 2100, unit: 'MHz' } } },
  temperature: { edge: 'N/A', hotspot: celsius(71), mem: celsius(54) },
  pcie: { width: 16, speed: { value: 32, unit: 'GT/s' }, replay_count: 2 },
  ecc: { total_correctable_count: 5, total_uncorrectable_count: 0 },
  fan: { usage: 'N/A' },
  mem_usage: { total_vram: { value: 1000, unit: 'MB' }, used_vram: { value: 284, unit: 'MB' } },
};
const printed = (...documents: unknown[]): string[] =>
  documents.flatMap((document) => JSON.stringify(document, null, 4).split('\n'));
const read = (...lines: string[]): NodeFrame[] => {
  const reader = amdReader(ids);
  return lines.flatMap((line) => [...reader.read(line)]);
};
const valuesOf = (frame: NodeFrame | undefined) =>
  Object.fromEntries((frame?.layout ?? []).map((name, index) => [name, frame?.values[index]]));

describe('what amd-smi streams', () => {
  it('is read one document after another, with the limits that were told before', () => {
    const frames = read(...printed(limits), "'CTRL' + 'C' to stop watching output:", ...printed([metric], [metric]));
    expect(frames).toHaveLength(2);
    expect(frames[0]?.subject).toEqual({ kind: 'gpu', id: '0x8D1457E2C20F59D2' });
    expect(frames[0]?.nodeMs).toBe(1_760_000_000_000);
    expect(frames[1]?.layout).toBe(frames[0]?.layout);
    expect(valuesOf(frames[0])).toEqual({
      'gpu.utilizationPercent': 97,
      'gpu.memoryBusyPercent': 31,
      'gpu.memoryUsedBytes': 284 * 2 ** 20,
      'gpu.memoryFreeBytes': 716 * 2 ** 20,
      'gpu.memoryTotalBytes': 1000 * 2 ** 20,
      'gpu.temperatureC': 71,
      'gpu.hotspotTemperatureC': 71,
      'gpu.edgeTemperatureC': Number.NaN,
      'gpu.memoryTemperatureC': 54,
      'gpu.temperatureMarginC': 29,
      'gpu.powerW': 512,
      'gpu.powerLimitW': 700,
      'gpu.smClockMhz': 2100,
      'gpu.smClockMaxMhz': 2100,
      'gpu.memoryClockMhz': Number.NaN,
      'gpu.pcieGeneration': 5,
      'gpu.pcieWidth': 16,
      'gpu.pcieReplays': 2,
      'gpu.fanPercent': Number.NaN,
      'gpu.eccCorrected': 5,
      'gpu.eccUncorrected': 0,
    });
  });

  it('is read in the form of ROCm 7 as well, and of GPUs that are known', () => {
    const frames = read(...printed({ gpu_data: [metric, { ...metric, gpu: 1 }, { ...metric, gpu: 9 }] }));
    expect(frames.map(({ subject }) => subject.id)).toEqual([...ids.values()]);
    expect(valuesOf(frames[0])['gpu.powerLimitW']).toBeNaN();
  });

  it('is nothing where a document was cut off and the next one begins', () => {
    const cut = printed([metric]).slice(0, 10);
    expect(read(...cut, ...printed([metric]))).toHaveLength(1);
    expect(read('ERROR:root:Driver not initialized', '[', 'nonsense', ']', '[]')).toEqual([]);
  });

  it('never throws', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom('[', ']', '{', '}', ...printed([metric])), fc.json());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { values, layout } of read(...lines)) expect(values).toHaveLength(layout.length);
      }),
    );
  });

  it('is what the emulated tool prints for the arguments that the collector gives it', () => {
    const model = new NodeModel({ profile: amdMi300x, name: 'amd', seed: 7, now: () => Date.now() });
    const known = new Map(model.gpus.map(({ index }) => [index, `chip${index}`]));
    const script = amdGpu.plan(
      { nvidiaGpus: [], queryFields: new Set(), amdGpus: known, amdTool: 'amd-smi', gpuByBusId: new Map(), dcgm: null },
      1000,
    );
    const commands = (script?.argv[2] ?? '').match(/amd-smi [^|\n]*/g) ?? [];
    const reader = amdReader(known);
    const frames = commands.slice(0, 2).flatMap((command) => {
      const { stdout } = renderTool(
        model,
        command.replaceAll('"', '').replace('$1', '1').replace('$2', '9').trim().split(' '),
      );
      return String(stdout)
        .split('\n')
        .flatMap((each) => [...reader.read(each)]);
    });
    expect(frames.map(({ subject }) => subject.id)).toEqual([...known.values()]);
    const values = valuesOf(frames[0]);
    expect(values['gpu.powerLimitW']).toBe(750);
    expect(values['gpu.temperatureC']).toBeGreaterThan(20);
    expect(values['gpu.temperatureMarginC']).toBeGreaterThan(0);
    expect(values['gpu.edgeTemperatureC']).toBeNaN();
  });
});
