import { adapterOf, guidOf } from '../model/adapters';
import type { NodeModel } from '../model/node-model';
import { pciPath, pciTree } from '../model/pci-tree';
import type { NicSpec } from '../profiles/profile';
import { infinibandRate, isUp, trafficBytes } from '../tools/network';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';

type Entries = [string, FileEntry][];

/** Interfaces, RDMA devices and bonds as the kernel shows them. */
export function nicFiles(model: NodeModel): Entries {
  const tree = pciTree(model);
  const { fabric } = model.profile;
  return [
    ...model.nics.flatMap((nic, index) => {
      const folder = pciPath(tree, nic.pciAddress);
      return [...netFiles(model, nic, index, folder), ...rdmaFiles(model, nic, folder), ...roceFiles(model, nic)];
    }),
    ...bondFiles(model),
    ...(fabric?.ofedVersion && fabric.hasPeerMemory
      ? ([['/sys/kernel/mm/memory_peers/nv_mem/version', `${model.profile.driverVersion}\n`]] as Entries)
      : []),
    ...(fabric?.hasGdrcopy ? ([['/dev/gdrdrv', '']] as Entries) : []),
    ...(fabric?.hasSharp ? ([['/opt/mellanox/sharp/lib/libsharp.so', '']] as Entries) : []),
  ];
}

/** The counters that traffic moves. */
export function liveNicFiles(model: NodeModel): Entries {
  return model.nics.flatMap((nic) => {
    const { rx, tx } = trafficBytes(model, nic);
    const statistics = under(`/sys/class/net/${nic.netdev}/statistics`, {
      rx_bytes: rx,
      tx_bytes: tx,
      rx_packets: Math.floor(rx / 1100),
      tx_packets: Math.floor(tx / 1100),
    });
    if (nic.rdmaDevice === null) return statistics;
    return [
      ...statistics,
      ...under(`/sys/class/infiniband/${nic.rdmaDevice}/ports/1/counters`, {
        // Data counters are in words of four bytes.
        port_rcv_data: Math.floor(rx / 4),
        port_xmit_data: Math.floor(tx / 4),
        port_rcv_packets: Math.floor(rx / 2100),
        port_xmit_packets: Math.floor(tx / 2100),
        port_xmit_wait: Math.floor(tx / 90_000),
        ...(isReceivingErrors(model, nic) ? { symbol_error: brokenBits(model) } : {}),
      }),
    ];
  });
}

/** The first InfiniBand port without one named. */
function isReceivingErrors(model: NodeModel, nic: NicSpec): boolean {
  const fault = model.fault('link-errors');
  const device = fault?.device ?? model.nics.find(({ kind }) => kind === 'infiniband')?.rdmaDevice;
  return fault !== undefined && (nic.rdmaDevice === device || nic.netdev === device);
}

/** Twenty a second, far below where the counter stops. */
function brokenBits(model: NodeModel): number {
  return Math.floor(model.nowMs() / 50) % 60_000;
}

function under(folder: string, files: Readonly<Record<string, string | number>>): Entries {
  return Object.entries(files).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]);
}

function netFiles(model: NodeModel, nic: NicSpec, index: number, pciFolder: string): Entries {
  const folder = `/sys/class/net/${nic.netdev}`;
  const up = isUp(model, nic);
  const wasUp = nic.isUnplugged !== true;
  return [
    ...under(folder, {
      operstate: up ? 'up' : 'down',
      carrier: up ? 1 : 0,
      carrier_changes: up ? 2 : wasUp ? 3 : 1,
      carrier_up_count: wasUp ? 1 : 0,
      carrier_down_count: up ? 1 : wasUp ? 2 : 1,
      flags: '0x1003',
      speed: up ? nic.speedMbps : -1,
      duplex: up ? 'full' : 'unknown',
      mtu: nic.mtu,
      address: nic.mac,
      ifindex: index + 2,
      type: nic.kind === 'infiniband' ? 32 : 1,
      dev_port: 0,
    }),
    ...under(`${folder}/statistics`, { rx_errors: 0, tx_errors: 0, rx_dropped: 0, tx_dropped: 0 }),
    [`${folder}/device`, { link: `../../../bus/pci/devices/${nic.pciAddress}` }],
    [`${pciFolder}/net/${nic.netdev}/mtu`, `${nic.mtu}\n`],
  ];
}

