import type { Bond } from '#shared/domain/facts/network';
import { integerOf, linesOf } from '../lib/lines';

type Member = Bond['members'][number];

/** What /proc/net/bonding says of a mode, and how the kernel names the same in `ip` and in its options. */
const modeNames: ReadonlyArray<readonly [RegExp, string]> = [
  [/round-robin/, 'balance-rr'],
  [/active-backup/, 'active-backup'],
  [/\(xor\)/, 'balance-xor'],
  [/broadcast/, 'broadcast'],
  [/802\.3ad/, '802.3ad'],
  [/transmit load balancing/, 'balance-tlb'],
  [/adaptive load balancing/, 'balance-alb'],
];

export function blankBond(name: string): Bond {
  return {
    name,
    mode: null,
    state: null,
    transmitHashPolicy: null,
    activeMember: null,
    primaryMember: null,
    lacpRate: null,
    aggregatorId: null,
    aggregatorPorts: null,
    partnerMacAddress: null,
    members: [],
  };
}

export function blankMember(name: string): Member {
  return {
    name,
    state: null,
    speedMbitPerSec: null,
    duplex: null,
    linkFailures: null,
    permanentMacAddress: null,
    aggregatorId: null,
    actorChurn: null,
    partnerChurn: null,
  };
}

/**
 * One file of /proc/net/bonding: the bond, then a block a member. The active aggregator with its partner is shown to root
 * alone. Null: not such a file.
 *   Bonding Mode: IEEE 802.3ad Dynamic link aggregation
 *   Slave Interface: eth0
 *   Link Failure Count: 2
 */
export function parseBonding(name: string, text: string): Bond | null {
  const bond = blankBond(name);
  let member: Member | null = null;
  // The addresses and keys of LACP messages have names of their own section.
  let isInMessage = false;
  for (const line of linesOf(text)) {
    const field = /^\s*([A-Z][\w .()-]{1,40}|details \w{1,10} lacp pdu): ?(.{0,200})$/i.exec(line);
    if (!field) continue;
    const [, key = '', raw = ''] = field;
    const value = raw.trim();
    if (key === 'Slave Interface') {
      member = blankMember(value);
      bond.members.push(member);
      isInMessage = false;
    } else if (key.startsWith('details ')) isInMessage = true;
    else if (!isInMessage && member) readMember(member, key, value);
    else if (!member) readBond(bond, key, value);
  }
  return bond.mode === null ? null : bond;
}

function readBond(bond: Bond, key: string, value: string): void {
  if (key === 'Bonding Mode') bond.mode = modeNames.find(([pattern]) => pattern.test(value))?.[1] ?? (value || null);
  if (key === 'Transmit Hash Policy') bond.transmitHashPolicy = value.replace(/ \(\d+\)$/, '') || null;
  if (key === 'Currently Active Slave') bond.activeMember = nameOf(value);
  if (key === 'Primary Slave') bond.primaryMember = nameOf(value.replace(/ \(.*$/, ''));
  if (key === 'MII Status') bond.state = value || null;
  if (key === 'LACP rate') bond.lacpRate = value || null;
  if (key === 'Aggregator ID') bond.aggregatorId = integerOf(value);
  if (key === 'Number of ports') bond.aggregatorPorts = integerOf(value);
  if (key === 'Partner Mac Address') bond.partnerMacAddress = value || null;
}

function readMember(member: Member, key: string, value: string): void {
  if (key === 'MII Status') member.state = value || null;
  // `Unknown` where the link is down.
  if (key === 'Speed') member.speedMbitPerSec = integerOf(/^(\d{1,9}) Mbps$/.exec(value)?.[1]);
  if (key === 'Duplex') member.duplex = /^(full|half)$/i.test(value) ? value.toLowerCase() : null;
  if (key === 'Link Failure Count') member.linkFailures = integerOf(value);
  if (key === 'Permanent HW addr') member.permanentMacAddress = value || null;
  if (key === 'Aggregator ID') member.aggregatorId = integerOf(value);
  if (key === 'Actor Churn State') member.actorChurn = value || null;
  if (key === 'Partner Churn State') member.partnerChurn = value || null;
}

function nameOf(value: string): string | null {
  return value === '' || value === 'None' ? null : value;
}
