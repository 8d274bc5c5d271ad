import type { WordOf } from '../i18n/catalogue';
import type { storage as words } from '../i18n/en/storage';
import { type Disk, disksOf } from './disks';
import type { NodeFacts } from './facts/index';
import type { FileSystemsFacts, NvmeWarning, RaidArray } from './facts/storage';
import { ownMounts } from './own-mounts';
import type { Message } from './text';

/** `bad`: data or a service is at risk now. `warn`: worth a look soon. */
export interface Concern {
  readonly level: 'warn' | 'bad';
  readonly message: Message;
}

/**
 * Wear from which to order a new disk (rated life is 100, and the count goes on past it). Source: the alert rule NvmeWear of
 * the metrics catalogue; the drive's own critical warning comes with its spare blocks, not with this.
 */
export const wornPercent = 90;

type Word = WordOf<(typeof words)['concern']>;

function concern(level: Concern['level'], key: Word, params?: Message['params']): Concern {
  return { level, message: { key: `storage.concern.${key}`, ...(params ? { params } : {}) } };
}

const warningWords: Readonly<Record<NvmeWarning, Word>> = {
  'spare-low': 'spareLow',
  temperature: 'tooWarm',
  'reliability-degraded': 'unreliable',
  'read-only': 'diskReadOnly',
  'backup-failed': 'backupFailed',
  'persistent-memory-read-only': 'diskReadOnly',
};

/** What is wrong with one disk, by its own log (NVM Express SMART / Health log, ATA and SCSI SMART). Pure. */
export function diskConcerns(disk: Disk): Concern[] {
  const { name, nvme } = disk;
  const found: Concern[] = [];
  const say = (level: Concern['level'], key: Word, params: Message['params'] = {}) =>
    found.push(concern(level, key, { disk: name, ...params }));
  if (disk.hasPassed === false) say('bad', 'smartFailed');
  for (const warning of nvme?.warnings ?? []) say('bad', warningWords[warning]);
  if (
    nvme?.sparePercent != null &&
    nvme.spareThresholdPercent != null &&
    nvme.sparePercent < nvme.spareThresholdPercent &&
    !nvme.warnings?.includes('spare-low')
  )
    say('bad', 'spareLow');
  if (disk.state === 'dead') say('bad', 'diskDead');
  const failing = disk.failedAttributes.filter(({ when }) => /now/i.test(when));
  if (failing.length > 0) say('bad', 'attributeFailing', { name: failing.map(({ name: one }) => one).join(', ') });
  if ((disk.usedPercent ?? 0) >= 100) say('warn', 'wornOut', { percent: disk.usedPercent ?? 0 });
  else if ((disk.usedPercent ?? 0) >= wornPercent) say('warn', 'worn', { percent: disk.usedPercent ?? 0 });
  if ((disk.mediaErrors ?? 0) > 0) say('warn', 'mediaErrors', { count: disk.mediaErrors ?? 0 });
  if ((disk.pendingSectors ?? 0) > 0) say('warn', 'pendingSectors', { count: disk.pendingSectors ?? 0 });
  if ((disk.reallocatedSectors ?? 0) > 0) say('warn', 'reallocatedSectors', { count: disk.reallocatedSectors ?? 0 });
  return found;
}

/** Local types that are written to: read-only is then an answer of the kernel to errors, or someone's wish. */
const writableTypes = /^(ext[234]|xfs|btrfs|f2fs|zfs)$/;

export function isReadOnly({ type, options }: { type: string | null; options: readonly string[] }): boolean {
  return writableTypes.test(type ?? '') && (options.includes('ro') || options.includes('emergency_ro'));
}

/** No more than a name is left of it: too many members are gone. md, ZFS and storcli each have their word for that. */
export function isArrayDown({ level, state }: Pick<RaidArray, 'level' | 'state'>): boolean {
  // A container of firmware RAID is never anything but inactive.
  if (level === 'container') return false;
  return /^(inactive|FAULTED|UNAVAIL|SUSPENDED|OfLn|Offln)|\bFAILED\b/.test(state ?? '');
}

function hasLostData({ state }: Pick<RaidArray, 'state'>): boolean {
  return /\bdata errors\b/.test(state ?? '');
}

