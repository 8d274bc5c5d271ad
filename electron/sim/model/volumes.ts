import type { DiskSpec } from '../profiles/profile';
import type { NodeModel } from './node-model';
import { createRandom, seedFrom, uuid } from './random';

export interface SimVolume {
  readonly group: string;
  readonly name: string;
  readonly disk: DiskSpec;
  readonly sizeBytes: number;
  readonly osd: number;
}

/** What `ceph-volume` makes of a disk: a volume for the OSD on it, or one for the database of each OSD that has it there. */
export function logicalVolumes(model: NodeModel): SimVolume[] {
  return model.disks.flatMap((disk) => {
    const osds = disk.cephOsds ?? [];
    const random = createRandom(seedFrom(disk.serial));
    const group = `ceph-${uuid(random)}`;
    const role = osds.length === 1 ? 'block' : 'db';
    return osds.map((osd) => ({
      group,
      name: `osd-${role}-${uuid(createRandom(seedFrom(`${disk.serial}/${osd}`)))}`,
      disk,
      sizeBytes: Math.floor(disk.sizeBytes / Math.max(1, osds.length) / 4_194_304) * 4_194_304,
      osd,
    }));
  });
}

/** A name of the device mapper: each dash of a volume's own is doubled. */
export function mapperName({ group, name }: SimVolume): string {
  return `${group.replaceAll('-', '--')}-${name.replaceAll('-', '--')}`;
}
