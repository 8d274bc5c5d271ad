import type { RdmaDevice, RdmaPort } from '#shared/domain/facts/network';
import { integerOf, linesOf } from '../lib/lines';
import { blankDevice, blankPort, guidOf, readRate, settleGids, toLid } from './parse-infiniband-class';

/** Port states as sysfs words them, whichever tool told: `Active`, `PORT_ACTIVE`, `ACTIVE`. */
function stateWord(value: string): string {
  const word = value.replace(/^\d{1,2}: /, '').toUpperCase();
  return word === 'INITIALIZING' ? 'INIT' : word;
}

/** `ibstat`: `CA 'mlx5_0'`, then `Port 1:` and indented `Name: value` lines. Null: not that, or cut short. */
export function parseIbstat(text: string): RdmaDevice[] | null {
  const devices: RdmaDevice[] = [];
  let port: RdmaPort | null = null;
  let wanted = 0;
  for (const line of linesOf(text)) {
    const name = /^CA '(\w[\w.-]{0,40})'\s*$/.exec(line)?.[1];
    if (name) {
      devices.push(blankDevice(name));
      port = null;
      continue;
    }
    const device = devices.at(-1);
    const number = /^\s+Port (\d{1,3}):\s*$/.exec(line)?.[1];
    if (device && number) {
      port = blankPort(Number(number));
      device.ports.push(port);
      continue;
    }
    const field = /^\s+([A-Z][\w ]{1,30}): ?(.{0,200})$/.exec(line);
    if (!device || !field) continue;
    const [, key, value = ''] = field;
    if (key === 'Number of ports') wanted += integerOf(value) ?? 0;
    if (key === 'Firmware version') device.firmwareVersion = value.trim() || null;
    if (key === 'CA type') device.hcaType = value.trim() || null;
    if (key === 'Node GUID') device.nodeGuid = guidOf(value.trim());
    if (key === 'System image GUID') device.systemImageGuid = guidOf(value.trim());
    if (port && key === 'Port GUID') port.portGuid = guidOf(value.trim());
    if (port && key === 'SM lid') port.subnetManagerLid = toLid(value.trim());
    if (port && key === 'Capability mask') port.capabilityMask = /^0x[0-9a-f]{1,8}$/i.exec(value.trim())?.[0] ?? null;
    if (port && key === 'State') port.state = stateWord(value.trim());
    if (port && key === 'Physical state') port.physicalState = value.trim() || null;
    if (port && key === 'Rate') port.rateGbitPerSec = integerOf(value);
    if (port && key === 'Base lid') port.lid = toLid(value.trim());
    if (port && key === 'Link layer') port.linkLayer = value.trim() || null;
  }
  const ports = devices.flatMap((device) => device.ports);
  // The link layer is the last line of a port.
  const isWhole = ports.length >= wanted && ports.every((one) => one.state !== null && one.linkLayer !== null);
  return devices.length > 0 && isWhole ? devices : null;
}

/** `ibstatus`: `Infiniband device 'mlx5_0' port 1 status:` and the values of sysfs. */
export function parseIbstatus(text: string): RdmaDevice[] | null {
  const devices = new Map<string, RdmaDevice>();
  let port: RdmaPort | null = null;
  for (const line of linesOf(text)) {
    const head = /^Infiniband device '(\w[\w.-]{0,40})' port (\d{1,3}) status:\s*$/.exec(line);
    if (head) {
      const device = devices.get(head[1] ?? '') ?? blankDevice(head[1] ?? '');
      devices.set(device.name, device);
      port = blankPort(Number(head[2]));
      device.ports.push(port);
      continue;
    }
    const field = /^\s+(default gid|state|phys state|rate|link_layer|base lid|sm lid):\s+(.{1,200})$/.exec(line);
    if (!field || !port) continue;
    const [, key, value = ''] = field;
    if (key === 'default gid' && /^(?:[0-9a-f]{4}:){7}[0-9a-f]{4}$/.test(value.trim())) {
      port.gids.push({ index: 0, gid: value.trim(), type: null, netdev: null });
    }
    if (key === 'state') port.state = stateWord(value.trim());
    if (key === 'phys state') port.physicalState = value.trim().replace(/^\d{1,2}: /, '');
    if (key === 'rate') Object.assign(port, readRate(value.trim()));
    if (key === 'link_layer') port.linkLayer = value.trim();
    if (key === 'base lid') port.lid = toLid(value.trim());
    if (key === 'sm lid') port.subnetManagerLid = toLid(value.trim());
  }
  const found = [...devices.values()];
  for (const one of found.flatMap((device) => device.ports)) settleGids(one);
  const isWhole = found.flatMap((device) => device.ports).every((one) => one.linkLayer !== null);
  return found.length > 0 && isWhole ? found : null;
}

