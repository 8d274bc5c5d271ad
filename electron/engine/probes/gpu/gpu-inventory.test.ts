import { describe, expect, it } from 'vitest';
import type { Gpu } from '#shared/domain/facts/gpu';
import { factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { gpuProbe } from './gpu-probe';

const mib = 1024 ** 2;

/** A GPU of a recording, by its position in it. */
function gpuOf(name: string, position = 0): Gpu {
  const gpu = factsOf(gpuProbe, { query: recording(`gpu-nvidia/${name}`) }).gpus[position];
  if (!gpu) throw new Error(name);
  return gpu;
}

// Values read in the files by a person, not by the parser.
describe.skipIf(!hasRecordings)('everything a GPU is, in what drivers print of it', () => {
  it('H100 under load with driver 590: margins for thresholds, SRAM sources, module and fabric', () => {
    const gpu = gpuOf('nvidia-smi-q__h100-sxm-590.48.01-load.txt');
    expect(gpu).toMatchObject({
      name: 'NVIDIA H100 80GB HBM3',
      boardPartNumber: '692-2G520-0200-000',
      gpuPartNumber: '2330-885-A1',
      fruPartNumber: null,
      pciDeviceId: '233010DE',
      pciSubsystemId: '16C110DE',
      vbiosVersion: '96.00.A5.00.01',
      infoRom: { image: 'G520.0200.00.05', oem: '2.1', ecc: '7.16', power: null },
      gspFirmwareVersion: '590.48.01',
      platform: { chassisSerial: null, slotNumber: null, trayIndex: null, hostId: null, moduleId: '7' },
      virtualization: { mode: 'Pass-Through', hostVgpuMode: null, heterogeneousMode: null },
      c2cMode: 'Disabled',
      memoryKind: 'dedicated',
      protectedMemory: { totalBytes: 0, usedBytes: 0, freeBytes: 0 },
      utilization: { gpuPercent: 100, memoryPercent: 11, encoderPercent: 0, decoderPercent: 0 },
      fanPercent: null,
      temperature: {
        gpuC: 59,
        memoryC: 55,
        marginC: 26,
        slowdownC: null,
        shutdownC: null,
        maxOperatingC: null,
        memoryMaxOperatingC: null,
        slowdownMarginC: -2,
        shutdownMarginC: -8,
        maxOperatingMarginC: 0,
        memoryMaxOperatingMarginC: 0,
        targetC: null,
      },
      power: {
        drawW: 629.45,
        averageW: 629.45,
        instantW: 588.39,
        limitW: 700,
        requestedLimitW: 700,
        defaultLimitW: 700,
        minLimitW: 200,
        maxLimitW: 700,
        memoryW: 85.83,
        moduleW: null,
        moduleLimitW: null,
      },
      clocks: {
        graphicsMHz: 1980,
        smMHz: 1980,
        memoryMHz: 2619,
        videoMHz: 1545,
        maxGraphicsMHz: 1980,
        maxVideoMHz: 1545,
        applicationGraphicsMHz: null,
        maxCustomerBoostMHz: 1980,
      },
      clockEventReasons: [],
      clockEventCounters: { softwarePowerCapUs: 0, hardwarePowerBrakeUs: 0 },
      pcie: {
        generation: 5,
        maxGeneration: 5,
        deviceMaxGeneration: 5,
        hostMaxGeneration: null,
        width: 16,
        replayCount: 9,
        replayRolloverCount: 0,
        txBytesPerSec: 3_092_000,
        rxBytesPerSec: 6_346_000,
      },
      ecc: {
        current: 'Enabled',
        aggregate: { corrected: 0, uncorrected: 0, sramUncorrectedParity: 0, sramUncorrectedSecDed: 0 },
        isSramThresholdExceeded: false,
        sramSources: { l2: 0, sm: 0, microcontroller: 0, pcie: 0, other: 0 },
        isChannelRepairPending: false,
        isTpcRepairPending: false,
        isMemoryUnrepairable: false,
      },
      remappedRows: {
        correctable: 0,
        isPending: false,
        hasFailed: false,
        banks: { max: 2560, high: 0, partial: 0, low: 0, none: 0 },
      },
      retiredPages: { singleBit: null, doubleBit: null, isPending: null },
      fabric: {
        state: 'Completed',
        status: 'Success',
        cliqueId: '0',
        clusterUuid: '00000000-0000-0000-0000-000000000000',
        health: { summary: null, bandwidth: null },
      },
      recoveryAction: 'None',
    });
    expect(gpu.absences).toMatchObject({
      'clocks.applicationGraphicsMHz': 'deprecated',
      'temperature.slowdownC': 'not-reported',
      'pcie.hostMaxGeneration': 'not-available',
      'fabric.health.partitionAssigned': 'not-reported',
    });
  });

  it('the first of eight H100 with driver 565: rack and node in other words, one power draw', () => {
    expect(gpuOf('nvidia-smi-q__h100-sxm-x8-565.57.01.txt')).toMatchObject({
      serial: '1654423001593',
      uuid: 'GPU-b42dd28e-ffdd-8720-1df0-98bd8cdc05b1',
      vbiosVersion: '96.00.74.00.01',
      platform: { chassisSerial: null, slotNumber: null, trayIndex: null, hostId: null, peerType: null, moduleId: '2' },
      virtualization: { mode: 'None' },
      memory: { totalBytes: 81559 * mib, reservedBytes: 454 * mib, usedBytes: mib, freeBytes: 81106 * mib },
      temperature: { gpuC: 30, memoryC: 36, marginC: 57, slowdownMarginC: -2, shutdownMarginC: -8 },
      power: { drawW: 100.89, averageW: null, instantW: null, memoryW: 69.61 },
      clocks: { smMHz: 345, applicationGraphicsMHz: 1980, defaultApplicationMemoryMHz: 2619 },
      clockEventReasons: ['gpu_idle'],
      pcie: { hostMaxGeneration: 5, replayCount: 7, txBytesPerSec: 567_000, rxBytesPerSec: 559_000 },
      fabric: { state: 'Completed', status: 'Success', cliqueId: '0' },
    });
  });

  it('the second of four A100 with driver 555: corrected errors and a row that waits to be remapped', () => {
    expect(gpuOf('nvidia-smi-q__a100-sxm4-80gb-x4-555.42.02.txt', 1)).toMatchObject({
      pciBusId: '00000000:9e:00.0',
      serial: '1321022027867',
      platform: { moduleId: '7' },
      infoRom: { image: 'G506.0212.00.01', oem: '2.0', ecc: '6.16' },
      ecc: {
        volatile: { corrected: 353, uncorrected: 0, sramCorrected: 0, dramCorrected: 353, dramUncorrected: 0 },
        aggregate: { corrected: 353, dramCorrected: 353 },
        isSramThresholdExceeded: false,
        isChannelRepairPending: null,
      },
      remappedRows: {
        correctable: 1,
        uncorrectable: 0,
        isPending: true,
        hasFailed: false,
        banks: { max: 639, high: 1, partial: 0, low: 0, none: 0 },
      },
      temperature: {
        gpuC: 22,
        marginC: null,
        shutdownC: 92,
        slowdownC: 89,
        maxOperatingC: 85,
        memoryC: 41,
        memoryMaxOperatingC: 95,
        slowdownMarginC: null,
      },
      power: { drawW: 60.31, limitW: 500, minLimitW: 100, maxLimitW: 500 },
      clocks: { graphicsMHz: 210, videoMHz: 585, applicationGraphicsMHz: 1140, maxGraphicsMHz: 1410 },
      fabric: { state: null, cliqueId: null },
    });
  });

  it('the fifth of eight V100 with driver 550: errors counted by memory, and a page retired for one of them', () => {
    expect(gpuOf('nvidia-smi-q__v100-sxm2-x8-550.127.05.txt', 4)).toMatchObject({
      name: 'Tesla V100-SXM2-16GB',
      brand: 'Tesla',
      architecture: 'Volta',
      pciBusId: '00000000:00:08.0',
      serial: '0324218203971',
      boardPartNumber: '900-2G503-0300-000',
      gpuPartNumber: '1DB1-895-A1',
      gspFirmwareVersion: null,
      ecc: {
        volatile: { corrected: 0, uncorrected: 0, sramCorrected: 0, sramUncorrected: 0, dramCorrected: 0 },
        aggregate: {
          corrected: 4,
          uncorrected: 0,
          sramCorrected: 0,
          sramUncorrected: 0,
          sramUncorrectedParity: null,
          dramCorrected: 4,
          dramUncorrected: 0,
        },
      },
      retiredPages: { singleBit: 1, doubleBit: 0, isPending: false },
      remappedRows: { correctable: null, isPending: null, banks: { max: null } },
      temperature: { gpuC: 38, shutdownC: 90, slowdownC: 87, maxOperatingC: 83, memoryMaxOperatingC: 85 },
      power: { drawW: 44.5, limitW: 300, minLimitW: 150 },
      clocks: { smMHz: 135, memoryMHz: 877, applicationGraphicsMHz: 1312, maxSmMHz: 1530, maxVideoMHz: 1372 },
    });
  });

  it('a T4 with driver 515: the board number under the tag of the GPU number, throttle reasons, x8', () => {
    expect(gpuOf('nvidia-smi-qx__tesla-t4-515.105.01.xml')).toMatchObject({
      boardPartNumber: '900-2G183-0000-001',
      gpuPartNumber: null,
      infoRom: { image: 'G183.0200.00.02', oem: '1.1', ecc: '5.0', power: null },
      platform: { moduleId: '0' },
      gspFirmwareVersion: '515.105.01',
      ecc: { aggregate: { corrected: 0, sramUncorrected: 0, sramUncorrectedParity: null, dramUncorrected: 0 } },
      retiredPages: { singleBit: 0, doubleBit: 0, isPending: false },
      pcie: { generation: 3, width: 8, maxWidth: 16, hostMaxGeneration: null },
      power: { drawW: 26.78, limitW: 70, requestedLimitW: 70, defaultLimitW: 70, minLimitW: 60 },
      clocks: { graphicsMHz: 585, memoryMHz: 5000, applicationMemoryMHz: 5001, maxCustomerBoostMHz: 1590 },
      clockEventReasons: [],
    });
  });

  it('an A100 in two slices with driver 510', () => {
    expect(gpuOf('nvidia-smi-qx__a100-sxm4-40gb-mig-510.47.03.xml')).toMatchObject({
      serial: '1324321002473',
      boardPartNumber: '692-2G506-0200-003',
      gpuPartNumber: null,
      platform: { moduleId: '3' },
      virtualization: { mode: 'Pass-Through' },
      mig: { current: 'Enabled', pending: 'Enabled' },
      migDevices: [
        { index: 0, gpuInstanceId: 1, multiprocessorCount: 42, memory: { totalBytes: 19968 * mib } },
        { index: 1, gpuInstanceId: 2, multiprocessorCount: 42, memory: { usedBytes: 19 * mib } },
      ],
    });
  });

  it('the third of eight RTX 4090 with driver 535: a GeForce without ECC, with margins and remapping', () => {
    expect(gpuOf('nvidia-smi-q__rtx4090-x8-535.154.05-swpowercap.txt', 2)).toMatchObject({
      serial: null,
      boardPartNumber: null,
      gpuPartNumber: '2684-300-A1',
      infoRom: { image: 'G002.0000.00.03', oem: '2.0', ecc: '6.16' },
      fanPercent: 33,
      ecc: { current: 'Disabled', volatile: { corrected: null, dramCorrected: null } },
      remappedRows: { correctable: 0, banks: { max: 192 } },
      temperature: { gpuC: 31, marginC: 53, shutdownMarginC: -7, slowdownMarginC: -2, targetC: 84 },
      power: { drawW: 15.73, limitW: 450, minLimitW: 150, memoryW: null },
      clocks: { smMHz: 210, videoMHz: 1185, maxSmMHz: 3105, maxMemoryMHz: 10501, applicationGraphicsMHz: null },
      pcie: { generation: 1, maxGeneration: 4, deviceMaxGeneration: 4, hostMaxGeneration: 4, width: 16 },
    });
  });

  it('an RTX 4000 SFF Ada with driver 595: shared address space, counters of the power cap', () => {
    expect(gpuOf('nvidia-smi-qx__rtx4000sff-ada-595.84.xml')).toMatchObject({
      addressingMode: 'HMM',
      memoryKind: 'dedicated',
      boardPartNumber: '900-5G192-1770-000',
      fanPercent: 30,
      clockEventCounters: { softwarePowerCapUs: 4_251_825_415, syncBoostUs: 0, hardwareThermalUs: 0 },
      protectedMemory: { totalBytes: 0 },
      temperature: { gpuC: 38, marginC: 49, shutdownMarginC: -7, slowdownMarginC: -2, targetC: 88, memoryC: null },
      power: { drawW: 8.81, averageW: 8.81, instantW: 8.44, limitW: 70, minLimitW: 30 },
      remappedRows: { correctable: 0, uncorrectable: 0, banks: { max: 96, none: 0 } },
      ecc: { current: 'Disabled', isSramThresholdExceeded: null, isChannelRepairPending: false },
      pcie: { generation: 1, maxGeneration: 4, txBytesPerSec: 830_000, rxBytesPerSec: 439_000 },
    });
  });

  it('an L40S with driver 595: rows that are remapped but not active have lines of their own', () => {
    expect(gpuOf('nvidia-smi-q__l40s-595.80-load.txt')).toMatchObject({
      isPersistenceModeOn: false,
      addressingMode: 'HMM',
      infoRom: { image: 'G133.0242.00.03' },
      gspFirmwareVersion: '595.80',
      clockEventCounters: { softwarePowerCapUs: 204_642_816 },
      ecc: { current: 'Enabled', isMemoryUnrepairable: null, isTpcRepairPending: false },
      remappedRows: { correctable: 0, uncorrectable: 0, isPending: false, banks: { max: 192 } },
      temperature: { gpuC: 54, marginC: 34, shutdownMarginC: -5, memoryC: null },
      power: { drawW: 110.24, instantW: 110.01, limitW: 350, minLimitW: 100 },
      clocks: { smMHz: 2520, memoryMHz: 9001, maxCustomerBoostMHz: 2520 },
    });
  });

  it('a Titan V with driver 560', () => {
    expect(gpuOf('nvidia-smi-q__titan-v-560.35.03.txt')).toMatchObject({
      brand: 'Titan',
      architecture: 'Volta',
      serial: '0334517001520',
      vbiosVersion: '88.00.36.00.01',
      boardPartNumber: '900-1G500-2500-000',
      gpuPartNumber: '1D81-400-A1',
      infoRom: { image: 'G001.0000.01.04', oem: '1.1', ecc: null },
      platform: { moduleId: '1' },
    });
  });

  it('an H100 as CSV: the same facts, and no error counted twice', () => {
    expect(gpuOf('nvidia-smi-query-gpu-all__h100-sxm-590.48.01-load.csv')).toMatchObject({
      pciDeviceId: '233010DE',
      infoRom: { image: 'G520.0200.00.05', oem: '2.1', ecc: '7.16', power: null },
      platform: { slotNumber: '0', trayIndex: '0', hostId: '1', peerType: 'Direct Connected', moduleId: '7' },
      temperature: { gpuC: 59, marginC: 26, memoryC: 54 },
      power: { drawW: 631.95, averageW: 631.95, instantW: 625.68, limitW: 700 },
      ecc: { aggregate: { corrected: 0, sramUncorrected: 0 }, isSramThresholdExceeded: false, sramSources: { sm: 0 } },
      remappedRows: { banks: { max: 2560, high: 0 } },
      clockEventCounters: { softwarePowerCapUs: 0, hardwareThermalUs: 0 },
      fabric: { state: 'Completed', cliqueId: '0' },
    });
  });

  it('eight A100 asked for retired pages alone', () => {
    const { gpus } = factsOf(gpuProbe, {
      query: recording('gpu-nvidia/nvidia-smi-q-d-page-retirement__a100-x8-535.86.10.txt'),
    });
    expect(gpus.map(({ pciBusId, retiredPages }) => [pciBusId.slice(0, 8), retiredPages])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((domain) => [`0000000${domain}`, { singleBit: 0, doubleBit: 0, isPending: false }]),
    );
  });
});

const unified = `<?xml version="1.0" ?>
<nvidia_smi_log>
	<driver_version>580.95.05</driver_version>
	<cuda_version>13.0</cuda_version>
	<attached_gpus>1</attached_gpus>
	<gpu id="0000000F:01:00.0">
		<product_name>NVIDIA GB10</product_name>
		<product_architecture>Blackwell</product_architecture>
		<addressing_mode>ATS</addressing_mode>
		<performance_state>P8</performance_state>
		<fb_memory_usage>
			<total>N/A</total>
			<reserved>N/A</reserved>
			<used>N/A</used>
			<free>N/A</free>
		</fb_memory_usage>
		<temperature><gpu_temp>35 C</gpu_temp></temperature>
		<gpu_power_readings>
			<average_power_draw>11.17 W</average_power_draw>
			<current_power_limit>N/A</current_power_limit>
		</gpu_power_readings>
		<processes>
			<process_info>
				<pid>114687</pid>
				<type>C</type>
				<process_name>/usr/local/bin/python</process_name>
				<used_memory>19135 MiB</used_memory>
			</process_info>
		</processes>
	</gpu>
</nvidia_smi_log>
`;

describe('a GPU that shares the memory of its system', () => {
  it('has no memory sizes of its own, which is neither unknown nor zero', () => {
    const [gpu] = factsOf(gpuProbe, { query: unified }).gpus;
    expect(gpu).toMatchObject({
      state: 'present',
      memoryKind: 'shared',
      memory: { totalBytes: null, reservedBytes: null, usedBytes: null, freeBytes: null },
      processes: [{ pid: 114687, usedMemoryBytes: 19135 * mib }],
    });
    expect(gpu?.absences).toMatchObject({
      'memory.totalBytes': 'shared-with-system',
      'memory.usedBytes': 'shared-with-system',
      'power.limitW': 'not-available',
    });
  });

  it('is not taken for one where the driver gives no reason, or the GPU is lost', () => {
    const plain = unified.replace('NVIDIA GB10', 'NVIDIA H100 80GB HBM3').replace('ATS', 'None');
    expect(factsOf(gpuProbe, { query: plain }).gpus[0]).toMatchObject({
      memoryKind: null,
      absences: { memoryKind: 'not-available', 'memory.totalBytes': 'not-available' },
    });
    const lost = unified.replace('NVIDIA GB10', 'NVIDIA GH200 480GB').replace('35 C', 'GPU is lost');
    expect(factsOf(gpuProbe, { query: lost }).gpus[0]).toMatchObject({ state: 'lost', memoryKind: null });
  });

  it('has memory of its own where it tells it, although it can reach that of the system', () => {
    const grace = unified.replace('NVIDIA GB10', 'NVIDIA GH200 480GB').replace('<total>N/A', '<total>97871 MiB');
    expect(factsOf(gpuProbe, { query: grace }).gpus[0]).toMatchObject({
      memoryKind: 'dedicated',
      memory: { totalBytes: 97871 * mib },
    });
  });
});
