import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf, nullPaths } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { amdGpuProbe } from './amd-gpu-probe';

const mib = 1024 ** 2;
const watts = (value: number) => ({ value, unit: 'W' });
const celsius = (value: number) => ({ value, unit: 'C' });
const megahertz = (value: number) => ({ value, unit: 'MHz' });

const fixed = {
  gpu: 0,
  asic: {
    market_name: 'AMD Instinct MI300X',
    vendor_id: '0x1002',
    device_id: '0x74a1',
    asic_serial: '0x8D1457E2C20F59D2',
    oam_id: 4,
    num_compute_units: 304,
    target_graphics_version: 'gfx942',
  },
  bus: {
    bdf: '0000:05:00.0',
    max_pcie_width: 16,
    max_pcie_speed: { value: 32, unit: 'GT/s' },
    pcie_interface_version: 'Gen 5',
    slot_type: 'OAM',
  },
  vbios: { name: 'AMD MI300X_HW_SRIOV_CVS_1VF', part_number: '113-M3000100-102', version: '022.040.003.043.000001' },
  limit: {
    max_power: watts(750),
    min_power: watts(0),
    socket_power: watts(700),
    slowdown_edge_temperature: 'N/A',
    slowdown_hotspot_temperature: celsius(100),
    slowdown_vram_temperature: celsius(105),
    shutdown_hotspot_temperature: celsius(110),
  },
  driver: { name: 'amdgpu', version: '6.10.5' },
  board: { model_number: '102-G30211-00', product_serial: '692347006052', fru_id: 'N/A' },
  partition: { compute_partition: 'SPX', memory_partition: 'NPS1' },
  numa: { node: 0, affinity: 0 },
  ras: {
    eeprom_version: '0x20000',
    ecc_block_state: [
      { block: 'SDMA', status: 'DISABLED' },
      { block: 'UMC', status: 'ENABLED' },
    ],
  },
  vram: { type: 'HBM3', vendor: 'HYNIX', size: { value: 196592, unit: 'MB' } },
};
const metric = {
  gpu: 0,
  usage: { gfx_activity: { value: 97, unit: '%' }, umc_activity: { value: 31, unit: '%' } },
  power: { socket_power: watts(512) },
  clock: {
    gfx_0: { clk: megahertz(2100), min_clk: megahertz(500), max_clk: megahertz(2100) },
    mem_0: { clk: megahertz(1300), max_clk: megahertz(1300) },
  },
  temperature: { edge: 'N/A', hotspot: celsius(71), mem: celsius(54) },
  pcie: { width: 16, speed: { value: 32, unit: 'GT/s' }, replay_count: 2 },
  ecc: { total_correctable_count: 5, total_uncorrectable_count: 0, total_deferred_count: 1 },
  fan: { usage: 'N/A' },
  xgmi_err: 'N/A',
  perf_level: 'AMDSMI_DEV_PERF_LEVEL_AUTO',
  mem_usage: { total_vram: { value: 196592, unit: 'MB' }, used_vram: { value: 284, unit: 'MB' } },
};
const xgmi = {
  gpu: 0,
  bdf: '0000:05:00.0',
  link_metrics: {
    bit_rate: { value: 32, unit: 'Gb/s' },
    max_bandwidth: { value: 512, unit: 'Gb/s' },
    link_type: 'XGMI',
    links: [
      { gpu: 0, bdf: '0000:05:00.0', read: 'N/A', write: 'N/A' },
      { gpu: 1, bdf: '0000:26:00.0', read: { value: 100, unit: 'KB' }, write: { value: 90, unit: 'KB' } },
      { gpu: 2, bdf: '0000:46:00.0', read: { value: 0, unit: 'KB' }, write: { value: 0, unit: 'KB' } },
    ],
  },
};
const good = {
  'amd-smi': JSON.stringify([fixed]),
  'amd-smi-metric': JSON.stringify([metric]),
  'amd-smi-xgmi': JSON.stringify({ xgmi_metric: [xgmi] }),
  'rocm-smi': 'amd-smi\n',
};

