import { subjectKey } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { fileSystemsProbe } from '../../../probes/file-systems/file-systems-probe';
import { type SlowCollector, type SlowFrame, unknownIfNull } from './slow-collector';

const layout: readonly MetricId[] = [
  'fileSystem.sizeBytes',
  'fileSystem.availableBytes',
  'fileSystem.inodes',
  'fileSystem.inodesFree',
  'fileSystem.readOnly',
  'fileSystem.forcedReadOnly',
];

/** Images that are full and read-only by nature, layers of containers, and memory. */
const NOT_WATCHED = /^(squashfs|erofs|iso9660|udf|overlay|aufs|tmpfs|ramfs|devtmpfs)$/;
/** What the kernel makes read-only after errors; others are so only by intention. */
const TURNS_READ_ONLY = /^(ext[234]|xfs|btrfs|f2fs|jfs)$/;

export function isWatchedFileSystem(type: string): boolean {
  return !NOT_WATCHED.test(type);
}

export function turnsReadOnly(type: string): boolean {
  return TURNS_READ_ONLY.test(type);
}

const MAX_MOUNTS = 512;

/** Room on each file system; a server that does not answer leaves its own unknown and no other. */
export const fileSystems: SlowCollector = {
  id: 'file-systems',
  everyMs: 60_000,
  probes: [fileSystemsProbe],
  read({ facts }) {
    const frames = new Map<string, SlowFrame>();
    for (const system of facts['file-systems']?.fileSystems ?? []) {
      const { mountPoint, type, options, inodesTotal, inodesUsed } = system;
      if (type !== null && !isWatchedFileSystem(type)) continue;
      const isReadOnly = options.length === 0 ? null : options.includes('ro');
      const turns = type !== null && turnsReadOnly(type);
      const subject = { kind: 'fileSystem', id: mountPoint } as const;
      // Of two mounts in one place the later one is seen.
      frames.set(subjectKey(subject), {
        subject,
        layout,
        values: [
          unknownIfNull(system.sizeBytes),
          unknownIfNull(system.availableBytes),
          unknownIfNull(inodesTotal),
          inodesTotal === null || inodesUsed === null ? Number.NaN : inodesTotal - inodesUsed,
          turns ? unknownIfNull(isReadOnly) : Number.NaN,
          turns ? unknownIfNull(system.isForcedReadOnly) : Number.NaN,
        ],
      });
    }
    return [...frames.values()].slice(0, MAX_MOUNTS);
  },
};
