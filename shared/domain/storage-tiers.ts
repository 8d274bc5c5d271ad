import type { WordOf } from '../i18n/catalogue';
import type { storage as words } from '../i18n/en/storage';
import { type Disk, disksOf } from './disks';
import type { NodeFacts, ProbeId } from './facts/index';
import type { FileSystemsFacts, RaidArray } from './facts/storage';
import type { ProbeState } from './probe';
import { diskConcerns, isArrayDown } from './storage-concerns';
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
  /** What to do about a tier that is not whole or not known. Null: nothing. */
  readonly next: Message | null;
}

/**
 * A local cache holds the weights of the models in use: 4 TB, the size that this product asks for on every node (a
 * trillion bytes each, as makers of disks count). The data set tier feeds the cache, so as much is asked of it.
 */
export const cacheRequiredBytes = 4e12;

type Word = WordOf<(typeof words)['reason']>;
type Next = WordOf<(typeof words)['next']>;
type FileSystem = FileSystemsFacts['fileSystems'][number];

function reason(key: Word, params?: Message['params']): Message {
  return { key: `storage.reason.${key}`, ...(params ? { params } : {}) };
}

function next(key: Next, params?: Message['params']): Message {
  return { key: `storage.next.${key}`, ...(params ? { params } : {}) };
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
  if (nvme.length === 0)
    return {
      ...base,
      state: 'missing',
      sizeBytes: 0,
      parts: [],
      reasons: [reason('noNvme')],
      next: next('addNvme', { size: terabytes(cacheRequiredBytes) }),
    };
  if (!facts['block-devices']) return { ...base, ...unread('block-devices'), parts: nvme.map(labelOf) };
  const usable = nvme.filter(isForCache);
  const sizes = usable.map(({ sizeBytes }) => sizeBytes);
  const sizeBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const left = [...failing(usable), ...leftOut(nvme)];
  const common = { ...base, sizeBytes, parts: usable.map(labelOf) };
  if (sizeBytes >= cacheRequiredBytes) {
    return {
      ...common,
      state: 'present',
      reasons: [reason('cacheEnough', { count: usable.length, size: terabytes(sizeBytes) }), ...left],
      next: null,
    };
  }
  if (sizes.includes(null))
    return {
      ...common,
      state: 'unknown',
      reasons: [reason('sizeUnknown'), ...left],
      next: next('unread', { probe: 'nvme' }),
    };
  const size = terabytes(cacheRequiredBytes - sizeBytes);
  const missing = reason('cacheMissing', { size });
  return usable.length === 0
    ? {
        ...common,
        state: 'missing',
        reasons: [reason('noFreeNvme'), missing, ...left],
        next: next('freeNvme', { size }),
      }
    : {
        ...common,
        state: 'insufficient',
        reasons: [reason('cacheSmall', { count: usable.length, size: terabytes(sizeBytes) }), missing, ...left],
        next: next(left.length > 0 ? 'freeNvme' : 'addNvme', { size }),
      };
}

function isForCache({ use, state }: Disk): boolean {
  return use !== 'system' && use !== 'ceph' && state !== 'dead';
}

/** Those that count, and may not for long. */
function failing(disks: readonly Disk[]): Message[] {
  const names = disks.filter((disk) => diskConcerns(disk).some(({ level }) => level === 'bad')).map(({ name }) => name);
  return names.length > 0 ? [reason('failingDisks', { disks: names.join(', ') })] : [];
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

function unread(probe: ProbeId): Pick<Tier, 'state' | 'sizeBytes' | 'parts' | 'reasons' | 'next'> {
  return {
    state: 'unknown',
    sizeBytes: null,
    parts: [],
    reasons: [reason('unread', { probe })],
    next: next('unread', { probe }),
  };
}

/** Files that many nodes share; an object store is an archive. */
const sharedTypes =
  /^(nfs4?|ceph|lustre|beegfs\w*|gpfs|wekafs|panfs|glusterfs|cifs|smb\w*|ocfs2|gfs2|pvfs2|orangefs|afs|fuse\.(ceph\S*|glusterfs|juicefs|lustre|beegfs|weka\S*|daos|dfuse|hf3fs\S*|mfs|moosefs|quobyte\S*|alluxio\S*|seaweedfs|cubefs|curvefs))$/;
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
            cure: next('mendCeph'),
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
      next: null,
    };
  }
  const size = terabytes(cacheRequiredBytes);
  const blind = (['file-systems', 'raid', 'ceph'] as const).filter(isUnread);
  const known = { ...base, sizeBytes: largest(sources), parts: sources.map(({ name }) => name) };
  const told = sources.map(({ said }) => said);
  if (blind.length > 0) {
    return {
      ...known,
      state: 'unknown',
      reasons: [...told, ...blind.map((probe) => reason('unread', { probe }))],
      next: next('unread', { probe: blind.join(', ') }),
    };
  }
  const isNone = sources.length === 0;
  const isSizeless = sources.some(({ sizeBytes }) => sizeBytes === null);
  return {
    ...known,
    // A share that is slow or closed to this user may well be large enough.
    state: isNone ? 'missing' : isSizeless ? 'unknown' : 'insufficient',
    reasons: [...(isNone ? [reason('noDataset')] : told), ...(isSizeless ? [] : [reason('datasetMissing', { size })])],
    next: sources.find(({ isUsable }) => !isUsable)?.cure ?? next('addDataset', { size }),
  };
}

interface Source {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly isUsable: boolean;
  readonly said: Message;
  /** What would make it usable where it is not. */
  readonly cure?: Message;
}

function fromMount({ mountPoint, source, sizeBytes, type }: FileSystem): Source {
  const params = { mountPoint, source, type: type ?? '?' };
  return {
    name: mountPoint,
    sizeBytes,
    isUsable: sizeBytes !== null,
    cure: next('mendMount', params),
    said:
      sizeBytes === null ? reason('mountSilent', params) : reason('mount', { ...params, size: terabytes(sizeBytes) }),
  };
}

/** Whole disks that can stand the loss of one, and not those of the cache. */
function isForDatasets({ level, members }: RaidArray): boolean {
  const isCache = members.length > 0 && members.every(({ name }) => name.startsWith('nvme'));
  return redundantLevels.test(level ?? '') && !isCache;
}

function fromArray(array: RaidArray): Source {
  const { name, sizeBytes, state } = array;
  const params = { name, level: array.level ?? '?', size: sizeBytes === null ? '?' : terabytes(sizeBytes) };
  const isUsable = !isArrayDown(array);
  return {
    name,
    sizeBytes,
    isUsable,
    said: isUsable ? reason('array', params) : reason('arrayDown', { ...params, state: state ?? '?' }),
    cure: next('mendArray', { name }),
  };
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
  const tier = (state: TierState, reasons: readonly Message[], then: Message | null): Tier => ({
    ...base,
    state,
    parts,
    reasons,
    next: then,
  });
  if (mounts.length > 0) return tier('present', told, null);
  if (libraries.length > 0 && drives.length === 0)
    return tier('insufficient', [reason('libraryWithoutDrive'), ...told], next('addDrive'));
  if (libraries.length > 0 && count === 0)
    return tier('insufficient', [reason('libraryEmpty'), ...told], next('addCartridges'));
  if (drives.length > 0) return tier('present', told, null);
  const blind = (['tape', 'file-systems'] as const).filter(isUnread);
  if (blind.length > 0) {
    const reasons = blind.map((probe) => reason('unread', { probe }));
    return tier('unknown', reasons, next('unread', { probe: blind.join(', ') }));
  }
  return tier('missing', [reason('noArchive'), reason('archiveMissing')], next('addArchive'));
}
