import { adapterOf, guidOf } from '../model/adapters';
import { changeNic } from '../model/change-settings';
import type { NodeModel } from '../model/node-model';
import type { BondSpec, NicSpec } from '../profiles/profile';
import { failed, lines, optionValue, printed, type Tool } from './tool';

export function isUp(model: NodeModel, nic: NicSpec): boolean {
  return nic.isUnplugged !== true && !model.downLinks.has(nic.netdev);
}

/** `400 Gb/sec (4X NDR)`: lanes and generation of an InfiniBand rate. */
export function infinibandRate(nic: NicSpec): string {
  const gigabits = nic.speedMbps / 1000;
  const generation =
    gigabits >= 400
      ? '4X NDR'
      : gigabits >= 200
        ? '4X HDR'
        : gigabits >= 100
          ? '4X EDR'
          : gigabits >= 50
            ? '1X HDR'
            : '1X EDR';
  return `${gigabits} Gb/sec (${generation})`;
}

/** Bytes moved since boot: steady traffic, so that two readings give a rate. */
export function trafficBytes(model: NodeModel, nic: NicSpec): { readonly rx: number; readonly tx: number } {
  const share = nic.kind === 'infiniband' ? 0.02 : 0.004;
  const bytes = Math.floor(model.uptimeSeconds() * ((nic.speedMbps * 1e6) / 8) * share * (isUp(model, nic) ? 1 : 0.9));
  return { rx: bytes, tx: Math.floor(bytes * 0.96) };
}

interface LinkJson {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly qdisc: string;
  readonly operstate: string;
  readonly linkmode: string;
  readonly group: string;
  readonly txqlen: number;
  readonly link_type: string;
  readonly address: string;
  readonly broadcast: string;
  readonly master?: string;
  readonly linkinfo?: object;
  readonly stats64?: object;
  readonly addr_info?: readonly object[];
}

function linkJson(
  model: NodeModel,
  nic: NicSpec,
  index: number,
  what: { stats: boolean; addresses: boolean; details: boolean },
): LinkJson {
  const up = isUp(model, nic);
  const bond = model.profile.bonds?.find(({ members }) => members.includes(nic.netdev));
  const traffic = trafficBytes(model, nic);
  const counters = (bytes: number): object => ({ bytes, packets: Math.floor(bytes / 1100), errors: 0, dropped: 0 });
  const [local = '', prefix = '24'] = (nic.ipv4 ?? '').split('/');
  return {
    ifindex: index + 2,
    ifname: nic.netdev,
    flags: ['BROADCAST', 'MULTICAST', ...(up ? ['UP', 'LOWER_UP'] : ['NO-CARRIER', 'UP'])],
    ...(bond === undefined ? {} : { master: bond.name }),
    mtu: nic.mtu,
    qdisc: 'mq',
    operstate: up ? 'UP' : 'DOWN',
    linkmode: 'DEFAULT',
    group: 'default',
    txqlen: nic.kind === 'infiniband' ? 256 : 1000,
    link_type: nic.kind === 'infiniband' ? 'infiniband' : 'ether',
    address: nic.mac,
    broadcast:
      nic.kind === 'infiniband' ? '00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff' : 'ff:ff:ff:ff:ff:ff',
    ...(what.addresses
      ? {
          addr_info:
            local === ''
              ? []
              : [{ family: 'inet', local, prefixlen: Number(prefix), scope: 'global', label: nic.netdev }],
        }
      : {}),
    ...(what.details && bond ? { linkinfo: { info_slave_kind: 'bond', info_slave_data: memberData(nic, up) } } : {}),
    ...(what.stats ? { stats64: { rx: counters(traffic.rx), tx: counters(traffic.tx) } } : {}),
  };
}

function memberData(nic: NicSpec, up: boolean): object {
  return {
    state: 'ACTIVE',
    mii_status: up ? 'UP' : 'DOWN',
    link_failure_count: up ? 0 : 1,
    perm_hwaddr: nic.mac,
    queue_id: 0,
    ad_aggregator_id: 1,
  };
}

