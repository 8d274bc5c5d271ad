import type { HostSpec } from '#shared/domain/host';
import type { Incident } from '#shared/domain/incident';
import type { ManualWork } from '#shared/domain/manual/manual-work';
import { type Discovery, isPersonalUser } from './redaction-patterns';

/** Names that identify nothing, however a host or a machine got them. */
const commonHostNames = new Set(
  (
    'localhost local host localhost.localdomain ip6-localhost (none) gpu gpus node nodes server master worker login compute ' +
    'nvidia cuda linux ubuntu debian test demo'
  ).split(' '),
);

/** What is known to identify the nodes of an incident, beside what can be told from its shape. */
export function knownIdentities(incident: Incident, hosts: readonly HostSpec[]): Discovery[] {
  const known: Discovery[] = hosts.flatMap(ofHost);
  for (const entry of incident.entries) {
    if (entry.kind === 'note') known.push(...user(entry.author));
    if (entry.kind === 'acceptance') known.push(...(entry.sheet.signedOff ? user(entry.sheet.signedOff.operator) : []));
    if (entry.kind === 'manual') known.push(...manualIdentities(entry.work));
    if (entry.kind === 'evidence') collect(entry.result.facts, '', known);
  }
  return known;
}

/** Serial numbers that people read off, and the people. */
function manualIdentities({ target, serials, steps, photos, startedBy }: ManualWork): Discovery[] {
  const values = [target?.identity, ...serials.map(({ value }) => value)];
  const people = [
    startedBy,
    ...Object.values(steps).map(({ by }) => by),
    ...[...serials, ...photos].map(({ by }) => by),
  ];
  return [
    ...values.flatMap((value): Discovery[] =>
      value && value.length >= 4 ? [{ kind: 'serial', original: value }] : [],
    ),
    ...people.flatMap(user),
  ];
}

function ofHost(host: HostSpec): Discovery[] {
  const found = hostName(host.name);
  if (host.kind !== 'ssh') return found;
  const { alias, address, user: login, proxyJump } = host.target;
  const jumps = proxyJump.map((jump) => jump.replace(/^.*@/, '').replace(/:\d+$/, ''));
  const jumpUsers = proxyJump.flatMap((jump) => (jump.includes('@') ? user(jump.replace(/@.*$/, '')) : []));
  return [...found, ...[alias ?? '', address, ...jumps].flatMap(hostName), ...user(login), ...jumpUsers];
}

/** A name, its first label and the domain behind it: `gpu01.lab.example.com` also gives `gpu01` and `lab.example.com`. */
function hostName(name: string): Discovery[] {
  if (name.length < 3 || /^\d+$/.test(name) || commonHostNames.has(name.toLowerCase())) return [];
  if (/^\d+(?:\.\d+){3}$/.test(name) || name.includes(':')) return [{ kind: 'address', label: 'ip', original: name }];
  const found: Discovery[] = [{ kind: 'host', original: name }];
  const dot = name.indexOf('.');
  if (dot > 0 && !/\s/.test(name)) {
    const [label, domain] = [name.slice(0, dot), name.slice(dot + 1)];
    if (label.length >= 3 && !/^\d+$/.test(label) && !commonHostNames.has(label))
      found.push({ kind: 'host', original: label });
    if (domain.includes('.')) found.push({ kind: 'host', original: domain });
  }
  return found;
}

/** Other machines of the domains that are known: `gpu02.lab.example.com` beside a known `gpu01.lab.example.com`. */
export function siblingFinder(known: readonly Discovery[]): (text: string) => Discovery[] {
  const domains = known.filter(({ kind, original }) => kind === 'host' && /^[\w-]+(?:\.[\w-]+)+$/.test(original));
  if (domains.length === 0) return () => [];
  const alternatives = domains.map(({ original }) => original.replaceAll('.', '\\.')).join('|');
  const pattern = new RegExp(`(?<![\\w.-])[A-Za-z0-9-]{1,63}\\.(?:${alternatives})(?![\\w-])`, 'gi');
  return (text) => [...text.matchAll(pattern)].flatMap(([name]) => hostName(name));
}

function user(name: string): Discovery[] {
  return isPersonalUser(name) && name.length >= 3 ? [{ kind: 'user', original: name }] : [];
}

/** Facts whose field says what they are. */
function collect(value: unknown, key: string, known: Discovery[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, key, known);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) collect(member, name, known);
  } else if (typeof value === 'string' && value !== '') {
    if (key === 'hostname' || key === 'inQuorum') known.push(...hostName(value));
    else if (key === 'user' || key === 'loggedInUsers') known.push(...user(value));
    else if (key === 'serial' && value.length >= 4 && /\d/.test(value)) known.push({ kind: 'serial', original: value });
    else if (key === 'nodeGuid') known.push({ kind: 'guid', original: value });
    else if (key === 'addresses') known.push({ kind: 'address', label: 'ip', original: value.replace(/\/\d+$/, '') });
  }
}