/** Whether all members are there and nothing is lost. Null: not told. */
export function isArrayWell(array: Pick<RaidArray, 'level' | 'state' | 'isDegraded'>): boolean | null {
  if (array.isDegraded || isArrayDown(array) || hasLostData(array)) return false;
  return array.isDegraded === null ? null : true;
}

type FileSystem = FileSystemsFacts['fileSystems'][number];

/** From where a file system wants room, and where it is about to fail. Source: step K3 of the diagnosis trees. */
export const fullPercent = { warn: 90, bad: 97 } as const;
/** Below it a file system holds some loader of the firmware or nothing, and is filled once. */
const smallestBytes = 256 * 1024 ** 2;
const unfilledTypes = /^(tmpfs|overlay|ramfs|squashfs|erofs|iso9660)$/;

/** How full a file system is for its users, as df has it: what is set aside for root counts neither way. Null: not known. */
export function fullShare({
  usedBytes,
  availableBytes,
}: Pick<FileSystem, 'usedBytes' | 'availableBytes'>): number | null {
  if (usedBytes === null || availableBytes === null || usedBytes + availableBytes <= 0) return null;
  return usedBytes / (usedBytes + availableBytes);
}

function fileSystemConcerns(system: FileSystem): Concern[] {
  const { mountPoint, type, sizeBytes, inodesTotal, inodesUsed, isNetwork, options } = system;
  if (isReadOnly(system)) return [concern('warn', 'mountedReadOnly', { mountPoint })];
  // Of the mounts of users others may not even know the size.
  if (isNetwork && sizeBytes === null && !type?.startsWith('fuse.'))
    return [concern('warn', 'mountSilent', { mountPoint })];
  if (unfilledTypes.test(type ?? '') || options.includes('ro') || (sizeBytes ?? 0) < smallestBytes) return [];
  const level = (percent: number): Concern['level'] => (percent >= fullPercent.bad ? 'bad' : 'warn');
  const bytes = Math.floor((fullShare(system) ?? 0) * 100);
  const inodes = inodesTotal && inodesUsed !== null ? Math.floor((inodesUsed / inodesTotal) * 100) : 0;
  return [
    ...(bytes >= fullPercent.warn ? [concern(level(bytes), 'fileSystemFull', { mountPoint, percent: bytes })] : []),
    ...(inodes >= fullPercent.warn ? [concern(level(inodes), 'inodesFull', { mountPoint, percent: inodes })] : []),
  ];
}

/** Everything of a node's storage that needs a look, the bad first. Pure. */
export function storageConcerns(facts: NodeFacts): Concern[] {
  const found = (disksOf(facts) ?? []).flatMap(diskConcerns);
  for (const array of facts.raid?.arrays ?? []) {
    const params = { array: array.name, state: array.state ?? '' };
    if (isArrayDown(array)) found.push(concern('bad', 'arrayInactive', params));
    else if (array.isDegraded) found.push(concern('bad', 'arrayDegraded', params));
    else if (hasLostData(array)) found.push(concern('bad', 'arrayLostData', params));
  }
  for (const { name, paths } of facts.raid?.multipaths ?? []) {
    const lost = paths.filter(({ isUsable }) => !isUsable).length;
    if (lost > 0) found.push(concern('warn', 'pathsLost', { name, lost, total: paths.length }));
  }
  for (const system of ownMounts(facts['file-systems']?.fileSystems ?? [])) found.push(...fileSystemConcerns(system));
  const ceph = facts.ceph;
  for (const check of ceph?.checks ?? []) {
    if (check.isMuted) continue;
    const level = check.severity === 'HEALTH_ERR' ? 'bad' : 'warn';
    found.push(concern(level, 'ceph', { code: check.code, summary: check.summary }));
  }
  if (ceph && ceph.checks.length === 0 && ceph.health !== null && ceph.health !== 'HEALTH_OK') {
    found.push(concern(ceph.health === 'HEALTH_ERR' ? 'bad' : 'warn', 'cephHealth', { health: ceph.health }));
  }
  for (const drive of facts.tape?.drives ?? []) {
    if (drive.status?.needsCleaning)
      found.push(concern('warn', 'tapeCleaning', { device: drive.device ?? drive.scsiAddress }));
  }
  return [...found.filter(({ level }) => level === 'bad'), ...found.filter(({ level }) => level === 'warn')];
}