describe('amd-gpu probe', () => {
  it('joins what three calls of amd-smi tell of a GPU', () => {
    const { gpus, ...node } = factsOf(amdGpuProbe, good);
    expect(node).toEqual({ tool: 'amd-smi', driverVersion: '6.10.5' });
    expect(gpus).toEqual([
      {
        index: 0,
        pciBusId: '00000000:05:00.0',
        name: 'AMD Instinct MI300X',
        uniqueId: '0x8D1457E2C20F59D2',
        serial: '692347006052',
        boardPartNumber: '102-G30211-00',
        target: 'gfx942',
        deviceId: '0x74a1',
        oamId: 4,
        computeUnits: 304,
        vbiosVersion: '022.040.003.043.000001',
        vbiosPartNumber: '113-M3000100-102',
        memory: { totalBytes: 196592 * mib, usedBytes: 284 * mib, kind: 'HBM3', vendor: 'HYNIX' },
        utilization: { gpuPercent: 97, memoryPercent: 31 },
        temperature: {
          edgeC: null,
          hotspotC: 71,
          memoryC: 54,
          slowdownC: 100,
          shutdownC: 110,
          memorySlowdownC: 105,
        },
        power: { drawW: 512, limitW: 700, minLimitW: 0, maxLimitW: 750 },
        clocks: { graphicsMHz: 2100, memoryMHz: 1300, maxGraphicsMHz: 2100, maxMemoryMHz: 1300 },
        pcie: { generation: 5, maxGeneration: 5, width: 16, maxWidth: 16, replayCount: 2, slotKind: 'OAM' },
        eccMode: 'Enabled',
        ecc: { corrected: 5, uncorrected: 0, deferred: 1 },
        xgmi: { bitRateGbps: 32, peers: 2, errors: null },
        partition: { compute: 'SPX', memory: 'NPS1' },
        numaNode: 0,
        fanPercent: null,
        performanceLevel: 'auto',
        absences: {
          'temperature.edgeC': 'not-available',
          'xgmi.errors': 'not-available',
          fanPercent: 'not-available',
        },
      },
    ]);
  });

  it('reads the form of ROCm 7, with its list and its power limits one level down', () => {
    const limit = { ppt0: { max_power_limit: watts(750), min_power_limit: watts(0), socket_power_limit: watts(650) } };
    const newer = { 'amd-smi': JSON.stringify({ gpu_data: [{ ...fixed, limit }] }) };
    expect(factsOf(amdGpuProbe, newer).gpus).toMatchObject([
      {
        power: { limitW: 650, minLimitW: 0, maxLimitW: 750, drawW: null },
        absences: { 'power.drawW': 'not-reported' },
      },
    ]);
  });

  it.each([
    [
      'no tool of AMD is there',
      { 'amd-smi': printed('', 127, 'sh: 1: exec: amd-smi: not found'), 'rocm-smi': printed('', 127) },
      { state: 'missing-tool', reason: { key: 'probes.missingTool', params: { tool: 'amd-smi' } } },
    ],
    [
      'the login is in neither group',
      { 'amd-smi': printed('WARNING: User is missing the following required groups: render, video.\n', 1) },
      { state: 'denied', reason: { key: 'probes.amdGroups' } },
    ],
    [
      'the kernel driver is not loaded',
      {
        'amd-smi': printed('', 127),
        'rocm-smi': printed('ERROR:root:Driver not initialized (amdgpu not found in modules)\n', 1),
      },
      { state: 'failed', reason: { key: 'probes.amdDriverNotLoaded' } },
    ],
    [
      'it prints something else',
      { 'amd-smi': printed('{"gpus": []}') },
      { state: 'unparsable', reason: { key: 'probes.unparsable' } },
    ],
  ])('says so when %s', (_, outputs, expected) => {
    expect(amdGpuProbe.parse(outputs)).toMatchObject(expected);
  });

  it('counts the GPUs that rocm-smi says are reached over XGMI, and takes 4294967295 for no NUMA node', () => {
    const card = (bus: string) => ({ 'PCI Bus': bus, '(Topology) Numa Node': '4294967295' });
    const link = (one: number, other: number) => `(Topology) Link type between DRM devices ${one} and ${other}`;
    const rocm = {
      card0: card('0000:07:00.0'),
      card1: card('0000:0a:00.0'),
      card2: card('0000:0d:00.0'),
      system: { 'Driver version': '6.2.4', [link(0, 1)]: 'XGMI', [link(0, 2)]: 'XGMI', [link(1, 2)]: 'PCIE' },
    };
    const { gpus } = factsOf(amdGpuProbe, { 'amd-smi': printed('', 127), 'rocm-smi': JSON.stringify(rocm) });
    expect(gpus.map(({ xgmi, numaNode }) => [xgmi.peers, numaNode])).toEqual([
      [2, null],
      [1, null],
      [1, null],
    ]);
    expect(gpus[0]?.absences).toMatchObject({ numaNode: 'not-available', eccMode: 'not-reported' });
  });

  it('gives a reason for every value that is missing', () => {
    const older = { 'amd-smi': printed('', 127), 'rocm-smi': '{"card0": {"PCI Bus": "0000:07:00.0"}}' };
    const [gpu] = factsOf(amdGpuProbe, older).gpus;
    expect(gpu?.pciBusId).toBe('00000000:07:00.0');
    expect(Object.keys(gpu?.absences ?? {}).sort()).toEqual(nullPaths(gpu).sort());
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(amdGpuProbe, good, ({ gpus }) => gpus.length > 0);
  });
});

