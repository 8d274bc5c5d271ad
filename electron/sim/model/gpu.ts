import type { GpuSlot, MigInstanceSpec, NodeProfile } from '../profiles/profile';
import type { HeatState } from './heat';
import { hexDigits, uuid } from './random';

export interface MigInstance {
  readonly index: number;
  readonly uuid: string;
  readonly spec: MigInstanceSpec;
  /** Work needs a compute instance in the GPU instance; here it has all of it. */
  hasCompute: boolean;
}

/** One GPU of the model. Memory held by processes is theirs; `leakedMib` belongs to nobody. */
export interface SimGpu {
  /** The driver's number of it: its place among the cards that are there. */
  index: number;
  readonly slot: GpuSlot;
  readonly uuid: string;
  readonly serial: string;
  readonly moduleId: number;
  migInstances: readonly MigInstance[];
  isMigEnabled: boolean;
  isPersistent: boolean;
  vbiosVersion: string;
  powerLimitW: number;
  /** Null: none is set. */
  clockCeilingMhz: number | null;
  isEccEnabled: boolean;
  /** What the next reset brings; null: as it is. */
  pendingEcc: boolean | null;
  isLost: boolean;
  heat: HeatState;
  utilizationPercent: number;
  memoryUtilizationPercent: number;
  cooling: number;
  leakedMib: number;
  isBar1Exhausted: boolean;
  replays: number;
  /** Since the driver was loaded. */
  energyJ: number;
  /** Over all of its NVLinks, each way. */
  nvlinkBytes: number;
  powerCapUs: number;
  softwareThermalUs: number;
  hardwareThermalUs: number;
  dramUncorrected: number;
  dramCorrected: number;
  remappedRows: number;
  isRemapPending: boolean;
  isRemapFailed: boolean;
  /** By the chassis. */
  isBraked: boolean;
  powerBrakeUs: number;
  /** The last of its NVLinks. */
  nvlinksDown: number;
}

export function createGpu(slot: GpuSlot, index: number, inletC: number, random: () => number): SimGpu {
  return {
    index,
    slot,
    uuid: `GPU-${uuid(random)}`,
    serial: `165${Array.from({ length: 10 }, () => Math.floor(random() * 10)).join('')}`,
    moduleId: (index % 8) + 1,
    migInstances: (slot.mig ?? []).map((spec, instanceIndex) => ({
      index: instanceIndex,
      uuid: `MIG-${uuid(random)}`,
      spec,
      hasCompute: true,
    })),
    isMigEnabled: slot.mig !== undefined,
    isPersistent: slot.isPersistent,
    vbiosVersion: slot.card.vbiosVersion,
    powerLimitW: slot.card.maxPowerLimitW,
    clockCeilingMhz: null,
    isEccEnabled: slot.card.isEccEnabled,
    pendingEcc: null,
    isLost: false,
    heat: {
      temperatureC: inletC + slot.card.thermalResistance * slot.card.idlePowerW,
      powerW: slot.card.idlePowerW,
      clockShare: 1,
      throttle: { softwarePowerCap: false, softwareThermal: false, hardwareThermal: false },
    },
    utilizationPercent: 0,
    memoryUtilizationPercent: 0,
    cooling: 1,
    leakedMib: 0,
    isBar1Exhausted: false,
    replays: Number.parseInt(hexDigits(random, 1), 16) % 4,
    energyJ: 0,
    nvlinkBytes: 0,
    powerCapUs: 0,
    softwareThermalUs: 0,
    hardwareThermalUs: 0,
    dramUncorrected: 0,
    dramCorrected: 0,
    remappedRows: 0,
    isRemapPending: false,
    isRemapFailed: false,
    isBraked: false,
    powerBrakeUs: 0,
    nvlinksDown: 0,
  };
}

/** A reset or a restart brings the mode that was set. */
export function applyPendingEcc(gpu: SimGpu): void {
  gpu.isEccEnabled = gpu.pendingEcc ?? gpu.isEccEnabled;
  gpu.pendingEcc = null;
}

/** `00000000:1B:00.0` as sysfs and the kernel log write it: `0000:1b:00.0`. */
export function sysfsAddress(gpu: SimGpu): string {
  return gpu.slot.busId.slice(4).toLowerCase();
}

/** Hopper and later, with a driver that knows the command. */
export function canBeConfidential({ gpus, profile }: { gpus: readonly SimGpu[]; profile: NodeProfile }): boolean {
  const isCapable = gpus.some(({ slot }) => ['Hopper', 'Blackwell'].includes(slot.card.architecture));
  return isCapable && Number(profile.driverVersion?.split('.')[0] ?? 0) >= 535;
}

/** The file that stands for a GPU under /dev: NVIDIA counts from 0, the kernel's render nodes from 128. */
export function gpuDevice(profile: Pick<NodeProfile, 'amdDriver'>, gpuIndex: number): string {
  return profile.amdDriver ? `/dev/dri/renderD${128 + gpuIndex}` : `/dev/nvidia${gpuIndex}`;
}

/** Memory that the driver keeps for a card in use by nobody, in MiB. */
export const DRIVER_BASE_MIB = 4;
