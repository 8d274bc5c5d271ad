import { type SimGpu, sysfsAddress } from '../../model/gpu';
import type { NodeModel } from '../../model/node-model';
import { gpuLink, isGpuAwake, type TrainedLink } from '../../model/pci-links';
import { noiseAt } from '../../model/random';

/** One GPU at one instant, in the driver's own words; every renderer of nvidia-smi reads from here. */
export interface GpuReading {
  readonly gpu: SimGpu;
  readonly isMigEnabled: boolean;
  readonly isIdle: boolean;
  readonly performanceState: string;
  readonly temperatureC: number;
  readonly memoryTemperatureC: number | null;
  readonly powerW: number;
  readonly graphicsMhz: number;
  readonly memoryMhz: number;
  readonly videoMhz: number;
  readonly memoryUsedMib: number;
  readonly memoryFreeMib: number;
  readonly bar1UsedMib: number;
  readonly fanPercent: number | null;
  readonly link: TrainedLink;
  readonly needsReset: boolean;
}

export function readGpu(model: NodeModel, gpu: SimGpu): GpuReading {
  const { card } = gpu.slot;
  const isIdle = gpu.utilizationPercent === 0;
  const hasContext = model.holdersOf(gpu.index).length > 0;
  const isAwake = isGpuAwake(model, gpu);
  const used = model.memoryUsedMib(gpu);
  const temperatureC = Math.round(gpu.heat.temperatureC);
  const jitter = noiseAt(gpu.index + 17, model.nowMs() / 1000);
  const clock = Math.min(card.maxGraphicsMhz * gpu.heat.clockShare, gpu.clockCeilingMhz ?? card.maxGraphicsMhz);
  const bar1Base = gpu.isMigEnabled ? 1 : hasContext ? 5 : 2;
  return {
    gpu,
    isMigEnabled: gpu.isMigEnabled,
    isIdle,
    performanceState: isAwake ? 'P0' : card.idlePerformanceState,
    temperatureC,
    memoryTemperatureC: card.hasMemoryTemperature ? temperatureC + (isIdle ? 4 : 9) : null,
    powerW: Math.max(card.idlePowerW * 0.9, gpu.heat.powerW + jitter * (isIdle ? 0.4 : 3)),
    graphicsMhz:
      isIdle && !isAwake ? card.idleGraphicsMhz : isIdle ? card.idleGraphicsMhz : Math.round(clock / 15) * 15,
    memoryMhz: isAwake ? card.maxMemoryMhz : card.idleMemoryMhz,
    videoMhz: isIdle ? card.idleVideoMhz : card.maxVideoMhz,
    memoryUsedMib: used,
    memoryFreeMib: Math.max(0, card.memoryTotalMib - card.memoryReservedMib - used),
    bar1UsedMib: gpu.isBar1Exhausted ? card.bar1TotalMib - Math.max(2, Math.floor(card.bar1TotalMib / 200)) : bar1Base,
    fanPercent: card.hasFan ? Math.round(Math.min(100, 30 + Math.max(0, temperatureC - 45) * 1.6)) : null,
    link: gpuLink(model, gpu),
    needsReset: gpu.isRemapPending,
  };
}

export function readAll(model: NodeModel): GpuReading[] {
  model.advance();
  return model.gpus.map((gpu) => readGpu(model, gpu));
}

/** Finds the GPUs that `-i` names: an index, a UUID, a bus id in any of its spellings, or a list of them. */
export function selectGpus(model: NodeModel, selector: string | undefined): SimGpu[] | null {
  if (selector === undefined) return [...model.gpus];
  const found: SimGpu[] = [];
  for (const part of selector.split(',')) {
    const wanted = part.trim().toLowerCase();
    const gpu = model.gpus.find(
      (each) =>
        String(each.index) === wanted ||
        each.uuid.toLowerCase() === wanted ||
        each.serial === wanted ||
        each.slot.busId.toLowerCase() === wanted ||
        sysfsAddress(each) === wanted,
    );
    if (!gpu) return null;
    found.push(gpu);
  }
  return found;
}

/** `Fri Mar  7 09:05:01 2025`, as nvidia-smi stamps its reports. */
export function reportTime(model: NodeModel): string {
  const date = new Date(model.clockMs());
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getUTCDay()];
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
    date.getUTCMonth()
  ];
  const clock = date.toISOString().slice(11, 19);
  return `${day} ${month} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
}

/** `2025/03/07 09:05:01.123`, the timestamp column of the CSV reports. */
export function csvTime(model: NodeModel): string {
  const iso = new Date(model.clockMs()).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 23)}`;
}

export function driverBranch(model: NodeModel): number {
  return Number.parseInt(model.profile.driverVersion ?? '0', 10);
}

/** Fabric Manager sets the NVSwitches up, and has to run for it. */
export function isFabricUp({ profile, faults }: NodeModel): boolean {
  return profile.hasNvswitch && !faults.has('fabric-manager-stopped');
}
