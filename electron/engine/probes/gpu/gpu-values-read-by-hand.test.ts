import { describe, expect, it } from 'vitest';
import type { Gpu } from '#shared/domain/facts/gpu';
import { factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { gpuProbe } from './gpu-probe';

const mib = 1024 ** 2;
const memory = (total: number, reserved: number | null, used: number, free: number): Gpu['memory'] => ({
  totalBytes: total * mib,
  reservedBytes: reserved === null ? null : reserved * mib,
  usedBytes: used * mib,
  freeBytes: free * mib,
});
const limits = (drawW: number | null, limitW: number | null, minLimitW: number | null, maxLimitW: number | null) => ({
  drawW,
  limitW,
  minLimitW,
  maxLimitW,
});
const clocks = (
  sm: number,
  memoryClock: number,
  video: number,
  maxSm: number,
  maxMemory: number,
  maxVideo: number,
) => ({
  smMHz: sm,
  graphicsMHz: sm,
  memoryMHz: memoryClock,
  videoMHz: video,
  maxSmMHz: maxSm,
  maxGraphicsMHz: maxSm,
  maxMemoryMHz: maxMemory,
  maxVideoMHz: maxVideo,
});
const absolute = (
  gpuC: number,
  shutdownC: number,
  slowdownC: number,
  maxOperatingC: number | null,
  targetC: number | null,
) => ({
  gpuC,
  shutdownC,
  slowdownC,
  maxOperatingC,
  targetC,
  marginC: null,
  shutdownMarginC: null,
});
const margins = (gpuC: number, marginC: number, shutdownMarginC: number, targetC: number | null) => ({
  gpuC,
  marginC,
  shutdownMarginC,
  slowdownMarginC: -2,
  maxOperatingMarginC: 0,
  targetC,
  shutdownC: null,
  slowdownC: null,
});
const link = (generation: number, max: number, device: number | null, host: number | null, width: number) => ({
  generation,
  maxGeneration: max,
  deviceMaxGeneration: device,
  hostMaxGeneration: host,
  width,
  maxWidth: 16,
});

interface Expected {
  readonly [field: string]: unknown;
}

/** Read in the files by a person: which recording, which of its GPUs, and what stands there. */
const read: ReadonlyArray<readonly [string, number, Expected]> = [
  [
    'q__a10-535.129.03.txt',
    0,
    {
      uuid: 'GPU-73d12ef7-f589-f867-4259-c7090ab44736',
      serial: '1324521052681',
      boardId: '0x700',
      isMultiGpuBoard: false,
      boardPartNumber: '900-2G133-0020-100',
      gpuPartNumber: '2236-890-A1',
      vbiosVersion: '94.02.5C.00.04',
      infoRom: { image: 'G133.0215.00.06', oem: '2.0', ecc: '6.16', power: null },
      gspFirmwareVersion: '535.129.03',
      virtualization: { mode: 'Pass-Through' },
      performanceState: 'P8',
      clockEventReasons: ['gpu_idle'],
      memory: memory(23028, 512, 4, 22511),
      bar1: memory(32768, null, 1, 32767),
      ecc: { current: 'Enabled', aggregate: { sramUncorrected: 0, dramUncorrected: 0, sramUncorrectedParity: null } },
      // A row waits to be remapped, and still the driver says that no reset is required.
      remappedRows: { correctable: 0, uncorrectable: 4, isPending: true, hasFailed: false, inactiveCorrectable: null },
      recoveryAction: 'None',
      temperature: absolute(33, 101, 98, 91, null),
      power: limits(43.89, 150, 100, 150),
      clocks: { ...clocks(225, 405, 555, 1695, 6251, 1575), applicationGraphicsMHz: 1695, maxCustomerBoostMHz: 1695 },
      pcie: link(4, 4, 4, null, 16),
      fanPercent: 0,
    },
  ],
  [
    'q__a40-x10-550.127.05.txt',
    6,
    {
      uuid: 'GPU-f3b9d97b-0c14-0a69-4aa7-d329589a12b1',
      serial: '1322221016574',
      pciBusId: '00000000:d1:00.0',
      boardPartNumber: '900-2G133-0000-000',
      vbiosVersion: '94.02.5C.00.03',
      pciDeviceId: '223510DE',
      pciSubsystemId: '145A10DE',
      memory: memory(46068, 665, 1, 45403),
      bar1: memory(65536, null, 1, 65535),
      ecc: {
        volatile: { corrected: 0, dramCorrected: 0 },
        aggregate: { corrected: 10289, dramCorrected: 10289, sramCorrected: 0, uncorrected: 0 },
        isSramThresholdExceeded: false,
      },
      remappedRows: { correctable: 1, uncorrectable: 0, isPending: false, banks: { max: 192, high: 0, none: 0 } },
      recoveryAction: 'None',
      temperature: absolute(29, 98, 95, 88, null),
      power: limits(15.7, 300, 100, 300),
      clocks: clocks(0, 405, 555, 1740, 7251, 1530),
      pcie: { ...link(1, 4, 4, 4, 16), txBytesPerSec: 550_000, rxBytesPerSec: 450_000 },
    },
  ],
  [
    'q__gtx1050ti-535.161.07.txt',
    0,
    {
      uuid: 'GPU-58cc1259-69d2-90d0-2a7c-35ecabe4c4ff',
      serial: null,
      brand: 'GeForce',
      architecture: 'Pascal',
      boardPartNumber: null,
      gpuPartNumber: '1C82-400-A1',
      vbiosVersion: '86.07.22.00.B8',
      infoRom: { image: null, oem: null, ecc: null },
      isPersistenceModeOn: false,
      memory: memory(4096, 57, 0, 4038),
      clockEventReasons: [],
      temperature: absolute(31, 102, 99, null, 83),
      power: limits(null, 75, 52.5, 75),
      clocks: clocks(1290, 3504, 1151, 1911, 3504, 1708),
      pcie: link(3, 3, 3, 4, 16),
      ecc: { current: null, volatile: { corrected: null } },
      utilization: { gpuPercent: 0, jpegPercent: null },
      fanPercent: 40,
    },
  ],
  [
    'q__h200-550.90.12.txt',
    0,
    {
      uuid: 'GPU-cb3dfa52-e2f3-9ca4-a399-7d16041c3732',
      serial: '1753724031847',
      boardPartNumber: '695-2G520-0280-000',
      gpuPartNumber: '2335-895-A1',
      vbiosVersion: '96.00.A5.00.03',
      infoRom: { image: 'G520.0280.02.02', oem: '2.1', ecc: '7.16' },
      platform: { moduleId: '3' },
      c2cMode: 'Disabled',
      mig: { current: 'Disabled', pending: 'Disabled' },
      memory: memory(143771, 700, 1, 143072),
      bar1: memory(262144, null, 1, 262143),
      remappedRows: { banks: { max: 3072 } },
      temperature: { ...margins(28, 59, -8, null), memoryC: 25, memoryMaxOperatingMarginC: 0 },
      power: { ...limits(74.58, 700, 200, 700), memoryW: 41.76 },
      clocks: clocks(345, 3199, 765, 1980, 3201, 1545),
      pcie: { ...link(5, 5, 5, null, 16), txBytesPerSec: 657_000, rxBytesPerSec: 619_000 },
      fabric: { state: 'Completed', status: 'Success', cliqueId: '0', health: { bandwidth: null } },
      fanPercent: null,
    },
  ],
  [
    'q__l4-550.90.07.txt',
    0,
    {
      serial: '1653723016068',
      boardPartNumber: '900-2G193-0000-000',
      vbiosVersion: '95.04.29.00.06',
      infoRom: { image: 'G193.0200.00.01', ecc: '6.16' },
      memory: memory(23034, 556, 1, 22479),
      remappedRows: { banks: { max: 96 } },
      temperature: margins(33, 53, -5, null),
      power: limits(16.47, 72, 40, 72),
      clocks: clocks(210, 405, 765, 2040, 6251, 1770),
      pcie: link(1, 4, 4, 4, 8),
      fanPercent: null,
    },
  ],
  [
    'q__rtx-a6000-x9-550.127.05.txt',
    8,
    {
      uuid: 'GPU-ff2fc9a7-8cec-6497-d6af-c4253ff2d4f8',
      serial: '1562521009261',
      brand: 'NVIDIA RTX',
      pciBusId: '00000000:d6:00.0',
      gspFirmwareVersion: null,
      memory: memory(46068, 450, 1, 45619),
      clockEventReasons: ['sw_power_cap'],
      temperature: absolute(30, 98, 95, 93, 84),
      power: limits(23.11, 300, 100, 300),
      clocks: { ...clocks(0, 405, 555, 2100, 8001, 1950), applicationGraphicsMHz: 1800, maxCustomerBoostMHz: null },
      pcie: { ...link(1, 4, 4, 4, 16), txBytesPerSec: 0, rxBytesPerSec: 150_000 },
    },
  ],
  [
    'q__rtx3090-x2-560.35.03.txt',
    1,
    {
      uuid: 'GPU-74e6e433-5193-b31f-b8b5-7a54c8b4623e',
      pciSubsystemId: '403B1458',
      vbiosVersion: '94.02.42.40.34',
      infoRom: { image: 'G001.0000.03.03', oem: '2.0', ecc: null },
      gspFirmwareVersion: '560.35.03',
      extendedMemoryMode: 'disabled',
      memory: memory(24576, 422, 2, 24154),
      temperature: absolute(29, 98, 95, 93, 70),
      power: limits(36.88, 350, 100, 350),
      remappedRows: { correctable: null, isPending: null, banks: { max: null } },
    },
  ],
  [
    'q__rtx4000ada-550.90.07.txt',
    0,
    {
      serial: '1323523040358',
      boardPartNumber: '900-5G190-1770-000',
      vbiosVersion: '95.04.5C.00.0D',
      ecc: { current: 'Disabled', volatile: { corrected: null, sramCorrected: null } },
      remappedRows: { correctable: 0, banks: { max: 96 } },
      memory: memory(20475, 329, 2, 20146),
      temperature: margins(31, 54, -7, 90),
      power: limits(12.62, 130, 30, 130),
      clocks: { ...clocks(210, 405, 765, 3105, 9001, 2415), defaultApplicationMemoryMHz: 9001 },
    },
  ],
  [
    'q__rtx6000ada-x8-550.127.05.txt',
    7,
    {
      serial: '1714123005564',
      pciBusId: '00000000:e1:00.0',
      boardId: '0xe100',
      vbiosVersion: '95.02.59.00.09',
      infoRom: { image: 'G133.0510.00.02' },
      memory: memory(49140, 500, 2, 48639),
      temperature: margins(29, 61, -7, 85),
      power: limits(21.62, 300, 100, 300),
      pcie: link(1, 4, 4, 4, 16),
    },
  ],
  [
    'q__rtx4080super-595.71.05-load.txt',
    0,
    {
      pdi: '0x427f47bdf3c96203',
      vbiosVersion: '95.03.44.00.B2',
      addressingMode: 'HMM',
      isDisplayActive: true,
      isPersistenceModeOn: false,
      performanceState: 'P2',
      recoveryAction: 'None',
      memory: memory(16376, 434, 1474, 14470),
      bar1: memory(16384, null, 35, 16349),
      utilization: {
        gpuPercent: 7,
        memoryPercent: 2,
        encoderPercent: 72,
        decoderPercent: 0,
        jpegPercent: 0,
        opticalFlowPercent: 0,
      },
      temperature: absolute(45, 101, 96, 90, 84),
      power: { ...limits(84.03, 320, 150, 400), instantW: 86.41 },
      clocks: { ...clocks(2805, 11251, 2145, 3165, 11501, 2415), applicationGraphicsMHz: null },
      pcie: { ...link(4, 4, 4, 5, 16), txBytesPerSec: 174_169_000, rxBytesPerSec: 1_436_230_000 },
      ecc: { current: null, isChannelRepairPending: false, isTpcRepairPending: false },
      extendedMemoryMode: 'disabled',
    },
  ],
  [
    'q__l40s-595.80-load.txt',
    0,
    {
      pdi: '0x4cc17b2978ffca4d',
      boardPartNumber: '900-2G133-0080-000',
      memory: memory(46068, 609, 1235, 44225),
      remappedRows: { correctable: 0, inactiveCorrectable: 0, inactiveUncorrectable: 0, isPending: false },
      clockEventCounters: { softwarePowerCapUs: 204_642_816, syncBoostUs: 0 },
      temperature: margins(54, 34, -5, null),
      processes: [
        { pid: 20037, kind: 'C', name: 'ffmpeg', usedMemoryBytes: 538 * mib },
        { pid: 20038, kind: 'C', name: 'ffmpeg', usedMemoryBytes: 681 * mib },
      ],
    },
  ],
  [
    'q__h100-x8-535.183.01-slowdown-mixed.txt',
    4,
    {
      serial: '1654922016523',
      pciBusId: '00000000:97:00.0',
      platform: { moduleId: '1' },
      memory: memory(81559, 551, 0, 81007),
      pcie: { ...link(5, 5, 5, null, 16), replayCount: 63, txBytesPerSec: 613_000, rxBytesPerSec: 468_000 },
      temperature: { ...margins(38, 48, -8, null), memoryC: 46 },
      power: { ...limits(71.68, 700, 200, 700), memoryW: null },
      fabric: { state: 'Completed', status: 'Success', cliqueId: null },
      recoveryAction: 'None',
    },
  ],
  [
    'q__h100-mig-590.48.01-idle.txt',
    0,
    {
      mig: { current: 'Enabled', pending: 'Enabled' },
      migDevices: [
        {
          gpuInstanceId: 2,
          multiprocessorCount: 60,
          engines: { copy: 3, encoder: 0, decoder: 3, jpeg: 3, opticalFlow: 0 },
          sramUncorrected: 0,
          memory: memory(40448, 0, 26, 40423),
          bar1: memory(24739, null, 0, 24739),
        },
        { gpuInstanceId: 3, multiprocessorCount: 32, engines: { copy: 2, decoder: 2, jpeg: 2 } },
        { gpuInstanceId: 9, multiprocessorCount: 16, engines: { copy: 1 }, memory: memory(9984, 0, 9, 9976) },
        { gpuInstanceId: 10, multiprocessorCount: 16, sramUncorrected: 0 },
      ],
      utilization: { gpuPercent: null, opticalFlowPercent: null },
      bar1: memory(131072, null, 81081, 49991),
      power: { ...limits(71.27, 700, 200, 700), instantW: 72.63, memoryW: 44 },
    },
  ],
  [
    'qx__a100-sxm4-80gb-535.54.03.xml',
    0,
    {
      recoveryAction: 'None',
      migDevices: [
        {
          index: 0,
          gpuInstanceId: 3,
          computeInstanceId: 0,
          multiprocessorCount: 14,
          engines: { copy: 1, encoder: 0, decoder: 1, jpeg: 0, opticalFlow: 0 },
          sramUncorrected: 0,
          memory: memory(19968, 0, 12, 19955),
          bar1: memory(32767, null, 0, 32767),
        },
        { index: 1, gpuInstanceId: 4, engines: { decoder: 1 } },
        { index: 2, gpuInstanceId: 5 },
        { index: 3, gpuInstanceId: 6 },
      ],
    },
  ],
  [
    'qx__quadro-p400-418.43.xml',
    0,
    {
      uuid: 'GPU-8f750be4-dfbc-23b9-b33f-da729a536494',
      serial: '0424418054852',
      brand: 'Quadro',
      vbiosVersion: '86.07.3B.00.4A',
      boardId: '0x4300',
      infoRom: { image: 'G212.0500.00.01' },
      memory: memory(1998, null, 0, 1998),
      temperature: absolute(33, 103, 100, null, null),
      clocks: { ...clocks(139, 405, 544, 1252, 2005, 1126), applicationGraphicsMHz: 1227, maxCustomerBoostMHz: 1252 },
      pcie: link(1, 3, null, null, 16),
      recoveryAction: null,
      fanPercent: 34,
    },
  ],
  [
    'qx__rtx2080ti-x2-410.73.xml',
    1,
    {
      uuid: 'GPU-ef1d0068-5bfd-f1e4-7e79-ff35d71d44b8',
      vbiosVersion: '90.02.17.00.AD',
      boardId: '0x300',
      memory: memory(10989, null, 0, 10989),
      temperature: absolute(24, 94, 91, 89, null),
      power: { ...limits(19.11, 250, 100, 280), defaultLimitW: 250 },
      pcie: link(1, 3, null, null, 16),
    },
  ],
  [
    'qx__rtx3060-570.124.04.xml',
    0,
    {
      uuid: 'GPU-d6889ff6-2523-9142-ca3c-1ca3f396a625',
      boardId: '0x2d00',
      extendedMemoryMode: 'disabled',
      memory: memory(12288, 368, 116, 11806),
      temperature: absolute(42, 98, 95, 93, 83),
      power: { ...limits(11.6, 170, 100, 190), instantW: 11.63 },
      pcie: { ...link(1, 4, 4, 4, 16), txBytesPerSec: 550_000, rxBytesPerSec: 500_000 },
      utilization: { jpegPercent: 0 },
    },
  ],
  [
    'qx__rtx3060-laptop-515.65.01.xml',
    0,
    {
      pciDeviceId: '252010DE',
      isPersistenceModeOn: false,
      memory: memory(6144, 197, 5, 5940),
      bar1: memory(8192, null, 3, 8189),
      temperature: absolute(45, 105, 102, 75, null),
      power: limits(8.7, null, null, null),
      pcie: link(1, 4, null, null, 8),
      fanPercent: null,
      processes: [{ pid: 28543 }],
    },
  ],
  [
    'qx__rtx3090-525.147.05.xml',
    0,
    {
      memory: memory(24576, 316, 1, 24258),
      power: { ...limits(27.23, 200, 100, 375), defaultLimitW: 350 },
      clocks: clocks(0, 405, 555, 2100, 9751, 1950),
      pcie: link(1, 4, 4, null, 16),
      fanPercent: 0,
    },
  ],
  [
    'qx__rtx4090-535.86.05.xml',
    0,
    {
      ecc: { current: 'Disabled' },
      remappedRows: { correctable: 0, uncorrectable: 0, isPending: false, hasFailed: false, banks: { max: 192 } },
      temperature: margins(40, 43, -7, 84),
      power: limits(26.84, 450, 10, 600),
      clocks: clocks(210, 405, 1185, 3120, 10501, 2415),
      // The card can do 4, the slot 3.
      pcie: link(1, 3, 4, 3, 16),
      recoveryAction: 'None',
    },
  ],
  [
    'qx__quadro-p2000-525.125.06.xml',
    0,
    {
      serial: '0322218049033',
      vbiosVersion: '86.06.3F.00.30',
      infoRom: { image: 'G410.0502.00.02' },
      memory: memory(5120, 66, 1, 5051),
      temperature: absolute(34, 104, 101, null, 83),
      power: limits(4.61, 75, 75, 75),
      clocks: { ...clocks(139, 405, 544, 1721, 3504, 1556), applicationGraphicsMHz: 1075 },
      pcie: link(1, 3, 3, 3, 8),
      fanPercent: 46,
    },
  ],
];

describe.skipIf(!hasRecordings)('what stands in recorded reports, value by value', () => {
  it.each(read)('%s, GPU %i', (name, position, expected) => {
    const { gpus } = factsOf(gpuProbe, { query: recording(`gpu-nvidia/nvidia-smi-${name}`) });
    expect(gpus[position]).toMatchObject(expected);
  });

  it('tells the counts of rows that are remapped and not in use in CSV as well', () => {
    const { gpus } = factsOf(gpuProbe, {
      query: recording('gpu-nvidia/nvidia-smi-query-gpu-all__l40s-595.80-load.csv'),
    });
    expect(gpus[0]).toMatchObject({
      remappedRows: { inactiveCorrectable: 0, inactiveUncorrectable: 0 },
      utilization: { jpegPercent: 0, opticalFlowPercent: 0 },
    });
  });
});

describe('what drivers recommended before they had a word for it', () => {
  const report = (flags: string) => `<?xml version="1.0" ?>
<nvidia_smi_log>
	<attached_gpus>1</attached_gpus>
	<gpu id="00000000:01:00.0">
		<product_name>NVIDIA A100</product_name>
		${flags}
	</gpu>
</nvidia_smi_log>`;
  const status = (required: string, recommended: string) =>
    `<gpu_reset_status><reset_required>${required}</reset_required>` +
    `<drain_and_reset_recommended>${recommended}</drain_and_reset_recommended></gpu_reset_status>`;

  it.each([
    [status('No', 'No'), 'None', undefined],
    [status('No', 'N/A'), 'None', undefined],
    [status('No', 'Yes'), 'Drain and Reset', undefined],
    [status('Yes', 'Yes'), 'Reset', undefined],
    [status('N/A', 'N/A'), null, 'not-available'],
    ['', null, 'not-reported'],
    [`<gpu_recovery_action>Drain P2P</gpu_recovery_action>${status('No', 'No')}`, 'Drain P2P', undefined],
    [`<gpu_recovery_action>N/A</gpu_recovery_action>${status('No', 'No')}`, null, 'not-available'],
  ])('%s is %s', (flags, action, absence) => {
    const [gpu] = factsOf(gpuProbe, { query: report(flags) }).gpus;
    expect([gpu?.recoveryAction, gpu?.absences.recoveryAction]).toEqual([action, absence]);
  });
});
