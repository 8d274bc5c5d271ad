import type { HostSpec } from '#shared/domain/host';
import type { Incident, Redaction } from '#shared/domain/incident';
import { knownIdentities, siblingFinder } from './known-identities';
import { type Discovery, discover, type RedactionKind } from './redaction-patterns';

/** Fields that hold a word of ours (a state, an id of a tree), never anything of a node. */
const fixedFields = new Set([
  'kind',
  'state',
  'severity',
  'privilege',
  'outcome',
  'result',
  'risk',
  'actionId',
  'probeId',
  'treeId',
  'ruleId',
  'metric',
  'stepId',
  'commandId',
  'code',
  'chosenBranchId',
  'branchId',
  'to',
  'key',
  'condition',
  'fingerprint',
  'factPath',
]);
/** Our own random ids; they name nothing outside of Gantry. */
const idFields = new Set(['id', 'hostId', 'hostIds', 'incidentId', 'runId', 'planId', 'evidenceId']);
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isFixed(field: string, text: string): boolean {
  return fixedFields.has(field) || (idFields.has(field) && (uuid.test(text) || text === 'local'));
}

const loopback = new Set(['127.0.0.1', '::1', '0.0.0.0']);

export interface RedactionPlan {
  /** Everything that would be hidden, in the order it first appears. */
  readonly redactions: Redaction[];
  /** A copy with every original replaced, except those whose token is in `reveal`. Applied to keys as well. */
  apply<T>(value: T, reveal?: ReadonlySet<string>): T;
}

/**
 * Works out what identifies people, machines and secrets in an incident and gives each a token, the same one in every
 * format and language. What was found anywhere is replaced everywhere: an address seen in one output also goes from a
 * note that mentions it. Numbers of tokens follow the timeline, so they stay when an incident grows.
 */
export function planRedaction(incident: Incident, hosts: readonly HostSpec[]): RedactionPlan {
  const identities = new Map<string, Discovery>();
  const add = (discovery: Discovery) => {
    const key = normalized(discovery);
    if (!loopback.has(discovery.original) && !identities.has(key)) identities.set(key, discovery);
  };
  const known = knownIdentities(incident, hosts);
  const siblings = siblingFinder(known);
  known.forEach(add);
  eachText(incident, (text, field) => {
    // Pages of vendors look like hosts; what is known from elsewhere (the node of a profile) goes from them as well.
    if (field === 'sources') return;
    for (const found of [...siblings(text), ...discover(text, field)]) add(found);
  });
  eachList(incident, (line) => {
    for (const found of discover(line)) if (found.kind === 'secret') add(found);
  });

  const pattern = patternOf([...identities.values()]);
  const tokens = new Map<string, { redaction: Redaction }>();
  const numbers = new Map<string, number>();

  function redactionOf(original: string): Redaction {
    const identity = identities.get(original) ?? identities.get(original.toLowerCase());
    if (!identity) throw new Error('a match without an identity');
    const key = normalized(identity);
    const known = tokens.get(key);
    if (known) return known.redaction;
    const label = identity.label ?? labels[identity.kind];
    const number = (numbers.get(label) ?? 0) + 1;
    numbers.set(label, number);
    const redaction = { token: `${label}-${number}`, kind: identity.kind, original: identity.original, count: 0 };
    tokens.set(key, { redaction });
    return redaction;
  }

  if (pattern) {
    // A report names its nodes, whether or not anything on the timeline does.
    const names = hosts.filter(({ id }) => incident.hostIds.includes(id)).map(({ name }) => name);
    eachText([names, incident], (text) => {
      for (const [match] of text.matchAll(pattern)) redactionOf(match).count += 1;
    });
  }

  return {
    redactions: [...tokens.values()].map(({ redaction }) => redaction),
    apply: (value, reveal = new Set()) => {
      if (!pattern) return value;
      return mapTexts(value, (text) =>
        text.replace(pattern, (match) => {
          const { token } = redactionOf(match);
          return reveal.has(token) ? match : token;
        }),
      );
    },
  };
}

const labels: Record<RedactionKind, string> = {
  host: 'host',
  address: 'ip',
  mac: 'mac',
  user: 'user',
  serial: 'serial',
  uuid: 'uuid',
  path: 'path',
  email: 'email',
  secret: 'secret',
  guid: 'guid',
};

/** Names of hosts and hexadecimal numbers mean the same in either case; users, paths and secrets do not. */
function isCaseless(kind: RedactionKind): boolean {
  return kind !== 'user' && kind !== 'path' && kind !== 'secret' && kind !== 'serial';
}

function normalized({ kind, original }: Discovery): string {
  return isCaseless(kind) ? original.toLowerCase() : original;
}

/**
 * One expression for all originals, longest first, so that a host name inside an address of mail or a home folder goes
 * with it. A word stands alone; a secret counts inside other text too.
 */
function patternOf(identities: readonly Discovery[]): RegExp | null {
  if (identities.length === 0) return null;
  const sorted = [...identities].sort((a, b) => b.original.length - a.original.length);
  const alternatives = sorted.map(({ kind, original }) => {
    const literal = isCaseless(kind) ? anyCase(original) : escapeRegExp(original);
    if (kind === 'secret' && original.length >= 8) return literal;
    // A short name may be a word that `max_link_width` has in it.
    if (kind === 'user' && original.length <= 4) return `(?<![\\w-])${literal}(?![\\w-])`;
    const before = /^[A-Za-z0-9]/.test(original) ? '(?<![A-Za-z0-9])' : '';
    if (kind === 'address') {
      // `10.0.0.5:22` is an address with a port; in one of version 6 another group would follow.
      return original.includes(':')
        ? `(?<![\\w.:])${literal}(?![\\w:])`
        : `(?<![\\w.])${literal}(?![A-Za-z0-9]|\\.\\d)`;
    }
    return `${before}${literal}(?![A-Za-z0-9])`;
  });
  return new RegExp(alternatives.join('|'), 'g');
}

function anyCase(literal: string): string {
  return [...literal]
    .map((letter) =>
      /[A-Za-z]/.test(letter) ? `[${letter.toLowerCase()}${letter.toUpperCase()}]` : escapeRegExp(letter),
    )
    .join('');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Every text of plain data that may hold something of a node, keys included, in a fixed order. */
function eachText(value: unknown, visit: (text: string, field: string) => void, field = ''): void {
  if (typeof value === 'string') {
    if (!isFixed(field, value)) visit(value, field);
  } else if (Array.isArray(value)) {
    for (const item of value) eachText(item, visit, field);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      visit(key, 'key');
      eachText(member, visit, key);
    }
  }
}

/** Every list of texts as one line: in an argv a secret stands in a word of its own behind `--api-key`. */
function eachList(value: unknown, visit: (line: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === 'string'))
    visit(value.join(' '));
  for (const member of Object.values(value)) eachList(member, visit);
}

function mapTexts<T>(value: T, replace: (text: string) => string): T {
  const map = (one: unknown, field: string): unknown => {
    if (typeof one === 'string') return isFixed(field, one) ? one : replace(one);
    if (Array.isArray(one)) return one.map((item) => map(item, field));
    if (typeof one === 'object' && one !== null) {
      return Object.fromEntries(
        Object.entries(one).map(([key, member]) => [replaceKey(key, replace), map(member, key)]),
      );
    }
    return one;
  };
  return map(value, '') as T;
}

/** Our own field names are words that a host or a user may be called too; they stay. */
function replaceKey(key: string, replace: (text: string) => string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(key) ? key : replace(key);
}
