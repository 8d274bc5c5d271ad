import type { Absences } from '#shared/domain/facts/absence';
import type { Gpu } from '#shared/domain/facts/gpu';
import { normalizeBusId } from '../lib/bus-id';
import { orNull, readFlag, readNumber, readText } from '../lib/values';
import { readClocks, readPcie, readPower, readTemperature } from './read-gpu-limits';
import { readEcc, readRemappedRows, readRetiredPages } from './read-gpu-memory-errors';
import { readMemory, readMigDevices, readProcesses } from './read-gpu-users';
import { FieldReader, lookup, type Report } from './report';

/**
 * One GPU of the report. Each field names where drivers 384 to 595 print it: XML tag first, then the text label.
 * Renames: `clocks_throttle_reasons` -> `clocks_event_reasons` (R535), `power_readings` -> `gpu_power_readings` (R53x),
 * absolute temperature limits -> margins (`tlimit`), single/double bit -> SRAM/DRAM counts. Null: no PCI bus id.
 */
export function readGpu(report: Report, index: number): Gpu | null {
  const pciBusId = normalizeBusId(lookup(report, '@id') ?? lookup(report, 'pci.pci_bus_id'));
  if (pciBusId === null) return null;
  const absences: Absences = {};
  const f = new FieldReader(report, absences);
  const gpu: Gpu = {
    index: orNull(readNumber(String(lookup(report, '@index') ?? ''))) ?? index,
    pciBusId,
    state: 'present',
    minorNumber: f.number('minorNumber', '', 'minor_number'),
    ...readIdentity(f),
    ...readModes(f),
    memoryKind: null,
    memory: readMemory(f, 'memory', 'fb_memory_usage'),
    bar1: readMemory(f, 'bar1', 'bar1_memory_usage'),
    protectedMemory: {
      totalBytes: f.bytes('protectedMemory.totalBytes', ...protectedMemory('total')),
      usedBytes: f.bytes('protectedMemory.usedBytes', ...protectedMemory('used')),
      freeBytes: f.bytes('protectedMemory.freeBytes', ...protectedMemory('free')),
    },
    dramEncryption: f.group('dramEncryption', ['dram_encryption_mode'], readText, {
      current: ['current_dram_encryption', 'current'],
      pending: ['pending_dram_encryption', 'pending'],
    }),
    utilization: f.group('utilization', ['utilization'], (raw) => readNumber(raw, '%'), {
      gpuPercent: ['gpu_util', 'gpu'],
      memoryPercent: ['memory_util', 'memory'],
      encoderPercent: ['encoder_util', 'encoder'],
      decoderPercent: ['decoder_util', 'decoder'],
      jpegPercent: ['jpeg_util', 'jpeg'],
      opticalFlowPercent: ['ofa_util', 'ofa'],
    }),
    fanPercent: f.number('fanPercent', '%', 'fan_speed'),
    temperature: readTemperature(f),
    power: readPower(f),
    ...readClocks(report, f),
    pcie: readPcie(f),
    ecc: readEcc(f),
    remappedRows: readRemappedRows(f),
    retiredPages: readRetiredPages(f),
    fabric: readFabric(f),
    recoveryAction: readRecoveryAction(report, f),
    processes: readProcesses(report, f),
    migDevices: readMigDevices(report, f),
    absences,
  };
  const state = stateOf(report, absences);
  return { ...gpu, state, memoryKind: memoryKindOf(gpu, state) };
}

const protectedMemory = (tag: string) => [
  `cc_protected_memory_usage.${tag}`,
  `conf_compute_protected_memory_usage.${tag}`,
];

function readIdentity(f: FieldReader) {
  return {
    uuid: f.text('uuid', 'uuid', 'gpu_uuid'),
    name: f.text('name', 'product_name'),
    brand: f.text('brand', 'product_brand'),
    architecture: f.text('architecture', 'product_architecture'),
    serial: f.text('serial', 'serial', 'serial_number'),
    pdi: f.text('pdi', 'pdi', 'gpu_pdi'),
    boardId: f.text('boardId', 'board_id'),
    isMultiGpuBoard: f.flag('isMultiGpuBoard', 'multigpu_board'),
    // Drivers without the one tag print the board's number under the other.
    ...(f.has('board_part_number')
      ? {
          boardPartNumber: f.text('boardPartNumber', 'board_part_number'),
          gpuPartNumber: f.text('gpuPartNumber', 'gpu_part_number'),
        }
      : {
          boardPartNumber: f.text('boardPartNumber', 'gpu_part_number'),
          gpuPartNumber: f.absent('gpuPartNumber', 'not-reported'),
        }),
    fruPartNumber: f.text('fruPartNumber', 'gpu_fru_part_number', 'fru_part_number'),
    // The text form has `0x` in front.
    pciDeviceId: f.text('pciDeviceId', 'pci.pci_device_id', 'pci.device_id')?.replace(/^0x/, '') ?? null,
    pciSubsystemId: f.text('pciSubsystemId', 'pci.pci_sub_system_id', 'pci.sub_system_id')?.replace(/^0x/, '') ?? null,
    vbiosVersion: f.text('vbiosVersion', 'vbios_version'),
    infoRom: f.group('infoRom', ['inforom_version'], readText, {
      image: ['img_version', 'image_version'],
      oem: ['oem_object'],
      ecc: ['ecc_object'],
      power: ['pwr_object', 'power_management_object'],
    }),
    gspFirmwareVersion: f.text('gspFirmwareVersion', 'gsp_firmware_version'),
    // R565 calls them rack serial number, chassis physical slot number, compute slot index and node index.
    platform: {
      ...f.group('platform', ['platformInfo', 'platform_info'], readText, {
        chassisSerial: ['chassis_serial_number', 'rack_serial_number'],
        slotNumber: ['slot_number', 'chassis_physical_slot_number'],
        trayIndex: ['tray_index', 'compute_slot_index'],
        hostId: ['host_id', 'node_index'],
        peerType: ['peer_type'],
        fabricGuid: ['gpu_fabric_guid'],
      }),
      moduleId: f.text(
        'platform.moduleId',
        'platformInfo.module_id',
        'platform_info.module_id',
        'gpu_module_id',
        'module_id',
      ),
    },
  };
}

