import type { CephSpec } from '../profiles/profile';
import type { NodeModel } from './node-model';
import { seedFrom } from './random';

export interface SimOsd {
  readonly id: number;
  readonly host: string;
  readonly isUp: boolean;
  readonly usedBytes: number;
  readonly placementGroups: number;
}

/** The cluster as any of its monitors tells it. An OSD whose disk is gone, failing or taken down by a fault is down. */
export interface SimCluster {
  readonly spec: CephSpec;
  readonly hosts: readonly string[];
  readonly osds: readonly SimOsd[];
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly placementGroups: number;
  /** Groups that miss a copy. */
  readonly degradedGroups: number;
  readonly objects: number;
  readonly degradedObjects: number;
}

/** How many places a group has on average: three copies, or four pieces and two more. */
const PLACES = 4.8;

export function clusterOf(model: NodeModel): SimCluster | null {
  const spec = model.profile.ceph;
  if (!spec) return null;
  const names = [
    model.name,
    ...Array.from({ length: spec.hosts }, (_, index) => `${model.profile.hostname}0${index + 1}`),
  ];
  const hosts = [...new Set(names)].slice(0, spec.hosts).sort();
  const present = new Set(model.disks.flatMap(({ cephOsds }) => (cephOsds?.length === 1 ? cephOsds : [])));
  const fault = model.fault('osd-down');
  const own = hosts.indexOf(model.name) * spec.osdsPerHost;
  const down = fault ? (fault.osd ?? own + 7) : null;
  const placementGroups = spec.pools.reduce((sum, pool) => sum + pool.placementGroups, 0);
  const count = hosts.length * spec.osdsPerHost;
  const osds = Array.from({ length: count }, (_, id): SimOsd => {
    const host = hosts[Math.floor(id / spec.osdsPerHost)] ?? model.name;
    const spread = 1 + ((seedFrom(`osd.${id}`) % 1000) / 1000 - 0.5) * 0.14;
    return {
      id,
      host,
      isUp: id !== down && (host !== model.name || present.has(id - own)),
      usedBytes: Math.round(spec.osdBytes * spec.usedShare * spread),
      placementGroups: Math.round((placementGroups * PLACES * spread) / count),
    };
  });
  const lost = osds.filter(({ isUp }) => !isUp);
  const objects = spec.pools.reduce((sum, pool) => sum + pool.objects, 0);
  return {
    spec,
    hosts,
    osds,
    totalBytes: spec.osdBytes * count,
    usedBytes: osds.reduce((sum, osd) => sum + osd.usedBytes, 0),
    placementGroups,
    degradedGroups: Math.min(
      placementGroups,
      lost.reduce((sum, osd) => sum + osd.placementGroups, 0),
    ),
    objects,
    degradedObjects: Math.round((objects * PLACES * lost.length) / count),
  };
}
