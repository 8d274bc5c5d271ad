import type { DiskSpec } from '../profiles/profile';
import type { NodeModel } from './node-model';
import { noiseAt, seedFrom } from './random';

/** What a disk's own log says of it; `disk-failing` makes one of them fail. */
export interface DiskState {
  readonly isFailing: boolean;
  readonly temperatureC: number;
  readonly usedPercent: number;
  readonly sparePercent: number;
  readonly powerOnHours: number;
  readonly powerCycles: number;
  readonly unsafeShutdowns: number;
  readonly writtenUnits: number;
  readonly readUnits: number;
  readonly mediaErrors: number;
  readonly errorLogEntries: number;
  readonly reallocatedSectors: number;
  readonly pendingSectors: number;
}

export function diskState(model: NodeModel, disk: DiskSpec): DiskState {
  const seed = seedFrom(disk.serial);
  const isFailing = failingDisk(model) === disk;
  const powerOnHours = 6000 + (seed % 9000) + Math.floor(model.uptimeSeconds() / 3600);
  const base = model.profile.inletC + (disk.transport === 'nvme' ? 15 : disk.isRotational ? 8 : 6);
  return {
    isFailing,
    temperatureC: Math.round(base + (seed % 5) + noiseAt(seed, model.nowMs() / 60_000) * 1.5),
    usedPercent: isFailing ? 97 : disk.isRotational ? 0 : 2 + (seed % 7),
    sparePercent: isFailing ? 6 : 100,
    powerOnHours,
    powerCycles: 11 + (seed % 20),
    unsafeShutdowns: 2 + (seed % 6),
    writtenUnits: powerOnHours * (9000 + (seed % 4000)),
    readUnits: powerOnHours * (21_000 + (seed % 9000)),
    mediaErrors: isFailing ? 37 : 0,
    errorLogEntries: (seed % 3) + (isFailing ? 52 : 0),
    reallocatedSectors: isFailing && disk.isRotational ? 312 : 0,
    pendingSectors: isFailing && disk.isRotational ? 24 : 0,
  };
}

/** The named one, or the last: never the system's unasked. */
export function failingDisk(model: NodeModel): DiskSpec | undefined {
  const fault = model.fault('disk-failing');
  if (!fault) return undefined;
  const wanted = fault.disk?.replace(/^\/dev\//, '');
  return wanted === undefined
    ? model.disks.at(-1)
    : model.disks.find(
        ({ name, serial }) => name === wanted || serial === wanted || name.replace(/n\d+$/, '') === wanted,
      );
}
