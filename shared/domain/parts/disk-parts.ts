import { disksOf } from '../disks';
import type { PartReader } from './part';

/** Disks, by PCI address or device name; the serial number goes with the disk. */
export const diskParts: PartReader = {
  kind: 'disk',
  needs: ['block-devices'],
  attributes: {
    firmwareVersion: 'none',
    capacityBytes: 'bytes',
    transport: 'none',
    medium: 'none',
  },
  counters: {
    mediaErrors: 'count',
    reallocatedSectors: 'count',
    usedPercent: 'count',
    unsafeShutdowns: 'count',
    powerOnHours: 'count',
  },
  read(facts) {
    return (disksOf(facts) ?? []).map((disk) => ({
      kind: 'disk',
      slot: disk.pciAddress ?? disk.name,
      identity: disk.serial,
      model: disk.model,
      attributes: {
        firmwareVersion: disk.firmware,
        capacityBytes: disk.sizeBytes,
        transport: disk.transport,
        medium: disk.medium,
      },
      counters: {
        mediaErrors: disk.mediaErrors,
        reallocatedSectors: disk.reallocatedSectors,
        usedPercent: disk.usedPercent,
        unsafeShutdowns: disk.nvme?.unsafeShutdowns ?? null,
        powerOnHours: disk.powerOnHours,
      },
      source: disk.source,
    }));
  },
};
