import type { WordOf } from '../i18n/catalogue';
import type { storage as words } from '../i18n/en/storage';
import { type Disk, disksOf } from './disks';
import type { NodeFacts, ProbeId } from './facts/index';
import type { FileSystemsFacts, RaidArray } from './facts/storage';
import type { ProbeState } from './probe';
import type { Message } from './text';

export const tierIds = ['cache', 'dataset', 'archive'] as const;
export type TierId = (typeof tierIds)[number];

/** `unknown`: what would tell could not be read, which says nothing of the node. */
export type TierState = 'present' | 'insufficient' | 'missing' | 'unknown';

export interface Tier {
  readonly id: TierId;
  readonly state: TierState;
  /** What counts, together. Null: no size is known. */
  readonly sizeBytes: number | null;
  /** What is asked for; null where anything will do. */
  readonly requiredBytes: number | null;
  /** What it is made of. */
  readonly parts: readonly string[];
  /** Why this state, the most telling first; of a tier that is not whole, what is missing. */
  readonly reasons: readonly Message[];
}

/**
 * A local cache holds the weights of the models in use: 4 TB, the size that this product asks for on every node (a
 * trillion bytes each, as makers of disks count). The data set tier feeds the cache, so as much is asked of it.
 */
export const cacheRequiredBytes = 4e12;

type Word = WordOf<(typeof words)['reason']>;
type FileSystem = FileSystemsFacts['fileSystems'][number];

function reason(key: Word, params?: Message['params']): Message {
  return { key: `storage.reason.${key}`, ...(params ? { params } : {}) };
}

/** Decimal terabytes, as on the label of a disk. */
export function terabytes(bytes: number): number {
  return Math.round(bytes / 1e10) / 100;
}

/**
 * Judges the three tiers of storage of one node. Pure. `states`: how each probe ended when it was last asked; one without
 * facts leaves the tier unknown, unless its tool is not there, and then nothing that it would tell of is.
 */
export function tiersOf(facts: NodeFacts, states: Readonly<Partial<Record<ProbeId, ProbeState>>> = {}): Tier[] {
  const isUnread = (id: ProbeId) => facts[id] === undefined && states[id] !== 'missing-tool';
  return [cacheTier(facts), datasetTier(facts, isUnread), archiveTier(facts, isUnread)];
}

function cacheTier(facts: NodeFacts): Tier {
  const base = { id: 'cache', requiredBytes: cacheRequiredBytes } as const;
  const disks = disksOf(facts);
  // The kernel's own list tells of every NVMe disk; only lsblk tells which of them has the system.
  if (disks === null || (!facts.nvme && !facts['block-devices'])) return { ...base, ...unread('nvme') };
  const nvme = disks.filter(({ isLocalNvme }) => isLocalNvme);
  if (nvme.length === 0) return { ...base, state: 'missing', sizeBytes: 0, parts: [], reasons: [reason('noNvme')] };
  if (!facts['block-devices']) return { ...base, ...unread('block-devices'), parts: nvme.map(labelOf) };
  const usable = nvme.filter(isForCache);
  const sizes = usable.map(({ sizeBytes }) => sizeBytes);
  const sizeBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const left = leftOut(nvme);
  const common = { ...base, sizeBytes, parts: usable.map(labelOf) };
  if (sizeBytes >= cacheRequiredBytes) {
    return {
      ...common,
      state: 'present',
      reasons: [reason('cacheEnough', { count: usable.length, size: terabytes(sizeBytes) }), ...left],
    };
  }
  if (sizes.includes(null)) return { ...common, state: 'unknown', reasons: [reason('sizeUnknown'), ...left] };
  const missing = reason('cacheMissing', { size: terabytes(cacheRequiredBytes - sizeBytes) });
  return usable.length === 0
    ? { ...common, state: 'missing', reasons: [reason('noFreeNvme'), missing, ...left] }
    : {
        ...common,
        state: 'insufficient',
        reasons: [reason('cacheSmall', { count: usable.length, size: terabytes(sizeBytes) }), missing, ...left],
      };
}

function isForCache({ use, state }: Disk): boolean {
  return use !== 'system' && use !== 'ceph' && state !== 'dead';
}

function leftOut(disks: readonly Disk[]): Message[] {
  const names = (wanted: (disk: Disk) => boolean) =>
    disks
      .filter(wanted)
      .map(({ name }) => name)
      .join(', ');
  const [system, ceph, dead] = [
    names(({ use }) => use === 'system'),
    names(({ use }) => use === 'ceph'),
    names(({ state }) => state === 'dead'),
  ];
  return [
    ...(system ? [reason('systemDisks', { disks: system })] : []),
    ...(ceph ? [reason('cephDisks', { disks: ceph })] : []),
    ...(dead ? [reason('deadDisks', { disks: dead })] : []),
  ];
}

function labelOf({ name, model }: Disk): string {
  return model === null ? name : `${name} (${model})`;
}

function unread(probe: ProbeId): Pick<Tier, 'state' | 'sizeBytes' | 'parts' | 'reasons'> {
  return { state: 'unknown', sizeBytes: null, parts: [], reasons: [reason('unread', { probe })] };
}

/** Files that many nodes share; an object store is an archive. */
const sharedTypes =
  /^(nfs4?|ceph|fuse\.ceph(-fuse)?|lustre|beegfs\w*|gpfs|wekafs|panfs|glusterfs|fuse\.glusterfs|cifs|smb\w*|ocfs2|pvfs2|fuse\.juicefs)$/;
const archiveTypes = /^(fuse\.(s3fs|goofys|geesefs|mount-s3|rclone|gcsfuse|blobfuse2?|ltfs)|ltfs|s3backer)$/;
const redundantLevels = /^(raid(1|4|5|6|10)|mirror|raidz|draid)/i;

