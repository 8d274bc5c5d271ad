import { expect, it } from 'vitest';
import type { ProbeId } from '#shared/domain/facts/index';
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
  const summary = summarizeFacts(get, get, {});
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
  expect(summarizeFacts((() => null) as GetFacts, (() => null) as GetFacts, {}).gpuModels).toBeNull();
});

it('tells what a node without a GPU, and one without a driver, has', () => {
  const devices = (names: readonly (string | null)[]) =>
    names.map((name, index) => ({ pciBusId: `0${index}`, kind: 'gpu', vendorId: '10de', deviceId: '2331', name }));
  const of = (names: readonly (string | null)[]) => {
    const facts = { devices: [...devices(names), { ...devices(['ASPEED'])[0], kind: 'management-display' }] };
    const get: GetFacts = (probeId) => (probeId === 'gpu-devices' ? facts : null) as never;
    return summarizeFacts(get, get, {}).gpuModels;
  };
  expect(of([])).toEqual([]);
  expect(of(['GH100 [H100 PCIe]', 'GH100 [H100 PCIe]'])).toEqual([{ name: 'GH100 [H100 PCIe]', count: 2 }]);
  expect(of([null])).toEqual([{ name: '10de:2331', count: 1 }]);
});

it('tells what waits for a reboot, the serial number of the machine and how its tiers stand', () => {
  const facts: Partial<Record<ProbeId, unknown>> = {
    machine: { system: { serial: 'SN-7' } },
    'pending-changes': { isRebootRequired: true, upgradableCount: 3 },
    'block-devices': { devices: [] },
    nvme: { controllers: [] },
  };
  const get: GetFacts = (probeId) => (facts[probeId] ?? null) as never;
  const never: GetFacts = () => null as never;
  expect(summarizeFacts(get, get, {})).toMatchObject({
    serial: 'SN-7',
    isRebootRequired: true,
    upgradablePackages: 3,
    cacheTier: 'missing',
    datasetTier: null,
  });
  // What waits for a reboot is said of now or not at all.
  expect(summarizeFacts(get, never, {})).toMatchObject({ serial: 'SN-7', isRebootRequired: null });
});
