import type { NodeProfile } from '../profiles/profile';
import type { NodeModel } from './node-model';
import { createRandom, seedFrom, uuid } from './random';

/** What lies on a whole disk. */
export interface DiskFileSystem {
  readonly type: string;
  readonly uuid: string;
}

/** Beside the mounts that the profile came with. */
export interface SimMount {
  /** As it was mounted: a device, or a Ceph file system. */
  readonly source: string;
  readonly type: string;
  readonly mountPoint: string;
  readonly options: string;
  readonly sizeBytes: number;
  readonly usedShare: number;
  /** It stands in /etc/fstab, so the next boot mounts it again. */
  readonly isAtBoot: boolean;
}

export interface StorageState {
  /** By the disk's name. */
  readonly fileSystems: Map<string, DiskFileSystem>;
  mounts: SimMount[];
}

export function initialStorage({ disks }: NodeProfile): StorageState {
  const fileSystems = new Map<string, DiskFileSystem>();
  const mounts: SimMount[] = [];
  for (const { name, serial, sizeBytes, content } of disks) {
    const type = content?.fileSystem;
    if (type === undefined || type === null) continue;
    fileSystems.set(name, { type, uuid: uuidOf(serial) });
    if (!content?.mountPoint) continue;
    const { mountPoint } = content;
    const options = 'rw,relatime';
    mounts.push({ source: `/dev/${name}`, type, mountPoint, options, sizeBytes, usedShare: 0.3, isAtBoot: true });
  }
  return { fileSystems, mounts };
}

/** Of a file system that was there when the node was installed. */
export function uuidOf(seed: string): string {
  return uuid(createRandom(seedFrom(seed)));
}

export function restartStorage(storage: StorageState): void {
  storage.mounts = storage.mounts.filter(({ isAtBoot }) => isAtBoot);
}

/** Those of disks that are still there. */
export function ownMounts(model: NodeModel): SimMount[] {
  return model.storage.mounts.filter(
    ({ source }) => !source.startsWith('/dev/') || model.disks.some(({ name }) => source === `/dev/${name}`),
  );
}