/** `ibv_devinfo`: `hca_id: mlx5_0`, then `name: value` lines, deeper below `port: 1`. Says no rate. */
export function parseIbvDevinfo(text: string): RdmaDevice[] | null {
  const devices: RdmaDevice[] = [];
  let wanted = 0;
  for (const line of linesOf(text)) {
    const name = /^hca_id:\s*(\w[\w.-]{0,40})\s*$/.exec(line)?.[1];
    if (name) devices.push(blankDevice(name));
    const device = devices.at(-1);
    const field = /^\s+([a-z_]{2,30}):\s+(\S.{0,100})$/.exec(line);
    if (!device || !field) continue;
    const [, key, raw = ''] = field;
    const value = raw.trim();
    const port = device.ports.at(-1);
    if (key === 'fw_ver') device.firmwareVersion = value;
    if (key === 'node_guid') device.nodeGuid = guidOf(value);
    if (key === 'sys_image_guid') device.systemImageGuid = guidOf(value);
    if (key === 'vendor_part_id') device.hcaType = /^\d{4,5}$/.test(value) ? `MT${value}` : null;
    if (key === 'board_id') device.boardId = value;
    if (key === 'phys_port_cnt') wanted += integerOf(value) ?? 0;
    if (key === 'port') device.ports.push(blankPort(integerOf(value) ?? device.ports.length + 1));
    if (port && key === 'state') port.state = stateWord(value.replace(/^PORT_/, '').replace(/ \(\d\)$/, ''));
    if (port && key === 'port_lid') port.lid = toLid(value);
    if (port && key === 'sm_lid') port.subnetManagerLid = toLid(value);
    if (port && key === 'active_mtu') port.activeMtu = mtuOf(value);
    if (port && key === 'max_mtu') port.maxMtu = mtuOf(value);
    if (port && key === 'link_layer') port.linkLayer = value;
  }
  const ports = devices.flatMap((device) => device.ports);
  const isWhole = ports.length >= wanted && ports.every((one) => one.state !== null && one.linkLayer !== null);
  return devices.length > 0 && isWhole ? devices : null;
}

/** `4096 (5)` */
function mtuOf(value: string): number | null {
  return integerOf(/^(\d{3,5}) \(\d\)$/.exec(value)?.[1]);
}

/** `LINK_UP` of `rdma` is `LinkUp` of sysfs; all of iproute2's `phys_state_to_str`. */
const physicalStates: Readonly<Record<string, string>> = {
  SLEEP: 'Sleep',
  POLLING: 'Polling',
  DISABLED: 'Disabled',
  PORT_CONFIGURATION_TRAINING: 'PortConfigurationTraining',
  LINK_UP: 'LinkUp',
  LINK_ERROR_RECOVER: 'LinkErrorRecovery',
  PHY_TEST: 'Phy Test',
};

/** `rdma link`: `link mlx5_0/1 state ACTIVE physical_state LINK_UP netdev ens6f0np0`. */
export function parseRdmaLink(text: string): RdmaDevice[] | null {
  const devices = new Map<string, RdmaDevice>();
  for (const line of linesOf(text)) {
    if (line.trim() === '') continue;
    const match =
      /^link (\w[\w.-]{0,40})\/(\d{1,3})\b.{0,200}? state (\w{1,20}) physical_state (\w{1,40})(?:.{0,200}? netdev (\S{1,64}))?/.exec(
        line,
      );
    if (!match) return null;
    const [, name = '', number, state = '', physicalState, netdev] = match;
    const device = devices.get(name) ?? blankDevice(name);
    devices.set(name, device);
    device.ports.push({
      ...blankPort(Number(number)),
      state: stateWord(state),
      physicalState: physicalStates[physicalState ?? ''] ?? physicalState ?? null,
      netdev: netdev ?? null,
    });
  }
  return devices.size > 0 ? [...devices.values()] : null;
}
