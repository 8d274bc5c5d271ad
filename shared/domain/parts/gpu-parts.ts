import type { Gpu } from '../facts/gpu';
import type { GpuDevice } from '../facts/gpu-system';
import type { NodeFacts } from '../facts/index';
import type { Part, PartReader } from './part';

/** What a GPU counts from its last reset on: one that is less than before tells of a reset. */
const countersSinceReset = {
  correctedSinceReset: 'count',
  uncorrectedSinceReset: 'count',
  replaysSinceReset: 'count',
} as const;

/** NVIDIA GPUs, by PCI address; the UUID goes with the card, the serial number with its board. */
export const gpuParts: PartReader = {
  kind: 'gpu',
  needs: ['gpu'],
  attributes: {
    state: 'none',
    uuid: 'none',
    architecture: 'none',
    boardPartNumber: 'none',
    gpuPartNumber: 'none',
    vbiosVersion: 'none',
    infoRomImage: 'none',
    gspFirmwareVersion: 'none',
    moduleId: 'none',
    memoryTotalBytes: 'bytes',
    memoryKind: 'none',
    powerLimitW: 'watts',
    defaultPowerLimitW: 'watts',
    maxPowerLimitW: 'watts',
    applicationClockMHz: 'megahertz',
    maxClockMHz: 'megahertz',
    eccMode: 'none',
    migMode: 'none',
    migProfiles: 'none',
    isPersistenceModeOn: 'none',
    computeMode: 'none',
    virtualizationMode: 'none',
    pcieWidth: 'count',
    maxPcieWidth: 'count',
    maxPcieGeneration: 'count',
    nvlinksActive: 'count',
    nvlinks: 'count',
    fabricState: 'none',
  },
  counters: {
    correctedAggregate: 'count',
    uncorrectedAggregate: 'count',
    sramUncorrectedAggregate: 'count',
    remappedRows: 'count',
    retiredPages: 'count',
    ...countersSinceReset,
  },
  read(facts) {
    return (facts.gpu?.gpus ?? []).map((gpu, index) => ({
      kind: 'gpu',
      slot: gpu.pciBusId,
      identity: gpu.serial ?? gpu.uuid,
      model: gpu.name,
      attributes: attributesOf(gpu, facts),
      counters: {
        correctedAggregate: gpu.ecc.aggregate.corrected,
        uncorrectedAggregate: gpu.ecc.aggregate.uncorrected,
        sramUncorrectedAggregate: gpu.ecc.aggregate.sramUncorrected,
        remappedRows: sum(gpu.remappedRows.correctable, gpu.remappedRows.uncorrectable),
        retiredPages: sum(gpu.retiredPages.singleBit, gpu.retiredPages.doubleBit),
        correctedSinceReset: gpu.ecc.volatile.corrected,
        uncorrectedSinceReset: gpu.ecc.volatile.uncorrected,
        replaysSinceReset: gpu.pcie.replayCount,
      },
      source: { probeId: 'gpu', factPath: `gpus.${index}` },
    }));
  },
};

function attributesOf(gpu: Gpu, { nvlink }: NodeFacts): Part['attributes'] {
  const links = nvlink?.gpus.find(({ uuid, index }) => (uuid === null ? index === gpu.index : uuid === gpu.uuid));
  const isCounted = links?.support === 'links' || links?.support === 'none';
  return {
    state: gpu.state,
    uuid: gpu.uuid,
    architecture: gpu.architecture,
    boardPartNumber: gpu.boardPartNumber,
    gpuPartNumber: gpu.gpuPartNumber,
    vbiosVersion: gpu.vbiosVersion,
    infoRomImage: gpu.infoRom.image,
    gspFirmwareVersion: gpu.gspFirmwareVersion,
    moduleId: gpu.platform.moduleId,
    memoryTotalBytes: gpu.memory.totalBytes,
    memoryKind: gpu.memoryKind,
    powerLimitW: gpu.power.limitW,
    defaultPowerLimitW: gpu.power.defaultLimitW,
    maxPowerLimitW: gpu.power.maxLimitW,
    applicationClockMHz: gpu.clocks.applicationGraphicsMHz,
    maxClockMHz: gpu.clocks.maxGraphicsMHz,
    eccMode: gpu.ecc.current,
    migMode: gpu.mig.current,
    migProfiles: profilesOf(gpu),
    isPersistenceModeOn: gpu.isPersistenceModeOn,
    computeMode: gpu.computeMode,
    virtualizationMode: gpu.virtualization.mode,
    pcieWidth: gpu.pcie.width,
    maxPcieWidth: gpu.pcie.maxWidth,
    // What the card can do: the trained generation falls when it idles.
    maxPcieGeneration: gpu.pcie.deviceMaxGeneration ?? gpu.pcie.maxGeneration,
    nvlinksActive: isCounted ? links.links.filter(({ isActive }) => isActive).length : null,
    nvlinks: isCounted ? links.links.length : null,
    fabricState: gpu.fabric.state,
  };
}