function bondJson(model: NodeModel, bond: BondSpec, index: number, details: boolean): LinkJson {
  const members = model.nics.filter(({ netdev }) => bond.members.includes(netdev));
  const alive = members.filter((nic) => isUp(model, nic)).length;
  const [local = '', prefix = '24'] = bond.ipv4.split('/');
  return {
    ifindex: 100 + index,
    ifname: bond.name,
    flags: ['BROADCAST', 'MULTICAST', 'MASTER', ...(alive > 0 ? ['UP', 'LOWER_UP'] : ['NO-CARRIER', 'UP'])],
    mtu: bond.mtu,
    qdisc: 'noqueue',
    operstate: alive > 0 ? 'UP' : 'DOWN',
    linkmode: 'DEFAULT',
    group: 'default',
    txqlen: 1000,
    link_type: 'ether',
    address: members[0]?.mac ?? '00:00:00:00:00:00',
    broadcast: 'ff:ff:ff:ff:ff:ff',
    ...(details
      ? {
          linkinfo: {
            info_kind: 'bond',
            info_data: {
              mode: '802.3ad',
              miimon: 100,
              xmit_hash_policy: 'layer3+4',
              ad_lacp_rate: 'fast',
              ad_info: {
                aggregator: 1,
                num_ports: alive,
                actor_key: 21,
                partner_key: 33,
                partner_mac: alive > 0 ? bond.partnerMac : '00:00:00:00:00:00',
              },
            },
          },
        }
      : {}),
    addr_info: [{ family: 'inet', local, prefixlen: Number(prefix), scope: 'global', label: bond.name }],
  };
}

const LOOPBACK: LinkJson = {
  ifindex: 1,
  ifname: 'lo',
  flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
  mtu: 65_536,
  qdisc: 'noqueue',
  operstate: 'UNKNOWN',
  linkmode: 'DEFAULT',
  group: 'default',
  txqlen: 1000,
  link_type: 'loopback',
  address: '00:00:00:00:00:00',
  broadcast: '00:00:00:00:00:00',
};