describe.skipIf(!hasRecordings)('amd-gpu probe on recorded outputs of rocm-smi', () => {
  const factsOfRecording = (name: string) =>
    factsOf(amdGpuProbe, { 'amd-smi': printed('', 127), 'rocm-smi': recording(`gpu-amd/rocm-smi-${name}`) });

  it.each(recordingNames('gpu-amd', /^rocm-smi-(a|json)__/))('reads %s', (name) => {
    const { gpus } = factsOf(amdGpuProbe, { 'amd-smi': recording(name) });
    for (const gpu of gpus) {
      expect(Object.keys(gpu.absences).sort()).toEqual(nullPaths(gpu).sort());
      expect(Object.values(gpu.absences)).not.toContain('unreadable');
    }
  });

  // Values read in the files by a person, not by the parser.
  it('four MI300X as text', () => {
    const { gpus, ...node } = factsOfRecording('a__mi300x-x4.txt');
    expect(node).toEqual({ tool: 'rocm-smi', driverVersion: '6.7.0' });
    expect(gpus.map(({ uniqueId }) => uniqueId)).toEqual([
      '0x8d1457e2c20f59d2',
      '0xb4fa34630e85d42a',
      '0xe8986800e182538a',
      '0xeff71edc82169115',
    ]);
    expect(gpus[0]).toMatchObject({
      pciBusId: '00000000:26:00.0',
      name: 'AMD Instinct MI300X OAM',
      serial: '692347006052',
      deviceId: '0x74a1',
      vbiosPartNumber: '113-MI3SRIOV-001',
      temperature: { edgeC: null, hotspotC: 35, memoryC: 33 },
      power: { drawW: 133, limitW: 750 },
      clocks: { graphicsMHz: 137, memoryMHz: 900 },
      utilization: { gpuPercent: 0, memoryPercent: 0 },
      partition: { compute: 'SPX', memory: 'NPS1' },
      performanceLevel: 'auto',
    });
  });

  it('six MI100 with ROCm 5.7', () => {
    const { gpus, driverVersion } = factsOfRecording('json__mi100-rocm5.7.1.json');
    expect(driverVersion).toBe('6.2.4');
    expect(gpus.map(({ pciBusId, power }) => [pciBusId, power.drawW])).toEqual([
      ['00000000:1e:00.0', 39],
      ['00000000:22:00.0', 37],
      ['00000000:3f:00.0', 35],
      ['00000000:43:00.0', 39],
      ['00000000:46:00.0', 39],
      ['00000000:49:00.0', 40],
    ]);
    expect(gpus[0]).toMatchObject({
      name: 'Arcturus GL-XL [Instinct MI100]',
      uniqueId: null,
      // It prints 0 for no number.
      serial: null,
      memory: { totalBytes: 34_342_961_152, usedBytes: 6_782_976, vendor: 'samsung' },
      temperature: { edgeC: 31, hotspotC: 34, memoryC: 30 },
      power: { limitW: 290 },
      clocks: { graphicsMHz: 300, memoryMHz: 1200 },
      pcie: { generation: 3, width: 16, replayCount: 0 },
      numaNode: 0,
    });
  });

  it('an MI50 that knows its serial number', () => {
    expect(factsOfRecording('json__vega20.json')).toMatchObject({
      driverVersion: '5.9.17',
      gpus: [
        {
          pciBusId: '00000000:63:00.0',
          name: 'Radeon Instinct MI50 32GB',
          uniqueId: '0x2f048617326b1ea',
          serial: '692024000810',
          vbiosPartNumber: '113-D1631700-111',
          clocks: { graphicsMHz: 1725, memoryMHz: 1000 },
          power: { drawW: 26, limitW: 225 },
          pcie: { generation: 4, width: 16 },
          fanPercent: 0,
          performanceLevel: 'high',
        },
      ],
    });
  });

  it('an RX 6700 XT with ROCm 4.3, which prints the vendor for its name, and with 6.1', () => {
    expect(factsOfRecording('json__rx6700xt-rocm4.3.0.json').gpus).toMatchObject([
      { name: null, deviceId: '0x73df', temperature: { edgeC: 45, hotspotC: 47, memoryC: 46 }, power: { limitW: 211 } },
    ]);
    expect(factsOfRecording('json__rx6700xt-rocm6.1.2.json').gpus).toMatchObject([
      {
        name: 'Navi 22 [Radeon RX 6700/6700 XT / 6800M]',
        target: 'gfx1031',
        memory: { totalBytes: 12_868_124_672, usedBytes: 1_572_745_216 },
        clocks: { graphicsMHz: 0, memoryMHz: 96 },
      },
    ]);
  });

  it('two cards of early ROCm, in the order of their numbers', () => {
    expect(factsOfRecording('json__radeon-openpai.json').gpus).toMatchObject([
      { index: 1, uniqueId: '7c96610172fc1a8d', power: { drawW: 34 }, memory: { usedBytes: 325_533_696 } },
      { index: 2, uniqueId: '249220e172fc1a88', clocks: { graphicsMHz: 808, memoryMHz: 350 }, fanPercent: 20 },
    ]);
  });
});