/** Counters that errors would show in; a healthy port has them at zero. */
const ZERO_COUNTERS = [
  'VL15_dropped',
  'excessive_buffer_overrun_errors',
  'link_error_recovery',
  'local_link_integrity_errors',
  'port_rcv_constraint_errors',
  'port_rcv_errors',
  'port_rcv_remote_physical_errors',
  'port_rcv_switch_relay_errors',
  'port_xmit_constraint_errors',
  'port_xmit_discards',
  'symbol_error',
];

function rdmaFiles(model: NodeModel, nic: NicSpec, pciFolder: string): Entries {
  if (nic.rdmaDevice === null) return [];
  const folder = `/sys/class/infiniband/${nic.rdmaDevice}`;
  const port = `${folder}/ports/1`;
  const up = isUp(model, nic);
  const isInfiniband = nic.kind === 'infiniband';
  const guid = guidOf(nic);
  const adapter = adapterOf(nic);
  return [
    ...under(folder, {
      fw_ver: nic.firmware,
      hca_type: adapter.hcaType,
      board_id: adapter.boardId,
      node_guid: guid,
      sys_image_guid: guid,
      node_type: '1: CA',
    }),
    [`${folder}/device`, { link: `../../../bus/pci/devices/${nic.pciAddress}` }],
    [`${pciFolder}/infiniband/${nic.rdmaDevice}/fw_ver`, `${nic.firmware}\n`],
    ...under(port, {
      state: up ? '4: ACTIVE' : '1: DOWN',
      phys_state: up ? '5: LinkUp' : isInfiniband ? '2: Polling' : '3: Disabled',
      rate: up ? infinibandRate(nic) : '10 Gb/sec (4X SDR)',
      link_layer: isInfiniband ? 'InfiniBand' : 'Ethernet',
      lid: isInfiniband && up ? `0x${(nic.lid ?? 0).toString(16)}` : isInfiniband ? '0xffff' : '0x0',
      sm_lid: isInfiniband && up ? '0x1' : '0x0',
      cap_mask: isInfiniband ? '0xa751e848' : '0x00010000',
    }),
    ...under(`${port}/counters`, {
      ...Object.fromEntries(ZERO_COUNTERS.map((name) => [name, 0])),
      link_downed: up || nic.isUnplugged ? 0 : 1,
    }),
    ...under(`${port}/hw_counters`, {
      lifespan: 12,
      out_of_buffer: 0,
      out_of_sequence: 0,
      packet_seq_err: 0,
      local_ack_timeout_err: 0,
      rnr_nak_retry_err: 0,
      np_cnp_sent: 0,
      rp_cnp_handled: 0,
    }),
    ...gids(nic).flatMap(
      ({ gid, type }, index): Entries => [
        [`${port}/gids/${index}`, `${gid}\n`],
        [`${port}/gid_attrs/types/${index}`, `${type}\n`],
        [`${port}/gid_attrs/ndevs/${index}`, `${nic.netdev}\n`],
      ],
    ),
  ];
}

/** Of RoCE each address twice: once for either version. */
function gids(nic: NicSpec): { gid: string; type: string }[] {
  const local = { gid: `fe80:0000:0000:0000:${guidOf(nic)}`, type: 'IB/RoCE v1' };
  if (nic.kind === 'infiniband') return [local];
  const both = [local, { ...local, type: 'RoCE v2' }];
  if (nic.ipv4 === undefined) return both;
  const bytes = nic.ipv4
    .split(/[./]/)
    .slice(0, 4)
    .map((byte) => Number(byte).toString(16).padStart(2, '0'));
  const gid = `0000:0000:0000:0000:0000:ffff:${bytes[0]}${bytes[1]}:${bytes[2]}${bytes[3]}`;
  return [...both, { gid, type: 'IB/RoCE v1' }, { gid, type: 'RoCE v2' }];
}