function datasetTier(facts: NodeFacts, isUnread: (id: ProbeId) => boolean): Tier {
  const base = { id: 'dataset', requiredBytes: cacheRequiredBytes } as const;
  const { ceph, raid } = facts;
  const shared = (facts['file-systems']?.fileSystems ?? []).filter(({ type }) => sharedTypes.test(type ?? ''));
  const arrays = (raid?.arrays ?? []).filter(isForDatasets);
  const isCephUp = ceph !== undefined && ceph.health !== 'HEALTH_ERR' && (ceph.osds.up ?? 1) > 0;
  const sources: Source[] = [
    ...(ceph
      ? [
          {
            name: 'Ceph',
            sizeBytes: ceph.capacity.totalBytes,
            isUsable: isCephUp,
            said: reason(isCephUp ? 'ceph' : 'cephDown', { health: ceph.health ?? '?' }),
          },
        ]
      : []),
    ...shared.map((mount) => fromMount(mount)),
    ...arrays.map(fromArray),
  ];
  const enough = sources.filter(({ isUsable, sizeBytes }) => isUsable && (sizeBytes ?? 0) >= cacheRequiredBytes);
  if (enough.length > 0) {
    return {
      ...base,
      state: 'present',
      sizeBytes: Math.max(...enough.map(({ sizeBytes }) => sizeBytes ?? 0)),
      parts: enough.map(({ name }) => name),
      reasons: enough.map(({ said }) => said),
    };
  }
  const blind = (['file-systems', 'raid', 'ceph'] as const).filter(isUnread);
  const known = { ...base, sizeBytes: largest(sources), parts: sources.map(({ name }) => name) };
  const told = sources.map(({ said }) => said);
  if (blind.length > 0) {
    return { ...known, state: 'unknown', reasons: [...told, ...blind.map((probe) => reason('unread', { probe }))] };
  }
  if (sources.length === 0)
    return {
      ...known,
      state: 'missing',
      reasons: [reason('noDataset'), reason('datasetMissing', { size: terabytes(cacheRequiredBytes) })],
    };
  return {
    ...known,
    state: 'insufficient',
    reasons: [...told, reason('datasetMissing', { size: terabytes(cacheRequiredBytes) })],
  };
}

interface Source {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly isUsable: boolean;
  readonly said: Message;
}

function fromMount({ mountPoint, source, sizeBytes, type }: FileSystem): Source {
  const params = { mountPoint, source, type: type ?? '?' };
  return {
    name: mountPoint,
    sizeBytes,
    isUsable: sizeBytes !== null,
    said:
      sizeBytes === null ? reason('mountSilent', params) : reason('mount', { ...params, size: terabytes(sizeBytes) }),
  };
}

/** Whole disks that can stand the loss of one, and not those of the cache. */
function isForDatasets({ level, state, members }: RaidArray): boolean {
  const isCache = members.length > 0 && members.every(({ name }) => name.startsWith('nvme'));
  return redundantLevels.test(level ?? '') && !isCache && !/^(inactive|FAULTED|UNAVAIL|OfLn)/.test(state ?? '');
}

function fromArray({ name, level, sizeBytes }: RaidArray): Source {
  const said = reason('array', { name, level: level ?? '?', size: sizeBytes === null ? '?' : terabytes(sizeBytes) });
  return { name, sizeBytes, isUsable: true, said };
}

function largest(sources: readonly Source[]): number | null {
  const sizes = sources.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  return sizes.length > 0 ? Math.max(...sizes) : null;
}

function archiveTier(facts: NodeFacts, isUnread: (id: ProbeId) => boolean): Tier {
  const base = { id: 'archive', requiredBytes: null, sizeBytes: null } as const;
  const drives = facts.tape?.drives ?? [];
  const libraries = facts.tape?.libraries ?? [];
  const mounts = (facts['file-systems']?.fileSystems ?? []).filter(({ type }) => archiveTypes.test(type ?? ''));
  const volumes = libraries.map(({ inventory }) =>
    inventory ? [...inventory.slots, ...inventory.drives].filter(({ isFull }) => isFull).length : null,
  );
  const count = volumes.some((one) => one === null) ? null : volumes.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const parts = [
    ...libraries.map(({ model, device }) => model ?? device),
    ...drives.map(({ model, device, scsiAddress }) => `${device ?? scsiAddress} (${model ?? '?'})`),
    ...mounts.map(({ mountPoint }) => mountPoint),
  ];
  const told = [
    ...(libraries.length > 0
      ? [reason(count === null ? 'librariesUnread' : 'libraries', { libraries: libraries.length, count: count ?? 0 })]
      : []),
    ...(drives.length > 0 ? [reason('drives', { count: drives.length })] : []),
    ...mounts.map(({ mountPoint, type }) => reason('archiveMount', { mountPoint, type: type ?? '?' })),
  ];
  if (mounts.length > 0) return { ...base, state: 'present', parts, reasons: told };
  if (libraries.length > 0 && drives.length === 0)
    return { ...base, state: 'insufficient', parts, reasons: [reason('libraryWithoutDrive'), ...told] };
  if (libraries.length > 0 && count === 0)
    return { ...base, state: 'insufficient', parts, reasons: [reason('libraryEmpty'), ...told] };
  if (drives.length > 0) return { ...base, state: 'present', parts, reasons: told };
  const blind = (['tape', 'file-systems'] as const).filter(isUnread);
  if (blind.length > 0)
    return { ...base, state: 'unknown', parts, reasons: blind.map((probe) => reason('unread', { probe })) };
  return { ...base, state: 'missing', parts, reasons: [reason('noArchive'), reason('archiveMissing')] };
}
