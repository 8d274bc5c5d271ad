import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { partsOf } from './index';

const unknownDevice = {
  subsystemVendorId: null,
  subsystemDeviceId: null,
  numaNode: null,
  isBootDisplay: null,
  name: null,
};
const pci = {
  devices: [
    {
      ...unknownDevice,
      pciBusId: '00000000:1b:00.0',
      kind: 'gpu',
      vendorId: '10de',
      deviceId: '2330',
      pciClass: '030200',
      driver: 'nvidia',
    },
    {
      ...unknownDevice,
      pciBusId: '00000000:43:00.0',
      kind: 'gpu',
      vendorId: '10de',
      deviceId: '2330',
      pciClass: '030200',
      driver: 'vfio-pci',
      name: 'NVIDIA Corporation GH100 [H100 SXM5 80GB]',
    },
    {
      ...unknownDevice,
      pciBusId: '00000000:05:00.0',
      kind: 'gpu',
      vendorId: '1002',
      deviceId: '74a1',
      pciClass: '120000',
      driver: 'amdgpu',
    },
    {
      ...unknownDevice,
      pciBusId: '00000000:07:00.0',
      kind: 'nvswitch',
      vendorId: '10de',
      deviceId: '22a3',
      pciClass: '068000',
      driver: 'nvidia-nvswitch',
    },
    {
      ...unknownDevice,
      pciBusId: '00000000:c1:00.0',
      kind: 'management-display',
      vendorId: '1a03',
      deviceId: '2000',
      pciClass: '030000',
      driver: 'ast',
    },
  ],
} satisfies NodeFacts['gpu-devices'];

const amd = {
  tool: 'amd-smi',
  driverVersion: '6.10.5',
  gpus: [
    {
      index: 0,
      pciBusId: '00000000:05:00.0',
      name: 'AMD Instinct MI300X',
      uniqueId: '0x8d1457e2c20f59d2',
      serial: '692347006052',
      oamId: 4,
      memory: { totalBytes: 206_141_652_992 },
      power: { limitW: 700, maxLimitW: 750 },
      clocks: { maxGraphicsMHz: 2100 },
      partition: { compute: 'SPX', memory: 'NPS1' },
      pcie: { width: 16, maxWidth: 16, maxGeneration: 5, replayCount: 2 },
      ecc: { corrected: 5, uncorrected: 0, deferred: null },
    },
  ],
} as unknown as NodeFacts['amd-gpu'];

const slots = (facts: NodeFacts, kind: string) =>
  partsOf(facts)
    .parts.filter((part) => part.kind === kind)
    .map(({ slot, model }) => [slot, model]);

describe('parts of graphics devices', () => {
  it('are GPUs and NVSwitches, and not what a BMC shows its console with', () => {
    expect(slots({ 'gpu-devices': pci }, 'gpu')).toEqual([
      ['00000000:43:00.0', 'NVIDIA Corporation GH100 [H100 SXM5 80GB]'],
      ['00000000:05:00.0', null],
    ]);
    expect(slots({ 'gpu-devices': pci }, 'nvswitch')).toEqual([['00000000:07:00.0', null]]);
  });

  it("leave a GPU to its vendor's tool where that told of it", () => {
    expect(slots({ 'gpu-devices': pci, 'amd-gpu': amd }, 'gpu')).toEqual([
      ['00000000:05:00.0', 'AMD Instinct MI300X'],
      ['00000000:43:00.0', 'NVIDIA Corporation GH100 [H100 SXM5 80GB]'],
    ]);
  });

  it('tell an AMD GPU by the serial number of its board', () => {
    const [part] = partsOf({ 'amd-gpu': amd }).parts;
    expect(part).toMatchObject({
      kind: 'gpu',
      identity: '692347006052',
      attributes: { uniqueGuid: '0x8d1457e2c20f59d2', moduleId: '4', powerLimitW: 700, computePartition: 'SPX' },
      counters: { correctedSinceReset: 5, uncorrectedSinceReset: 0, deferredErrors: null, replaysSinceReset: 2 },
      source: { probeId: 'amd-gpu', factPath: 'gpus.0' },
    });
  });
});
