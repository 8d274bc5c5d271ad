import type { ArraySpec, DiskSpec } from '../profiles/profile';
import type { NodeModel } from './node-model';
import { createRandom, hexDigits, seedFrom } from './random';

export interface SimArray {
  readonly spec: ArraySpec;
  readonly present: readonly string[];
  readonly missing: readonly string[];
  /** Striped disks run together or not at all. */
  readonly isActive: boolean;
  readonly sizeBytes: number;
  readonly uuid: string;
}

/** The md arrays of the node, as what is left of their members makes them. */
export function arraysOf(model: NodeModel): SimArray[] {
  return (model.profile.arrays ?? []).map((spec) => {
    const present = spec.members.filter((member) => memberBytes(model.disks, member) !== null);
    const sizes = spec.members.map((member) => memberBytes(model.profile.disks, member) ?? 0);
    const each = Math.min(...sizes);
    const usable = spec.level === 'raid0' ? each * sizes.length : each;
    return {
      spec,
      present,
      missing: spec.members.filter((member) => !present.includes(member)),
      isActive: spec.level === 'raid0' ? present.length === spec.members.length : present.length > 0,
      // What the superblock and the bitmap take is left out; whole chunks of 512 KiB.
      sizeBytes: Math.floor((usable - 135_266_304) / 524_288) * 524_288,
      uuid: hexDigits(createRandom(seedFrom(`${model.name}/${spec.name}`)), 32).replace(/(.{8})(?=.)/g, '$1:'),
    };
  });
}

function memberBytes(disks: readonly DiskSpec[], member: string): number | null {
  for (const disk of disks) {
    if (disk.name === member) return disk.sizeBytes;
    const part = disk.partitions.find(({ name }) => name === member);
    if (part) return part.sizeBytes;
  }
  return null;
}
