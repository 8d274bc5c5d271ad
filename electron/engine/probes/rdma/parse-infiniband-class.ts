import type { RdmaFacts } from '#shared/domain/facts/network';
import { integerOf, linesOf } from '../lib/lines';

export type RdmaDevice = RdmaFacts['devices'][number];
export type RdmaPort = RdmaDevice['ports'][number];

export function blankDevice(name: string): RdmaDevice {
  return { name, firmwareVersion: null, boardId: null, nodeGuid: null, pciBusId: null, numaNode: null, ports: [] };
}

export function blankPort(port: number): RdmaPort {
  return {
    port,
    state: null,
    physicalState: null,
    rateGbitPerSec: null,
    rateText: null,
    linkLayer: null,
    lid: null,
    netdev: null,
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
    const inPort = /^(\w[\w.-]{0,40})\/ports\/(\d{1,3})\/([\w/]{1,40}):(.*)$/.exec(path);
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
    const inDevice = /^(\w[\w.-]{0,40})\/(fw_ver|board_id|node_guid|device\/numa_node|device\/uevent):(.*)$/.exec(path);
    if (inDevice) readDeviceFile(deviceOf(inDevice[1] ?? ''), inDevice[2] ?? '', (inDevice[3] ?? '').trim());
  }
  for (const { device, netdev, port } of netdevs) {
    const owner = device.ports.find((one) => one.port === port) ?? device.ports[0];
    if (owner) owner.netdev ??= netdev;
  }
  const isCut = /\/device\/|gid_attrs/.test(text) && !text.trimEnd().endsWith('rdma:end');
  return devices.size > 0 && !isCut ? [...devices.values()] : null;
}

function readDeviceFile(device: RdmaDevice, file: string, value: string): void {
  if (file === 'fw_ver') device.firmwareVersion = value || null;
  if (file === 'board_id') device.boardId = value || null;
  if (file === 'node_guid') device.nodeGuid = value || null;
  if (file === 'device/numa_node') device.numaNode = positive(integerOf(value));
  if (file === 'device/uevent') device.pciBusId = /PCI_SLOT_NAME=([0-9a-fA-F:.]{7,20})/.exec(value)?.[1] ?? null;
}

function readPortFile(port: RdmaPort, file: string, value: string): void {
  // `4: ACTIVE`, `5: LinkUp`: the number is the same in words.
  if (file === 'state') port.state = value.replace(/^\d{1,2}: /, '') || null;
  if (file === 'phys_state') port.physicalState = value.replace(/^\d{1,2}: /, '') || null;
  if (file === 'link_layer') port.linkLayer = value || null;
  if (file === 'lid') port.lid = toLid(value);
  if (file === 'gid_attrs/ndevs/0') port.netdev = value || null;
  if (file === 'rate') Object.assign(port, readRate(value));
}

/** `400 Gb/sec (4X NDR)` */
export function readRate(value: string): Pick<RdmaPort, 'rateGbitPerSec' | 'rateText'> {
  const match = /^(\d{1,5}(?:\.\d{1,2})?) Gb\/sec(?: \(([\w ]{1,30})\))?$/.exec(value);
  return { rateGbitPerSec: match ? Number(match[1]) : null, rateText: match?.[2]?.trim() ?? null };
}

export function toLid(value: string): number | null {
  return /^0x[0-9a-f]{1,8}$/i.test(value) ? Number.parseInt(value, 16) : integerOf(value);
}

function positive(value: number | null): number | null {
  return value !== null && value >= 0 ? value : null;
}
