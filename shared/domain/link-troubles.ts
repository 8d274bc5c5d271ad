import type { inventory as words } from '../i18n/en/inventory';
import type { NodeFacts } from './facts/index';
import type { Bond, NetworkInterface, RdmaPort } from './facts/network';
import type { Message } from './text';

export interface LinkTrouble {
  readonly kind: 'port-lost' | 'port-not-active' | 'link-lost' | 'bond-member-down' | 'bond-no-partner';
  /** Port, interface or bond. */
  readonly name: string;
  /** The member of a bond, the state of a port. */
  readonly detail: string | null;
}

const wordOf = {
  'port-lost': 'attentionPortLost',
  'port-not-active': 'attentionPortNotActive',
  'link-lost': 'attentionLinkLost',
  'bond-member-down': 'attentionBondMemberDown',
  'bond-no-partner': 'attentionBondNoPartner',
} as const satisfies Record<LinkTrouble['kind'], keyof typeof words>;

/** As the fleet and the node say it. */
export function linkTroubleMessage({ kind, name, detail }: LinkTrouble): Message {
  return { key: `inventory.${wordOf[kind]}`, params: { name, ...(detail === null ? {} : { detail }) } };
}

/**
 * Links that are down and should not be. A port that nobody has plugged anything into must not nag, so one counts only when
 * there is a sign that it was in use:
 * - RDMA: the link is up and the port not active (no subnet manager has set it up); or the port is down and its driver has
 *   counted a link that went down, or it is at recovering one. Polling alone is what an empty port does; Disabled is a choice.
 * - Ethernet: switched on without a carrier, and either the carrier was there since the driver was loaded or the interface has
 *   an address of its own. Members of bonds are told by their bond.
 * - Bonds: a member that the bond calls down; an LACP bond that no switch answers.
 * A RoCE port is told by its interface.
 */
export function linkTroubles({ rdma, network }: Pick<NodeFacts, 'rdma' | 'network'>): LinkTrouble[] {
  const interfaces = network?.interfaces ?? [];
  const bonds = network?.bonds ?? [];
  const members = new Set(bonds.flatMap((bond) => bond.members.map(({ name }) => name)));
  const toldByInterface = new Set(interfaces.filter(({ kind }) => kind !== 'infiniband').map(({ name }) => name));
  const ports = (rdma?.devices ?? []).flatMap((device) =>
    device.ports
      .filter(({ linkLayer, netdev }) => linkLayer !== 'Ethernet' || netdev === null || !toldByInterface.has(netdev))
      .flatMap((port) => portTrouble(`${device.name}/${port.port}`, port)),
  );
  // IP over InfiniBand is down with its port, which says why.
  const isToldByPort = (one: NetworkInterface) => one.kind === 'infiniband' && rdma !== undefined;
  const links = interfaces
    .filter((one) => one.pciBusId !== null && !members.has(one.name) && !isToldByPort(one) && isLost(one))
    .map(({ name }) => ({ kind: 'link-lost' as const, name, detail: null }));
  return [...ports, ...links, ...bonds.flatMap(bondTroubles)];
}

function portTrouble(name: string, port: RdmaPort): LinkTrouble[] {
  const { state, physicalState } = port;
  if (state === null || state === 'ACTIVE') return [];
  if (physicalState === 'LinkUp') return [{ kind: 'port-not-active', name, detail: state }];
  const wasUp = (port.counters.link_downed ?? 0) > 0;
  const isRecovering = physicalState === 'LinkErrorRecovery' || physicalState === 'PortConfigurationTraining';
  return isRecovering || (wasUp && physicalState !== 'Disabled')
    ? [{ kind: 'port-lost', name, detail: physicalState }]
    : [];
}

function isLost(one: NetworkInterface): boolean {
  if (one.isEnabled !== true || one.hasCarrier !== false) return false;
  const hasAddress = one.addresses.some((address) => !/^(?:fe80|169\.254)/i.test(address));
  return (one.linkUps ?? 0) > 0 || hasAddress;
}

/**
 * How often an established link was lost since the driver was loaded: each time it came up, but for the time it is up now. The
 * kernel's own count of downs has the one before the first link in it with some drivers.
 */
export function linkLosses({ linkUps, hasCarrier }: Pick<NetworkInterface, 'linkUps' | 'hasCarrier'>): number | null {
  if (linkUps === null || hasCarrier === null) return null;
  return Math.max(0, linkUps - (hasCarrier ? 1 : 0));
}

function bondTroubles(bond: Bond): LinkTrouble[] {
  const down = bond.members
    .filter(({ state }) => state !== null && state !== 'up')
    .map((member) => ({ kind: 'bond-member-down' as const, name: bond.name, detail: member.name }));
  const isAlone = bond.mode === '802.3ad' && bond.partnerMacAddress === '00:00:00:00:00:00';
  return [...down, ...(isAlone ? [{ kind: 'bond-no-partner' as const, name: bond.name, detail: null }] : [])];
}