/** The folders that NVIDIA's own driver brings along. */
function roceFiles(model: NodeModel, nic: NicSpec): Entries {
  if (!nic.roce || nic.rdmaDevice === null || !model.profile.fabric?.ofedVersion) return [];
  const ecn = `/sys/class/net/${nic.netdev}/ecn`;
  const enabled = Object.fromEntries(
    Array.from({ length: 8 }, (_, priority) => [priority, nic.roce?.lossless.includes(priority) ? 1 : 0]),
  );
  return [
    ...under(`${ecn}/roce_np/enable`, enabled),
    ...under(`${ecn}/roce_rp/enable`, enabled),
    ...under(`${ecn}/roce_np`, { cnp_dscp: 48, cnp_802p_prio: 6 }),
    [`/sys/class/infiniband/${nic.rdmaDevice}/tc/1/traffic_class`, `Global tclass=${nic.roce.trafficClass}\n`],
  ];
}

function bondFiles(model: NodeModel): Entries {
  return (model.profile.bonds ?? []).flatMap((bond, index): Entries => {
    const members = model.nics.filter(({ netdev }) => bond.members.includes(netdev));
    const alive = members.filter((nic) => isUp(model, nic));
    return [
      ...under(`/sys/class/net/${bond.name}`, {
        operstate: alive.length > 0 ? 'up' : 'down',
        carrier: alive.length > 0 ? 1 : 0,
        flags: '0x1403',
        speed: alive.reduce((sum, nic) => sum + nic.speedMbps, 0) || -1,
        duplex: alive.length > 0 ? 'full' : 'unknown',
        mtu: bond.mtu,
        address: members[0]?.mac ?? '00:00:00:00:00:00',
        ifindex: 100 + index,
        type: 1,
      }),
      ...under(`/sys/class/net/${bond.name}/statistics`, { rx_errors: 0, tx_errors: 0, rx_dropped: 0, tx_dropped: 0 }),
      [
        `/proc/net/bonding/${bond.name}`,
        lines(
          'Ethernet Channel Bonding Driver: v5.15.0',
          '',
          'Bonding Mode: IEEE 802.3ad Dynamic link aggregation',
          'Transmit Hash Policy: layer3+4 (1)',
          `MII Status: ${alive.length > 0 ? 'up' : 'down'}`,
          'MII Polling Interval (ms): 100',
          'Up Delay (ms): 0',
          'Down Delay (ms): 0',
          'Peer Notification Delay (ms): 0',
          '',
          '802.3ad info',
          'LACP active: on',
          'LACP rate: fast',
          'Min links: 0',
          'Aggregator selection policy (ad_select): stable',
          ...members.flatMap((nic) => {
            const up = isUp(model, nic);
            return [
              '',
              `Slave Interface: ${nic.netdev}`,
              `MII Status: ${up ? 'up' : 'down'}`,
              `Speed: ${up ? `${nic.speedMbps} Mbps` : 'Unknown'}`,
              `Duplex: ${up ? 'full' : 'Unknown'}`,
              `Link Failure Count: ${up ? 0 : 1}`,
              `Permanent HW addr: ${nic.mac}`,
              'Slave queue ID: 0',
              'Aggregator ID: 1',
              `Actor Churn State: ${up ? 'none' : 'churned'}`,
              `Partner Churn State: ${up ? 'none' : 'churned'}`,
              'Actor Churned Count: 0',
              'Partner Churned Count: 0',
            ];
          }),
        ),
      ],
    ];
  });
}
