import { clusterOf, type SimCluster } from '../model/ceph';
import type { NodeModel } from '../model/node-model';
import { failed, lines, printed, type Tool, type ToolOutput } from './tool';

type Json = Record<string, unknown>;

/** ceph 18 with `-f json`: status, health detail, df, osd tree, osd df. Its keyring is root's alone. */
export const ceph: Tool = (model, args, context) => {
  const cluster = clusterOf(model);
  if (!cluster || context.uid !== 0) {
    return failed(1, lines('[errno 13] RADOS permission denied (error connecting to the cluster)'));
  }
  const words = args.filter(
    (arg, index) => !arg.startsWith('-') && !/^(--connect-timeout|-f|--format)$/.test(args[index - 1] ?? ''),
  );
  const change = /^osd (out|in) (?:osd\.)?(\d+)$/.exec(words.join(' '));
  if (change) {
    const osd = cluster.osds[Number(change[2])];
    if (!osd) return failed(2, `Error ENOENT: osd.${change[2]} does not exist\n`);
    model.settings.osdsOut[change[1] === 'out' ? 'add' : 'delete'](osd.id);
    return { stdout: '', stderr: `marked ${change[1]} osd.${osd.id}. \n`, exitCode: 0 };
  }
  const stopped = /^osd ok-to-stop (\d+)$/.exec(words.join(' '));
  if (stopped) return okToStop(cluster, Number(stopped[1]));
  const query = args.includes('-s') ? 'status' : words.join(' ');
  const answer = answers[query]?.(model, cluster);
  if (!answer) return failed(22, lines(`no valid command found; 10 closest matches:`, 'Error EINVAL: invalid command'));
  const isJson = args.some((arg) => /json/.test(arg));
  return printed(isJson ? `\n${JSON.stringify(answer)}\n` : `${JSON.stringify(answer, null, 4)}\n`);
};

const answers: Readonly<Record<string, (model: NodeModel, cluster: SimCluster) => Json>> = {
  status,
  'health detail': (_, cluster) => ({ ...health(cluster, true) }),
  df,
  'osd tree': (model, cluster) => osdTree(model, cluster),
  'osd df': (_, cluster) => ({ nodes: cluster.osds.map((osd) => osdEntry(cluster, osd.id)), stray: [], summary: {} }),
};

/** Never two at once: another one down already leaves groups without enough copies. */
function okToStop(cluster: SimCluster, id: number): ToolOutput {
  if (!cluster.osds[id]) return failed(2, `Error ENOENT: osd.${id} does not exist\n`);
  const isLast = cluster.osds.some((osd) => !osd.isUp && osd.id !== id);
  const groups = cluster.osds[id].placementGroups;
  return isLast
    ? failed(
        16,
        `Error EBUSY: ${groups} PGs are already too degraded, would become too degraded or might become unavailable\n`,
      )
    : printed(`{"ok_to_stop":true,"osds":[${id}],"num_ok_pgs":${groups},"num_not_ok_pgs":0}\n`);
}

function health(cluster: SimCluster, isDetailed: boolean): Json {
  const down = cluster.osds.filter(({ isUp }) => !isUp);
  if (down.length === 0) return { status: 'HEALTH_OK', checks: {}, mutes: [] };
  const percent = ((100 * cluster.degradedObjects) / (cluster.objects * 4.8)).toFixed(3);
  const check = (message: string, count: number, detail: readonly string[]): Json => ({
    severity: 'HEALTH_WARN',
    summary: { message, count },
    ...(isDetailed ? { detail: detail.map((one) => ({ message: one })) } : {}),
    muted: false,
  });
  return {
    status: 'HEALTH_WARN',
    checks: {
      OSD_DOWN: check(
        `${down.length} osd${down.length > 1 ? 's' : ''} down`,
        down.length,
        down.map(({ id, host }) => `osd.${id} (root=default,host=${host}) is down`),
      ),
      PG_DEGRADED: check(
        `Degraded data redundancy: ${cluster.degradedObjects}/${Math.round(cluster.objects * 4.8)} objects degraded (${percent}%), ${cluster.degradedGroups} pgs degraded, ${cluster.degradedGroups} pgs undersized`,
        cluster.degradedGroups,
        [
          `pg 3.1a is stuck undersized for 11m, current state active+undersized+degraded, last acting [31,2147483647,60,4,52,17]`,
        ],
      ),
    },
    mutes: [],
  };
}

