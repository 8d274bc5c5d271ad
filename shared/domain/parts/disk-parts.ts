import { type Disk, disksOf } from '../disks';
import type { ProbeId } from '../facts/index';
import type { PartReader } from './part';

const attributes = { firmwareVersion: 'none', capacityBytes: 'bytes', transport: 'none', medium: 'none' } as const;
const counters = {
  mediaErrors: 'count',
  reallocatedSectors: 'count',
  usedPercent: 'count',
  unsafeShutdowns: 'count',
  powerOnHours: 'count',
} as const;

/**
 * Disks by PCI address or device name; the serial number goes with the disk. One reader for each probe that finds some: while
 * one of them fails, its disks are not known and the others are.
 */
function reader(needs: readonly [ProbeId, ...ProbeId[]], isWanted: (disk: Disk) => boolean = () => true): PartReader {
  return {
    kind: 'disk',
    needs,
    attributes,
    counters,
    read: (facts) =>
      (disksOf(facts) ?? [])
        .filter((disk) => disk.source.probeId === needs[0] && isWanted(disk))
        .map((disk) => ({
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
        })),
  };
}

export const diskParts: readonly PartReader[] = [
  reader(['nvme']),
  // lsblk tells of NVMe disks as well, without their address: of these only the kernel's own list is asked.
  reader(['block-devices'], ({ medium }) => medium !== 'nvme'),
  { ...reader(['raid']), isTold: ({ raid }) => !raid?.hasUnreadDrives },
  // Disks that nothing else lists, by smartctl, which root alone may run: without it the others are no less known.
  { ...reader(['disk-health', 'block-devices', 'nvme']), isSupplement: true },
];
