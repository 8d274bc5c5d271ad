import type { RdmaDevice, RdmaPort } from '#shared/domain/facts/network';
import { chosenCounters, chosenHardwareCounters } from '#shared/domain/rdma-counters';
import { integerOf, linesOf } from '../lib/lines';

export function blankDevice(name: string): RdmaDevice {
  return {
    name,
    hcaType: null,
    firmwareVersion: null,
    boardId: null,
    nodeGuid: null,
    systemImageGuid: null,
    pciBusId: null,
    numaNode: null,
    isVirtualFunction: false,
    ports: [],
  };
}

export function blankPort(port: number): RdmaPort {
  return {
    port,
    state: null,
    physicalState: null,
    rateGbitPerSec: null,
    rateText: null,
    width: null,
    generation: null,
    linkLayer: null,
    lid: null,
    subnetManagerLid: null,
    portGuid: null,
    capabilityMask: null,
    activeMtu: null,
    maxMtu: null,
    netdev: null,
    gids: [],
    counters: {},
    hardwareCounters: {},
  };
}

/**
 * Reads one-value files below /sys/class/infiniband as `grep -r ""` prints them, with the folder's path or without:
 *   mlx5_0/ports/1/rate:400 Gb/sec (4X NDR)
 *   /sys/class/infiniband/mlx4_0/ports/2/state:4: ACTIVE
 * Null: no such line, or our own command's output without its end.
 */
export function parseInfinibandClass(text: string): RdmaDevice[] | null {
  const devices = new Map<string, RdmaDevice>();
  const deviceOf = (name: string) => {
    const known = devices.get(name) ?? blankDevice(name);
    devices.set(name, known);
    return known;
  };
  const portOf = (device: RdmaDevice, number: number) => {
    const known = device.ports.find((one) => one.port === number);
    if (known) return known;
    const port = blankPort(number);
    device.ports.push(port);
    return port;
  };
  const netdevs: Array<{ device: RdmaDevice; netdev: string; port: number }> = [];
  for (const line of linesOf(text)) {
    const path = line.startsWith('/sys/class/infiniband/') ? line.slice('/sys/class/infiniband/'.length) : line;
    const inPort = /^(\w[\w.-]{0,40})\/ports\/(\d{1,3})\/([\w/]{1,60}):(.*)$/.exec(path);
    if (inPort) {
      const [, name = '', number, file = '', value = ''] = inPort;
      readPortFile(portOf(deviceOf(name), Number(number)), file, value.trim());
      continue;
    }
    const netdev = /^(\w[\w.-]{0,40})\/device\/net\/([^/\s]{1,64})\/dev_port:(\d{0,3})$/.exec(path);
    if (netdev) {
      netdevs.push({ device: deviceOf(netdev[1] ?? ''), netdev: netdev[2] ?? '', port: Number(netdev[3] || 0) + 1 });
      continue;
    }
    const inDevice = /^(\w[\w.-]{0,40})\/([a-z_]{1,20}|device\/(?:numa_node|uevent|physfn)):(.*)$/.exec(path);
    if (inDevice) readDeviceFile(deviceOf(inDevice[1] ?? ''), inDevice[2] ?? '', (inDevice[3] ?? '').trim());
  }
  for (const { device, netdev, port } of netdevs) {
    const owner = device.ports.find((one) => one.port === port) ?? device.ports[0];
    if (owner) owner.netdev ??= netdev;
  }
  for (const port of [...devices.values()].flatMap((device) => device.ports)) settleGids(port);
  const isCut = /\/device\/|gid_attrs/.test(text) && !text.trimEnd().endsWith('rdma:end');
  return devices.size > 0 && !isCut ? [...devices.values()] : null;
}

function readDeviceFile(device: RdmaDevice, file: string, value: string): void {
  if (file === 'hca_type') device.hcaType = value || null;
  if (file === 'fw_ver') device.firmwareVersion = value || null;
  if (file === 'board_id') device.boardId = value || null;
  if (file === 'node_guid') device.nodeGuid = guidOf(value);
  if (file === 'sys_image_guid') device.systemImageGuid = guidOf(value);
  if (file === 'device/numa_node') device.numaNode = positive(integerOf(value));
  if (file === 'device/physfn') device.isVirtualFunction = true;
  if (file === 'device/uevent') device.pciBusId = /PCI_SLOT_NAME=([0-9a-fA-F:.]{7,20})/.exec(value)?.[1] ?? null;
}

