import type { NodeModel } from '../model/node-model';
import { pciPath, pciTree } from '../model/pci-tree';
import type { NicSpec } from '../profiles/profile';
import { numaMemory } from '../tools/cpu';
import { infinibandRate, isUp, trafficBytes } from '../tools/network';
import { cpuList } from '../tools/nvidia-smi/topology';
import { lines } from '../tools/tool';
import type { FileEntry } from './file-entry';
import { pciFiles } from './pci';

type Entries = [string, FileEntry][];

export function sysFiles(model: NodeModel): Entries {
  const { profile } = model;
  const tree = pciTree(model);
  return [
    ['/sys/class/dmi/id/sys_vendor', `${profile.vendor}\n`],
    ['/sys/class/dmi/id/product_name', `${profile.product}\n`],
    ['/sys/class/dmi/id/board_name', `${profile.product}\n`],
    ['/sys/class/dmi/id/bios_version', `${profile.biosVersion}\n`],
    ['/sys/class/dmi/id/product_serial', { rootOnly: `${model.machineId.slice(0, 10).toUpperCase()}\n` }],
    ...cpuFiles(model),
    ...numaFiles(model),
    ...model.nics.flatMap((nic, index) => {
      const folder = pciPath(tree, nic.pciAddress);
      return [...netFiles(model, nic, index, folder), ...rdmaFiles(model, nic, folder)];
    }),
    ...liveSysFiles(model),
    ...pciFiles(model),
    ...diskFiles(model),
    ...(profile.driverVersion === null
      ? []
      : ([['/sys/module/nvidia/version', `${profile.driverVersion}\n`]] as Entries)),
  ];
}

/** The counters that traffic moves. */
export function liveSysFiles(model: NodeModel): Entries {
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
      }),
    ];
  });
}

function under(folder: string, files: Readonly<Record<string, string | number>>): Entries {
  return Object.entries(files).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]);
}

function cpuFiles(model: NodeModel): Entries {
  const { cpu } = model.profile;
  const last = cpu.sockets * cpu.coresPerSocket * cpu.threadsPerCore - 1;
  const governor = cpu.vendorId === 'GenuineIntel' ? 'performance' : 'schedutil';
  return [
    ...under('/sys/devices/system/cpu', { online: `0-${last}`, possible: `0-${last}`, present: `0-${last}` }),
    ...under('/sys/devices/system/cpu/smt', {
      active: cpu.threadsPerCore > 1 ? 1 : 0,
      control: cpu.threadsPerCore > 1 ? 'on' : 'off',
    }),
    // The first cores stand for all: the governor is the same on each.
    ...Array.from({ length: Math.min(8, last + 1) }, (_, index) =>
      under(`/sys/devices/system/cpu/cpu${index}/cpufreq`, {
        scaling_governor: governor,
        scaling_cur_freq: (cpu.maxMhz - index * 7) * 1000,
        scaling_max_freq: cpu.maxMhz * 1000,
      }),
    ).flat(),
  ];
}

function numaFiles(model: NodeModel): Entries {
  const count = model.profile.cpu.numaNodes;
  const list = count === 1 ? '0' : `0-${count - 1}`;
  return [
    ...under('/sys/devices/system/node', { online: list, possible: list, has_memory: list }),
    ...Array.from({ length: count }, (_, node) => {
      const memory = numaMemory(model, node);
      const row = (name: string, mib: number): string =>
        `Node ${node} ${`${name}:`.padEnd(15)} ${String(mib * 1024).padStart(9)} kB`;
      return under(`/sys/devices/system/node/node${node}`, {
        cpulist: cpuList(model, node),
        distance: Array.from({ length: count }, (_unused, other) => (other === node ? 10 : 21)).join(' '),
        meminfo: lines(
          row('MemTotal', memory.totalMib),
          row('MemFree', memory.freeMib),
          row('MemUsed', memory.totalMib - memory.freeMib),
        ).trimEnd(),
      });
    }).flat(),
  ];
}

function netFiles(model: NodeModel, nic: NicSpec, index: number, pciFolder: string): Entries {
  const folder = `/sys/class/net/${nic.netdev}`;
  const up = isUp(model, nic);
  return [
    ...under(folder, {
      operstate: up ? 'up' : 'down',
      carrier: up ? 1 : 0,
      carrier_changes: up ? 2 : 3,
      speed: up ? nic.speedMbps : -1,
      duplex: up ? 'full' : 'unknown',
      mtu: nic.mtu,
      address: nic.mac,
      ifindex: index + 2,
      type: nic.kind === 'infiniband' ? 32 : 1,
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
  const guid = nic.mac.split(':').slice(-8).join('').padStart(16, '0');
  return [
    ...under(folder, {
      fw_ver: nic.firmware,
      hca_type: 'MT4129',
      board_id: isInfiniband ? 'MT_0000000838' : 'MT_0000000359',
      node_guid: guid.replace(/(....)(?=.)/g, '$1:'),
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
    }),
    ...under(`${port}/counters`, {
      ...Object.fromEntries(ZERO_COUNTERS.map((name) => [name, 0])),
      link_downed: up ? 0 : 1,
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
    ...under(`${port}/gid_attrs/ndevs`, { 0: nic.netdev }),
    ...under(`${port}/gids`, { 0: `fe80:0000:0000:0000:${guid.replace(/(....)(?=.)/g, '$1:')}` }),
  ];
}

function diskFiles(model: NodeModel): Entries {
  return model.disks.flatMap((disk) => [
    ...under(`/sys/block/${disk.name}`, { size: Math.floor(disk.sizeBytes / 512), removable: 0, ro: 0 }),
    ...under(`/sys/block/${disk.name}/queue`, {
      rotational: disk.isRotational ? 1 : 0,
      scheduler: '[none] mq-deadline',
    }),
    ...under(`/sys/block/${disk.name}/device`, { model: disk.model, state: 'live' }),
  ]);
}