function readModes(f: FieldReader) {
  return {
    virtualization: f.group('virtualization', ['gpu_virtualization_mode'], readText, {
      mode: ['virtualization_mode'],
      hostVgpuMode: ['host_vgpu_mode'],
      heterogeneousMode: ['vgpu_heterogeneous_mode'],
    }),
    c2cMode: f.text('c2cMode', 'c2c_mode', 'gpu_c2c_mode'),
    computeMode: f.text('computeMode', 'compute_mode'),
    addressingMode: f.text('addressingMode', 'addressing_mode'),
    extendedMemoryMode: f.text('extendedMemoryMode', 'capabilities.egm'),
    isPersistenceModeOn: f.flag('isPersistenceModeOn', 'persistence_mode'),
    isDisplayActive: f.flag('isDisplayActive', 'display_active'),
    performanceState: f.text('performanceState', 'performance_state', 'power_readings.power_state'),
    mig: f.group('mig', ['mig_mode'], readText, {
      current: ['current_mig', 'current'],
      pending: ['pending_mig', 'pending'],
    }),
  };
}

function readFabric(f: FieldReader) {
  return {
    ...f.group('fabric', ['fabric'], readText, {
      state: ['state'],
      status: ['status'],
      cliqueId: ['cliqueId', 'cliqueid'],
      clusterUuid: ['clusterUuid', 'clusteruuid'],
    }),
    health: f.group('fabric.health', ['fabric.health'], readText, {
      summary: ['summary'],
      bandwidth: ['bandwidth'],
      routeRecovery: ['route_recovery_in_progress'],
      routeUnhealthy: ['route_unhealthy'],
      accessTimeoutRecovery: ['access_timeout_recovery'],
      configuration: ['incorrect_configuration'],
      partitionAssigned: ['partition_assigned'],
    }),
  };
}

/** Drivers 535 to 560 have two flags for what newer ones say in a word. */
function readRecoveryAction(report: Report, f: FieldReader): string | null {
  const flag = (tag: string) => {
    const printed = lookup(report, `gpu_reset_status.${tag}`);
    return typeof printed === 'string' ? orNull(readFlag(printed)) : null;
  };
  const [isRequired, isRecommended] = [flag('reset_required'), flag('drain_and_reset_recommended')];
  if (f.has('gpu_recovery_action')) return f.text('recoveryAction', 'gpu_recovery_action');
  if (isRequired === null && isRecommended === null) {
    return f.text('recoveryAction', 'gpu_reset_status.reset_required');
  }
  if (isRequired) return 'Reset';
  return isRecommended ? 'Drain and Reset' : 'None';
}

const liveFields = ['temperature.gpuC', 'power.drawW', 'performanceState', 'utilization.gpuPercent'] as const;

function stateOf(report: Report, absences: Absences): Gpu['state'] {
  const reasons = Object.values(absences);
  if (reasons.includes('gpu-lost')) return 'lost';
  // `ERR!` or `[Unknown Error]` all over: the device does not answer any more. A single one is a sensor that fails.
  if (liveFields.every((field) => absences[field] === 'unknown-error')) return 'lost';
  const required = lookup(report, 'gpu_reset_status.reset_required');
  return reasons.includes('requires-reset') || (required !== undefined && orNull(readFlag(String(required))) === true)
    ? 'requires-reset'
    : 'present';
}

/** Chips whose CPU and GPU share one memory. NVML has no memory sizes for them, on some drivers those of a carve-out. */
const sharedMemoryNames = /\b(GB10|N1X?|Thor|Orin|Xavier|Tegra)\b/;

/**
 * Whether the GPU has memory of its own. Where it has none, its sizes are not unknown: they are the system's, and the
 * absences say so. Grace Hopper and Grace Blackwell (ATS as well) have their own and tell it.
 */
function memoryKindOf({ name, addressingMode, memory, absences }: Gpu, state: Gpu['state']): Gpu['memoryKind'] {
  const reason = absences['memory.totalBytes'];
  const isUntold = reason === 'not-available' || reason === 'not-supported';
  const isShared =
    (name !== null && sharedMemoryNames.test(name)) || (isUntold && state === 'present' && addressingMode === 'ATS');
  if (!isShared) {
    if (memory.totalBytes !== null) return 'dedicated';
    absences.memoryKind = reason ?? 'not-reported';
    return null;
  }
  for (const [field, why] of Object.entries(absences)) {
    const isOfMemory = field.startsWith('memory.');
    if (isOfMemory && (why === 'not-available' || why === 'not-supported')) absences[field] = 'shared-with-system';
  }
  return 'shared';
}
