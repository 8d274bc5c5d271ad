import { expect, it } from 'vitest';
import { NodeModel } from '../../sim/model/node-model';
import { amdMi300x } from '../../sim/profiles';
import { renderTool } from '../../sim/tools';
import { amdGpuProbe } from '../probes/amd-gpu/amd-gpu-probe';
import { factsOf } from '../probes/testing/check';
import { type GetFacts, summarizeFacts } from './summarize-facts';

it('counts the GPUs of AMD like those of NVIDIA', () => {
  const model = new NodeModel({ profile: amdMi300x, name: 'node', seed: 1, now: () => Date.UTC(2026, 0, 5, 8) });
  const say = (what: string) => String(renderTool(model, ['amd-smi', what, '--json']).stdout);
  const amd = factsOf(amdGpuProbe, { 'amd-smi': say('static'), 'amd-smi-metric': say('metric') });
  const get: GetFacts = (probeId) => (probeId === 'amd-gpu' ? amd : null) as never;
  const summary = summarizeFacts(get, get);
  expect(summary).toMatchObject({
    gpuModels: [{ name: 'AMD Instinct MI300X', count: 8 }],
    gpuVbiosVersions: ['022.040.003.043.000001'],
    gpuPowerLimitsW: [750],
    gpuMemorySizesBytes: [196_592 * 2 ** 20],
    gpuMemoryTotalBytes: 8 * 196_592 * 2 ** 20,
    gpuEccModes: null,
    driverVersion: null,
  });
  expect(summary.gpuSerials).toHaveLength(8);
  expect(summary.maxGpuTemperatureC).toBeGreaterThan(40);
  expect(summarizeFacts((() => null) as GetFacts, (() => null) as GetFacts).gpuModels).toBeNull();
});