/** `ip` with any mix of -j -s -d -o: `link`, `addr`, `route`. */
export const ip: Tool = (model, args, { uid }) => {
  const flags = args.filter((arg) => arg.startsWith('-'));
  const [object = '', ...words] = args.filter((arg) => !arg.startsWith('-'));
  const isJson = flags.some((flag) => /^-j|^-json/.test(flag));
  const stats = flags.some((flag) => /^-s/.test(flag));
  const details = flags.some((flag) => /^-d/.test(flag));
  if (/^r/.test(object)) {
    const [first] = model.nics;
    const gateway = '10.20.4.1';
    return printed(
      isJson
        ? `${JSON.stringify([{ dst: 'default', gateway, dev: first?.netdev, protocol: 'static', flags: [] }])}\n`
        : `default via ${gateway} dev ${first?.netdev} proto static\n`,
    );
  }
  if (/^l/.test(object) && words[0] === 'set') return setLink(model, words, uid === 0);
  if (!/^(l|a)/.test(object)) return failed(255, `Object "${object}" is unknown, try "ip help".\n`);
  const addresses = object.startsWith('a');
  const device =
    optionValue(words, 'dev') ??
    words.find(
      (word) =>
        model.nics.some((nic) => nic.netdev === word) || model.profile.bonds?.some((bond) => bond.name === word),
    );
  const loopback = addresses
    ? { ...LOOPBACK, addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host', label: 'lo' }] }
    : LOOPBACK;
  const all = [
    loopback,
    ...model.nics.map((nic, index) => linkJson(model, nic, index, { stats, addresses, details })),
    ...(model.profile.bonds ?? []).map((bond, index) => bondJson(model, bond, index, details)),
  ];
  const chosen = device === undefined ? all : all.filter((link) => link.ifname === device);
  if (chosen.length === 0) return failed(1, `Device "${device}" does not exist.\n`);
  if (isJson) return printed(`${JSON.stringify(chosen)}\n`);
  return printed(
    lines(
      ...chosen.flatMap((link) => [
        `${link.ifindex}: ${link.ifname}: <${link.flags.join(',')}> mtu ${link.mtu} qdisc ${link.qdisc} state ${link.operstate} mode DEFAULT group default qlen ${link.txqlen}`,
        `    link/${link.link_type} ${link.address} brd ${link.broadcast}`,
      ]),
    ),
  );
};

function rdmaNics(model: NodeModel): NicSpec[] {
  return model.nics.filter((nic) => nic.rdmaDevice !== null);
}

export const ibstat: Tool = (model) => {
  const blocks = rdmaNics(model).map((nic) => {
    const up = isUp(model, nic);
    const isInfiniband = nic.kind === 'infiniband';
    return lines(
      `CA '${nic.rdmaDevice}'`,
      `\tCA type: ${adapterOf(nic).hcaType}`,
      '\tNumber of ports: 1',
      `\tFirmware version: ${nic.firmware}`,
      '\tHardware version: 0',
      `\tNode GUID: 0x${guidOf(nic).replaceAll(':', '')}`,
      `\tSystem image GUID: 0x${guidOf(nic).replaceAll(':', '')}`,
      '\tPort 1:',
      `\t\tState: ${up ? 'Active' : 'Down'}`,
      `\t\tPhysical state: ${up ? 'LinkUp' : 'Polling'}`,
      `\t\tRate: ${up ? nic.speedMbps / 1000 : 10}`,
      `\t\tBase lid: ${isInfiniband && up ? nic.lid : isInfiniband ? 65_535 : 0}`,
      '\t\tLMC: 0',
      `\t\tSM lid: ${isInfiniband && up ? 1 : 0}`,
      `\t\tCapability mask: ${isInfiniband ? '0xa751e848' : '0x00010000'}`,
      `\t\tPort GUID: 0x${guidOf(nic).replaceAll(':', '')}`,
      `\t\tLink layer: ${isInfiniband ? 'InfiniBand' : 'Ethernet'}`,
    );
  });
  return printed(blocks.join(''));
};

export const ibdev2netdev: Tool = (model) =>
  printed(
    lines(
      ...rdmaNics(model).map(
        (nic) => `${nic.rdmaDevice} port 1 ==> ${nic.netdev} (${isUp(model, nic) ? 'Up' : 'Down'})`,
      ),
    ),
  );

export const rdma: Tool = (model, args) => {
  if (args.includes('system')) return printed('netns shared copy-on-fork on\n');
  const entries = rdmaNics(model).map((nic, index) => ({
    ifindex: index,
    ifname: nic.rdmaDevice,
    port: 1,
    ...(nic.kind === 'infiniband'
      ? {
          subnet_prefix: 'fe80:0000:0000:0000',
          lid: isUp(model, nic) ? nic.lid : 65_535,
          sm_lid: isUp(model, nic) ? 1 : 0,
          lmc: 0,
        }
      : {}),
    state: isUp(model, nic) ? 'ACTIVE' : 'DOWN',
    physical_state: isUp(model, nic) ? 'LINK_UP' : 'POLLING',
    netdev: nic.netdev,
    netdev_index: model.nics.indexOf(nic) + 2,
  }));
  if (args.some((arg) => arg.startsWith('-j'))) return printed(`${JSON.stringify(entries)}\n`);
  return printed(
    lines(
      ...entries.map(
        (each) =>
          `link ${each.ifname}/1 state ${each.state} physical_state ${each.physical_state} netdev ${each.netdev} `,
      ),
    ),
  );
};

/** `ip link set dev NAME mtu N | up | down`; the rest of `set` is not there. */
function setLink(model: NodeModel, words: readonly string[], isRoot: boolean): ReturnType<Tool> {
  const name = optionValue(words, 'dev') ?? words[1] ?? '';

  const nic = model.nics.find(({ netdev }) => netdev === name);
  if (!nic) return failed(1, `Cannot find device "${name}"\n`);
  if (!isRoot) return failed(2, 'RTNETLINK answers: Operation not permitted\n');
  if (words.at(-1) === 'up' || words.at(-1) === 'down') {
    model.downLinks[words.at(-1) === 'up' ? 'delete' : 'add'](name);
    model.revision += 1;
    return printed('');
  }
  const mtu = Number(optionValue(words, 'mtu'));
  if (!Number.isInteger(mtu) || mtu < 68 || mtu > 9978) return failed(2, 'Error: mtu greater than device maximum.\n');
  changeNic(model, name, { mtu });
  return printed('');
}