/** `1g.10gb ×2, 3g.40gb`: how the GPU is sliced. Null: not in MIG mode, or the profiles are not known. */
function profilesOf({ migDevices, mig }: Gpu): string | null {
  if (mig.current !== 'Enabled') return null;
  const names = migDevices.map(({ profile }) => profile);
  if (names.includes(null)) return null;
  const counts = new Map<string, number>();
  for (const name of names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  const written = [...counts].sort().map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
  return written.join(', ');
}

/** AMD GPUs, as amd-smi or rocm-smi tells them. */
export const amdGpuParts: PartReader = {
  kind: 'gpu',
  needs: ['amd-gpu'],
  attributes: {
    uniqueGuid: 'none',
    architecture: 'none',
    boardPartNumber: 'none',
    vbiosVersion: 'none',
    vbiosPartNumber: 'none',
    moduleId: 'none',
    memoryTotalBytes: 'bytes',
    powerLimitW: 'watts',
    maxPowerLimitW: 'watts',
    maxClockMHz: 'megahertz',
    computePartition: 'none',
    memoryPartition: 'none',
    pcieWidth: 'count',
    maxPcieWidth: 'count',
    maxPcieGeneration: 'count',
    eccMode: 'none',
  },
  counters: { deferredErrors: 'count', ...countersSinceReset },
  read({ 'amd-gpu': amd }) {
    return (amd?.gpus ?? []).map((gpu, index) => ({
      kind: 'gpu',
      slot: gpu.pciBusId ?? `card${gpu.index}`,
      identity: gpu.serial ?? gpu.uniqueId,
      model: gpu.name,
      attributes: {
        uniqueGuid: gpu.uniqueId,
        architecture: gpu.target,
        boardPartNumber: gpu.boardPartNumber,
        vbiosVersion: gpu.vbiosVersion,
        vbiosPartNumber: gpu.vbiosPartNumber,
        moduleId: gpu.oamId === null ? null : String(gpu.oamId),
        memoryTotalBytes: gpu.memory.totalBytes,
        powerLimitW: gpu.power.limitW,
        maxPowerLimitW: gpu.power.maxLimitW,
        maxClockMHz: gpu.clocks.maxGraphicsMHz,
        computePartition: gpu.partition.compute,
        memoryPartition: gpu.partition.memory,
        pcieWidth: gpu.pcie.width,
        maxPcieWidth: gpu.pcie.maxWidth,
        maxPcieGeneration: gpu.pcie.maxGeneration,
        eccMode: gpu.eccMode ?? null,
      },
      counters: {
        deferredErrors: gpu.ecc.deferred,
        correctedSinceReset: gpu.ecc.corrected,
        uncorrectedSinceReset: gpu.ecc.uncorrected,
        replaysSinceReset: gpu.pcie.replayCount,
      },
      source: { probeId: 'amd-gpu', factPath: `gpus.${index}` },
    }));
  },
};

const pciAttributes = { deviceId: 'none', driver: 'none', numaNode: 'count' } as const;

function pciPart(kind: 'gpu' | 'nvswitch', device: GpuDevice, index: number): Part {
  return {
    kind,
    slot: device.pciBusId,
    identity: null,
    model: device.name,
    attributes: {
      deviceId: `${device.vendorId}:${device.deviceId}`,
      driver: device.driver,
      numaNode: device.numaNode,
    },
    counters: {},
    source: { probeId: 'gpu-devices', factPath: `devices.${index}` },
  };
}

/**
 * GPUs that no vendor's tool told of: of other vendors, and those without their driver. One that NVIDIA's driver has is told
 * by nvidia-smi or not at all, so that a look in which that hung does not read as another GPU in the slot.
 */
export const otherGpuParts: PartReader = {
  kind: 'gpu',
  needs: ['gpu-devices'],
  attributes: pciAttributes,
  counters: {},
  read({ 'gpu-devices': pci }) {
    return (pci?.devices ?? []).flatMap((device, index) =>
      device.kind === 'gpu' && device.driver !== 'nvidia' ? [pciPart('gpu', device, index)] : [],
    );
  },
};

export const nvswitchParts: PartReader = {
  kind: 'nvswitch',
  needs: ['gpu-devices'],
  attributes: pciAttributes,
  counters: {},
  read({ 'gpu-devices': pci }) {
    return (pci?.devices ?? []).flatMap((device, index) =>
      device.kind === 'nvswitch' ? [pciPart('nvswitch', device, index)] : [],
    );
  },
};

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}