function status(model: NodeModel, cluster: SimCluster): Json {
  const { spec, hosts, osds } = cluster;
  const healthy = cluster.placementGroups - cluster.degradedGroups - 2;
  return {
    fsid: spec.fsid,
    health: health(cluster, false),
    election_epoch: 118,
    quorum: hosts.map((_, index) => index),
    quorum_names: hosts,
    quorum_age: Math.floor(model.uptimeSeconds()),
    monmap: { epoch: 3, min_mon_release_name: 'reef', num_mons: hosts.length },
    osdmap: {
      epoch: 48_211,
      num_osds: osds.length,
      num_up_osds: osds.filter(({ isUp }) => isUp).length,
      osd_up_since: Math.floor(model.bootedAtMs / 1000),
      num_in_osds: osds.length,
      osd_in_since: Math.floor(model.bootedAtMs / 1000),
      num_remapped_pgs: 0,
    },
    pgmap: {
      pgs_by_state: [
        { state_name: 'active+clean', count: healthy },
        ...(cluster.degradedGroups > 0
          ? [{ state_name: 'active+undersized+degraded', count: cluster.degradedGroups }]
          : []),
        { state_name: 'active+clean+scrubbing+deep', count: 2 },
      ],
      num_pgs: cluster.placementGroups,
      num_pools: spec.pools.length,
      num_objects: cluster.objects,
      data_bytes: spec.pools.reduce((sum, pool) => sum + pool.storedBytes, 0),
      bytes_used: cluster.usedBytes,
      bytes_avail: cluster.totalBytes - cluster.usedBytes,
      bytes_total: cluster.totalBytes,
      ...(cluster.degradedObjects > 0
        ? {
            degraded_objects: cluster.degradedObjects,
            degraded_total: Math.round(cluster.objects * 4.8),
            degraded_ratio: cluster.degradedObjects / (cluster.objects * 4.8),
          }
        : {}),
      read_bytes_sec: 1_882_112_004,
      write_bytes_sec: 311_409_220,
      read_op_per_sec: 4211,
      write_op_per_sec: 902,
    },
    fsmap: {
      epoch: 211,
      id: 1,
      up: 1,
      in: 1,
      max: 1,
      by_rank: [{ filesystem_id: 1, rank: 0, name: `lab.${hosts[0]}`, status: 'up:active' }],
      'up:standby': 1,
    },
    mgrmap: { available: true, num_standbys: 1, modules: ['cephadm', 'dashboard', 'prometheus'], services: {} },
    servicemap: { epoch: 9021, modified: '2025-02-11T08:14:10.041+0000', services: {} },
    progress_events: {},
  };
}

function df(_: NodeModel, { spec, totalBytes, usedBytes, osds }: SimCluster): Json {
  const stats = {
    total_bytes: totalBytes,
    total_avail_bytes: totalBytes - usedBytes,
    total_used_bytes: usedBytes,
    total_used_raw_bytes: usedBytes,
    total_used_raw_ratio: usedBytes / totalBytes,
  };
  return {
    stats: { ...stats, num_osds: osds.length },
    stats_by_class: { hdd: stats },
    pools: spec.pools.map((pool, index) => ({
      name: pool.name,
      id: index + 1,
      stats: {
        stored: Math.round(pool.storedBytes),
        objects: pool.objects,
        kb_used: Math.round((pool.storedBytes * pool.overhead) / 1024),
        bytes_used: Math.round(pool.storedBytes * pool.overhead),
        percent_used: (pool.storedBytes * pool.overhead) / totalBytes,
        max_avail: Math.round(((totalBytes - usedBytes) * 0.92) / pool.overhead),
      },
    })),
  };
}

/** Hosts and OSDs as the crush map has them, children from last to first. */
function osdTree(model: NodeModel, cluster: SimCluster): Json {
  const weight = cluster.spec.osdBytes / 1024 ** 4;
  const hosts = cluster.hosts.map((name, index) => ({ name, id: -(index * 2 + 3) }));
  return {
    nodes: [
      { id: -1, name: 'default', type: 'root', type_id: 11, children: hosts.map(({ id }) => id).reverse() },
      ...hosts.flatMap(({ name, id }) => {
        const own = cluster.osds.filter(({ host }) => host === name);
        return [
          { id, name, type: 'host', type_id: 1, pool_weights: {}, children: own.map((osd) => osd.id).reverse() },
          ...own.map((osd) => ({
            id: osd.id,
            device_class: 'hdd',
            name: `osd.${osd.id}`,
            type: 'osd',
            type_id: 0,
            crush_weight: weight,
            depth: 2,
            pool_weights: {},
            exists: 1,
            status: osd.isUp ? 'up' : 'down',
            reweight: model.settings.osdsOut.has(osd.id) ? 0 : 1,
            primary_affinity: 1,
          })),
        ];
      }),
    ],
    stray: [],
  };
}

function osdEntry({ spec, osds }: SimCluster, id: number): Json {
  const osd = osds[id];
  const kib = (bytes: number): number => Math.round(bytes / 1024);
  return {
    id,
    device_class: 'hdd',
    name: `osd.${id}`,
    type: 'osd',
    type_id: 0,
    crush_weight: spec.osdBytes / 1024 ** 4,
    depth: 2,
    reweight: 1,
    kb: kib(spec.osdBytes),
    kb_used: kib(osd?.usedBytes ?? 0),
    kb_avail: kib(spec.osdBytes - (osd?.usedBytes ?? 0)),
    utilization: (100 * (osd?.usedBytes ?? 0)) / spec.osdBytes,
    pgs: osd?.placementGroups ?? 0,
    status: osd?.isUp ? 'up' : 'down',
  };
}
