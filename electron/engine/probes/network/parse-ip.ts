import type { Bond, NetworkInterface } from '#shared/domain/facts/network';
import { integerOf, isObject, readJson, textOf } from '../lib/lines';
import { blankBond, blankMember } from './parse-bonding';

export function blankInterface(name: string): NetworkInterface {
  return {
    name,
    kind: null,
    macAddress: null,
    permanentMacAddress: null,
    mtu: null,
    operationalState: null,
    isEnabled: null,
    hasCarrier: null,
    speedMbitPerSec: null,
    duplex: null,
    driver: null,
    pciBusId: null,
    numaNode: null,
    addresses: [],
    master: null,
    parent: null,
    vlanId: null,
    isVirtualFunction: false,
    virtualFunctions: null,
    linkUps: null,
    linkDowns: null,
    rxErrors: null,
    txErrors: null,
    rxDropped: null,
    txDropped: null,
  };
}

export interface IpLinks {
  readonly interfaces: NetworkInterface[];
  readonly bonds: Bond[];
}

/**
 * `ip -j -d link` or `ip -j -d address`: an array of links; older iproute2 leaves empty objects in it. A bond's own settings
 * are in `linkinfo.info_data`, what a bond thinks of a member in the member's `linkinfo.info_slave_data`.
 */
export function parseIp(text: string): IpLinks | null {
  const document = readJson(text.trimStart().startsWith('[') ? text : '');
  if (!Array.isArray(document)) return null;
  const interfaces: NetworkInterface[] = [];
  const bonds = new Map<string, Bond>();
  const bondOf = (name: string) => {
    const bond = bonds.get(name) ?? blankBond(name);
    bonds.set(name, bond);
    return bond;
  };
  for (const entry of document) {
    if (!isObject(entry)) return null;
    const name = textOf(entry.ifname);
    if (name === null) continue;
    const info = isObject(entry.linkinfo) ? entry.linkinfo : {};
    const data = isObject(info.info_data) ? info.info_data : {};
    const kind = textOf(info.info_kind) ?? textOf(entry.link_type);
    const master = textOf(entry.master);
    interfaces.push(readLink(name, kind, entry, data));
    if (kind === 'bond') Object.assign(bondOf(name), readBond(data));
    if (master !== null && info.info_slave_kind === 'bond') {
      bondOf(master).members.push(readMember(name, isObject(info.info_slave_data) ? info.info_slave_data : {}));
    }
  }
  return interfaces.length > 0 ? { interfaces, bonds: [...bonds.values()] } : null;
}

type Json = Record<string, unknown>;

function readLink(name: string, kind: string | null, entry: Json, data: Json): NetworkInterface {
  const flags = Array.isArray(entry.flags) ? entry.flags : null;
  const addresses = Array.isArray(entry.addr_info) ? entry.addr_info.filter(isObject) : [];
  return {
    ...blankInterface(name),
    kind,
    macAddress: textOf(entry.address),
    permanentMacAddress: textOf(entry.permaddr),
    mtu: integerOf(entry.mtu),
    operationalState: textOf(entry.operstate),
    isEnabled: flags ? flags.includes('UP') : null,
    // Without being switched on a link has none to tell of.
    hasCarrier: flags?.includes('UP') ? flags.includes('LOWER_UP') && !flags.includes('NO-CARRIER') : null,
    addresses: addresses.flatMap(({ local, prefixlen }) => {
      const address = textOf(local);
      return address === null ? [] : [`${address}/${integerOf(prefixlen) ?? '?'}`];
    }),
    master: textOf(entry.master),
    parent: textOf(entry.link),
    vlanId: kind === 'vlan' ? integerOf(data.id) : null,
  };
}

function readBond(data: Json): Partial<Bond> {
  const aggregator = isObject(data.ad_info) ? data.ad_info : {};
  return {
    mode: textOf(data.mode),
    transmitHashPolicy: textOf(data.xmit_hash_policy),
    activeMember: textOf(data.active_slave),
    primaryMember: textOf(data.primary),
    lacpRate: textOf(data.ad_lacp_rate),
    aggregatorId: integerOf(aggregator.aggregator),
    aggregatorPorts: integerOf(aggregator.num_ports),
    partnerMacAddress: textOf(aggregator.partner_mac),
  };
}

function readMember(name: string, data: Json): Bond['members'][number] {
  return {
    ...blankMember(name),
    state: textOf(data.mii_status)?.toLowerCase() ?? null,
    linkFailures: integerOf(data.link_failure_count),
    permanentMacAddress: textOf(data.perm_hwaddr),
    aggregatorId: integerOf(data.ad_aggregator_id),
  };
}
