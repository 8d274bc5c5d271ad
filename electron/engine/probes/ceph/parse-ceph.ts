import type { CephFacts } from '#shared/domain/facts/storage-services';
import { integerOf, isObject, readJson, textOf } from '../lib/lines';
import { parseOsdTreeText, parseTree } from './parse-osd-tree';

type Entry = Record<string, unknown>;

export function blankCeph(): CephFacts {
  return {
    fsid: null,
    health: null,
    checks: [],
    monitors: { total: null, inQuorum: [] },
    standbyManagers: null,
    metadataServers: { up: null, standby: null },
    osds: { total: null, up: null, in: null },
    placementGroups: {
      total: null,
      states: [],
      degradedObjects: null,
      misplacedObjects: null,
      degradedPercent: null,
    },
    capacity: { totalBytes: null, usedBytes: null, availableBytes: null },
    throughput: { readBytesPerSec: null, writtenBytesPerSec: null, recoveringBytesPerSec: null },
    classes: [],
    pools: [],
    tree: [],
  };
}

/** Takes into `facts` what one answer of ceph says, whichever of the queries it is to. False: to none of them. */
export function readAnswer(facts: CephFacts, text: string): boolean {
  const start = text.trimStart();
  if (!start.startsWith('{') && !start.startsWith('[')) {
    const tree = parseOsdTreeText(text);
    if (tree) facts.tree = tree;
    return tree !== null;
  }
  const document = readJson(text);
  if (!isObject(document)) return false;
  if (Array.isArray(document.nodes)) {
    const tree = parseTree(document);
    if (tree === null) return false;
    facts.tree = tree;
    return true;
  }
  if (Array.isArray(document.pools) && (document.stats !== undefined || document.pools.every(isPool))) {
    readCapacity(facts, document, document.pools);
    return true;
  }
  if (isObject(document.pgmap) || isObject(document.servicemap) || isObject(document.osdmap)) {
    readStatus(facts, document);
    return true;
  }
  // `health detail` is the health part of the status with the details.
  if (typeof document.status === 'string' && isObject(document.checks)) {
    readHealth(facts, document);
    return true;
  }
  return false;
}

function isPool(entry: unknown): boolean {
  return isObject(entry) && isObject(entry.stats) && typeof entry.name === 'string';
}

function readStatus(facts: CephFacts, document: Entry): void {
  facts.fsid = textOf(document.fsid);
  if (isObject(document.health)) readHealth(facts, document.health);
  const monmap = objectOf(document.monmap);
  facts.monitors = {
    total: count(monmap.num_mons) ?? (Array.isArray(monmap.mons) ? monmap.mons.length : null),
    inQuorum: textsOf(document.quorum_names),
  };
  const managers = objectOf(document.mgrmap);
  facts.standbyManagers =
    count(managers.num_standbys) ?? (Array.isArray(managers.standbys) ? managers.standbys.length : null);
  const fsmap = objectOf(document.fsmap);
  facts.metadataServers = { up: count(fsmap.up), standby: count(fsmap['up:standby']) };
  // Before Octopus the map of OSDs lies in one of its own name.
  const outer = objectOf(document.osdmap);
  const osds = isObject(outer.osdmap) ? outer.osdmap : outer;
  facts.osds = { total: count(osds.num_osds), up: count(osds.num_up_osds), in: count(osds.num_in_osds) };
  const map = objectOf(document.pgmap);
  const states = Array.isArray(map.pgs_by_state) ? map.pgs_by_state.filter(isObject) : [];
  const degraded = ratio(map.degraded_ratio);
  facts.placementGroups = {
    total: count(map.num_pgs),
    states: states.map((one) => ({ state: textOf(one.state_name) ?? '?', count: count(one.count) ?? 0 })),
    // The status has these only while there are some.
    degradedObjects: count(map.degraded_objects) ?? (isObject(document.pgmap) ? 0 : null),
    misplacedObjects: count(map.misplaced_objects) ?? (isObject(document.pgmap) ? 0 : null),
    degradedPercent: degraded === null ? null : degraded * 100,
  };
  facts.capacity = {
    totalBytes: count(map.bytes_total),
    usedBytes: count(map.bytes_used),
    availableBytes: count(map.bytes_avail),
  };
  facts.throughput = {
    readBytesPerSec: count(map.read_bytes_sec),
    writtenBytesPerSec: count(map.write_bytes_sec),
    recoveringBytesPerSec: count(map.recovering_bytes_per_sec),
  };
}

function readHealth(facts: CephFacts, health: Entry): void {
  facts.health = textOf(health.status) ?? textOf(health.overall_status);
  if (!isObject(health.checks)) return;
  const muted = Array.isArray(health.mutes) ? health.mutes.map((mute: unknown) => textOf(objectOf(mute).code)) : [];
  facts.checks = Object.entries(health.checks).map(([code, value]) => {
    const check = objectOf(value);
    const details = Array.isArray(check.detail) ? check.detail : [];
    return {
      code: textOf(code) ?? '?',
      severity: textOf(check.severity),
      summary: textOf(objectOf(check.summary).message) ?? textOf(code) ?? '?',
      details: details.slice(0, 50).flatMap((one: unknown) => textOf(objectOf(one).message) ?? []),
      isMuted: check.muted === true || muted.includes(code),
    };
  });
}

/** `ceph df`: the whole cluster, each class of device, each pool. */
function readCapacity(facts: CephFacts, document: Entry, pools: readonly unknown[]): void {
  const stats = objectOf(document.stats);
  if (count(stats.total_bytes) !== null) {
    facts.capacity = {
      totalBytes: count(stats.total_bytes),
      usedBytes: count(stats.total_used_raw_bytes) ?? count(stats.total_used_bytes),
      availableBytes: count(stats.total_avail_bytes),
    };
  }
  facts.classes = Object.entries(objectOf(document.stats_by_class)).map(([name, value]) => {
    const one = objectOf(value);
    return {
      name: textOf(name) ?? '?',
      totalBytes: count(one.total_bytes),
      usedBytes: count(one.total_used_raw_bytes) ?? count(one.total_used_bytes),
      availableBytes: count(one.total_avail_bytes),
    };
  });
  facts.pools = pools.filter(isObject).map((pool) => {
    const one = objectOf(pool.stats);
    return {
      id: count(pool.id),
      name: textOf(pool.name) ?? '?',
      // Before Nautilus `bytes_used` was what is stored, without the copies.
      storedBytes: count(one.stored) ?? count(one.bytes_used),
      usedBytes:
        one.stored === undefined ? count(one.raw_bytes_used) : (count(one.bytes_used) ?? count(one.stored_raw)),
      availableBytes: count(one.max_avail),
      objects: count(one.objects),
    };
  });
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one: unknown) => textOf(one) ?? []) : [];
}

function objectOf(value: unknown): Entry {
  return isObject(value) ? value : {};
}

function count(value: unknown): number | null {
  const number = integerOf(value);
  return number === null || number < 0 ? null : number;
}

function ratio(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= 1000 ? value : null;
}