function readPortFile(port: RdmaPort, file: string, value: string): void {
  // `4: ACTIVE`, `5: LinkUp`: the number is the same in words.
  if (file === 'state') port.state = value.replace(/^\d{1,2}: /, '') || null;
  if (file === 'phys_state') port.physicalState = value.replace(/^\d{1,2}: /, '') || null;
  if (file === 'link_layer') port.linkLayer = value || null;
  if (file === 'lid') port.lid = toLid(value);
  if (file === 'sm_lid') port.subnetManagerLid = toLid(value);
  if (file === 'cap_mask') port.capabilityMask = /^0x[0-9a-f]{1,8}$/i.exec(value)?.[0] ?? null;
  if (file === 'gid_attrs/ndevs/0') port.netdev = value || null;
  if (file === 'rate') Object.assign(port, readRate(value));
  const gid = /^(gids|gid_attrs\/types|gid_attrs\/ndevs)\/(\d{1,3})$/.exec(file);
  if (gid) readGidFile(port, gid[1] ?? '', Number(gid[2]), value);
  const counter = /^(counters|hw_counters)\/(\w{1,60})$/.exec(file);
  const count = counter ? integerOf(value) : null;
  if (!counter || count === null || count < 0) return;
  const [, folder, name = ''] = counter;
  if (folder === 'counters' && chosenCounters.has(name)) port.counters[name] = count;
  if (folder === 'hw_counters' && chosenHardwareCounters.has(name)) port.hardwareCounters[name] = count;
}

function readGidFile(port: RdmaPort, folder: string, index: number, value: string): void {
  let entry = port.gids.find((one) => one.index === index);
  if (!entry) {
    entry = { index, gid: '', type: null, netdev: null };
    port.gids.push(entry);
  }
  if (folder === 'gids' && /^(?:[0-9a-f]{4}:){7}[0-9a-f]{4}$/.test(value)) entry.gid = value;
  if (folder === 'gid_attrs/types') entry.type = value || null;
  if (folder === 'gid_attrs/ndevs') entry.netdev = value || null;
}

/** Leaves the empty ones away. The first of an InfiniBand port ends with the port's GUID. */
export function settleGids(port: RdmaPort): void {
  port.gids = port.gids.filter(({ gid }) => /[1-9a-f]/.test(gid)).sort((one, other) => one.index - other.index);
  const [first] = port.gids;
  if (port.linkLayer === 'InfiniBand' && first?.index === 0) port.portGuid ??= guidOf(first.gid.slice(20));
}

/** `400 Gb/sec (4X NDR)`; QDR is printed without its lanes' name on old kernels: `40 Gb/sec (4X)`. */
export function readRate(value: string): Pick<RdmaPort, 'rateGbitPerSec' | 'rateText' | 'width' | 'generation'> {
  const match = /^(\d{1,5}(?:\.\d{1,2})?) Gb\/sec(?: \(([\w ]{1,30})\))?$/.exec(value);
  const rateText = match?.[2]?.trim() ?? null;
  const lanes = /^(\d{1,2})X(?: ([A-Z]DR\d{0,2}|FDR10))?$/.exec(rateText ?? '');
  return {
    rateGbitPerSec: match ? Number(match[1]) : null,
    rateText,
    width: lanes ? Number(lanes[1]) : null,
    generation: lanes?.[2] ?? null,
  };
}

/** As sysfs writes it, whichever tool told: `0xa088c20300e3142a` is `a088:c203:00e3:142a`. Null for one of zeros. */
export function guidOf(value: string): string | null {
  const digits = value.toLowerCase().replace(/^0x/, '').replaceAll(':', '');
  if (!/^[0-9a-f]{16}$/.test(digits) || /^0+$/.test(digits)) return null;
  return digits.replace(/(....)(?=.)/g, '$1:');
}

export function toLid(value: string): number | null {
  return /^0x[0-9a-f]{1,8}$/i.test(value) ? Number.parseInt(value, 16) : integerOf(value);
}

function positive(value: number | null): number | null {
  return value !== null && value >= 0 ? value : null;
}
