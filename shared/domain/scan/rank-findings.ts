import { type Finding, findingNatures, severities } from '../finding';
import { type GpuPlace, plainName } from './gpu-places';
import type { FoundBy, RankedFinding } from './scan';

/** A finding and the tree whose walk came to it. */
export interface WalkedFinding {
  readonly finding: Finding;
  readonly treeId: string;
}

/** The GPUs of each node, by its host id. */
export type Places = ReadonlyMap<string, readonly GpuPlace[]>;

export interface RankedFindings {
  readonly ranked: RankedFinding[];
  readonly unjudged: FoundBy[];
  readonly healthy: FoundBy[];
}

/** Within this, two events are of one time. */
const windowMs = 5 * 60_000;

/**
 * Findings of all trees on all nodes by the rules across trees: one that several trees came to is one; what another explains
 * stands under it; of the rest the earliest of a node is its root cause. The worst group comes first. What a tree could not judge
 * is not ranked, and no finding is lost. The same findings give the same list in whatever order they come.
 */
export function rankFindings(found: readonly WalkedFinding[], places: Places = new Map()): RankedFindings {
  const context = new Context(places);
  const all = merged(found, context);
  const ofState = (isWanted: (state: Finding['state']) => boolean): FoundBy[] =>
    all.filter(({ finding }) => isWanted(finding.state)).map(({ finding, treeIds }) => ({ finding, treeIds }));
  const problems = all.filter(({ finding: { state } }) => state !== 'unknown' && state !== 'healthy');
  return {
    ranked: ranked(problems, context),
    unjudged: ofState((state) => state === 'unknown'),
    healthy: ofState((state) => state === 'healthy'),
  };
}

/** A finding with what it is about in one form. */
interface Entry {
  readonly finding: Finding;
  readonly treeIds: string[];
  readonly subjects: ReadonlySet<string>;
  /** Those of its subjects that are GPUs. */
  readonly gpus: ReadonlySet<string>;
}

class Context {
  readonly #gpuNames = new Map<string, string>();

  constructor(readonly places: Places) {
    for (const [hostId, gpus] of places) {
      for (const { names } of gpus) for (const name of names) this.#gpuNames.set(`${hostId} ${name}`, names[0] ?? name);
    }
  }

  entry(finding: Finding, treeId: string): Entry {
    const subjects = new Set<string>();
    const gpus = new Set<string>();
    for (const subject of finding.subjects) {
      const name = plainName(subject);
      const gpu = this.#gpuNames.get(`${finding.hostId} ${name}`) ?? (/^gpu[- ]/.test(name) ? name : null);
      subjects.add(gpu ?? name);
      if (gpu !== null) gpus.add(gpu);
    }
    return { finding, treeIds: [treeId], subjects, gpus };
  }
}

/**
 * Trees that stop first because a GPU has to be recovered all say the same, each with the code F-X0 of its own, and fatal: what else
 * they have no code for (requests fail) is not.
 */
function isStopFirst({ code, state, severity }: Finding): boolean {
  return /^F-[A-Z]0$/.test(code) && severity === 'fatal' && state === 'unhealthy';
}

function merged(found: readonly WalkedFinding[], context: Context): Entry[] {
  const entries = found.map(({ finding, treeId }) => context.entry(finding, treeId)).sort(byRank);
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.finding.hostId, statementOf(entry.finding), [...entry.subjects].sort()]);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, entry);
    else for (const treeId of entry.treeIds) if (!known.treeIds.includes(treeId)) known.treeIds.push(treeId);
  }
  return [...byKey.values()].map((entry) => ({ ...entry, treeIds: [...entry.treeIds].sort() }));
}

/** What a finding says: by its code, and what could not be judged by its words, which many trees have in common. */
function statementOf(finding: Finding): string {
  if (isStopFirst(finding)) return 'stop-first';
  return finding.state === 'unknown' ? `unknown ${finding.title.en}` : `${finding.code} ${finding.state}`;
}

interface Cause {
  readonly cause: Entry;
  readonly because: NonNullable<RankedFinding['because']>;
}

function ranked(entries: readonly Entry[], context: Context): RankedFinding[] {
  const causes = findCauses(entries);
  const effectsOf = new Map<Entry, Entry[]>();
  for (const entry of entries) {
    const cause = causes.get(entry)?.cause;
    if (cause !== undefined) effectsOf.set(cause, [...(effectsOf.get(cause) ?? []), entry]);
  }
  const group = (entry: Entry): Entry[] => [entry, ...(effectsOf.get(entry) ?? []).flatMap(group)];
  const roots = entries
    .filter((entry) => !causes.has(entry))
    .map((root) => ({ root, members: group(root) }))
    .map((one) => ({ ...one, severity: Math.max(...one.members.map(({ finding }) => severityOf(finding))) }));
  const rootCauses = rootCausesOf(roots);
  roots.sort(
    (one, other) =>
      other.severity - one.severity ||
      Number(rootCauses.has(other.root)) - Number(rootCauses.has(one.root)) ||
      natureOf(one.root.finding) - natureOf(other.root.finding) ||
      byTime(one.root.finding, other.root.finding) ||
      byRank(one.root, other.root),
  );
  return roots.flatMap(({ members }) =>
    members.map((entry) => ({
      finding: entry.finding,
      treeIds: entry.treeIds,
      causeId: causes.get(entry)?.cause.finding.id ?? null,
      because: causes.get(entry)?.because ?? null,
      isRootCause: rootCauses.has(entry),
      locality: localityOf(entry, entries, context),
    })),
  );
}

/**
 * The cause of each finding that has one. The least findings are placed first, so that of findings that would explain each other
 * the worst stays on top; a cause that would close a circle is passed over.
 */
function findCauses(entries: readonly Entry[]): Map<Entry, Cause> {
  const causes = new Map<Entry, Cause>();
  const isAbove = (above: Entry, entry: Entry): boolean => {
    for (let at: Entry | undefined = entry; at !== undefined; at = causes.get(at)?.cause) if (at === above) return true;
    return false;
  };
  for (const effect of [...entries].reverse()) {
    const candidates = entries
      .flatMap((cause): Cause[] => {
        const because = cause === effect ? null : whyCauses(cause, effect);
        return because === null ? [] : [{ cause, because }];
      })
      .sort(
        (one, other) =>
          reasons.indexOf(one.because) - reasons.indexOf(other.because) ||
          // Of several that explain it, the one that is about the same.
          Number(shares(other.cause.subjects, effect.subjects)) - Number(shares(one.cause.subjects, effect.subjects)),
      );
    const taken = candidates.find(({ cause }) => !isAbove(effect, cause));
    if (taken !== undefined) causes.set(effect, taken);
  }
  return causes;
}

/** What says most comes first. */
const reasons: readonly Cause['because'][] = ['explains', 'stop-first', 'hardware-first'];

function whyCauses(one: Entry, other: Entry): Cause['because'] | null {
  const [cause, effect] = [one.finding, other.finding];
  if (cause.hostId !== effect.hostId) return null;
  // Of two GPUs neither explains the other.
  if (one.gpus.size > 0 && other.gpus.size > 0 && !shares(one.gpus, other.gpus)) return null;
  const [causeMs, effectMs] = [cause.sinceMs ?? null, effect.sinceMs ?? null];
  // Nothing explains what was there well before it.
  if (causeMs !== null && effectMs !== null && effectMs < causeMs - windowMs) return null;
  if (cause.explains?.includes(effect.code)) return 'explains';
  if (isStopFirst(effect) && !isStopFirst(cause) && cause.nature === 'hardware' && shares(one.gpus, other.gpus)) {
    return 'stop-first';
  }
  const isSameComponent = one.subjects.size === 0 ? other.subjects.size === 0 : shares(one.subjects, other.subjects);
  const isSameTime = causeMs !== null && effectMs !== null && Math.abs(causeMs - effectMs) <= windowMs;
  const isHardwareFirst = cause.nature === 'hardware' && effect.nature === 'performance';
  return isHardwareFirst && isSameComponent && isSameTime ? 'hardware-first' : null;
}

/** The earliest of each node; without any time, the only one it has. */
function rootCausesOf(roots: readonly { root: Entry; severity: number }[]): Set<Entry> {
  const byHost = new Map<string, Entry[]>();
  for (const { root, severity } of roots) {
    if (severity < severities.indexOf('warn')) continue;
    byHost.set(root.finding.hostId, [...(byHost.get(root.finding.hostId) ?? []), root]);
  }
  return new Set(
    [...byHost.values()].flatMap((ofHost) => {
      const [first] = ofHost
        .filter(({ finding }) => finding.sinceMs != null)
        .sort((one, other) => byTime(one.finding, other.finding) || byRank(one, other));
      return first ?? (ofHost.length === 1 ? ofHost : []);
    }),
  );
}

/** Only what breaks or slows has a place that says something: a setting is where somebody set it. */
function localityOf({ finding, gpus }: Entry, all: readonly Entry[], { places }: Context): RankedFinding['locality'] {
  if (finding.nature !== 'hardware' && finding.nature !== 'performance') return null;
  const hosts = new Set(all.filter((one) => one.finding.code === finding.code).map((one) => one.finding.hostId));
  if (hosts.size > 1) return { kind: 'nodes', count: hosts.size };
  const known = places.get(finding.hostId) ?? [];
  const own = known.filter(({ names }) => gpus.has(names[0] ?? ''));
  // With one GPU in the node, or one that is not known, its place tells nothing.
  if (known.length < 2 || own.length === 0 || own.length !== gpus.size) return null;
  if (own.length === 1) return { kind: 'card', count: 1 };
  if (own.length === known.length) return { kind: 'all-gpus', count: own.length };
  const [first] = own;
  const areOne = (of: (place: GpuPlace) => string | null): boolean =>
    first !== undefined && of(first) !== null && own.every((place) => of(place) === of(first));
  if (areOne(({ switchId }) => switchId)) return { kind: 'switch', count: own.length };
  return areOne(({ numaId }) => numaId) ? { kind: 'numa', count: own.length } : null;
}

function shares(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((item) => other.has(item));
}

function severityOf({ severity }: Finding): number {
  return severities.indexOf(severity);
}

/** Of what is only context, what jobs run into now comes before how the node is set up. */
const contextNatures: readonly NonNullable<Finding['nature']>[] = [
  'hardware',
  'capacity',
  'performance',
  'software',
  'configuration',
];

function natureOf({ nature, severity }: Finding): number {
  return nature === undefined
    ? findingNatures.length
    : (severity === 'info' ? contextNatures : findingNatures).indexOf(nature);
}

/** What is not known to have begun at a time comes last. */
function byTime(one: Finding, other: Finding): number {
  const [oneMs, otherMs] = [one.sinceMs ?? null, other.sinceMs ?? null];
  if (oneMs === null || otherMs === null) return Number(oneMs === null) - Number(otherMs === null);
  return oneMs - otherMs;
}

/** A whole order: the worst first, then by what they are, when they began, and by names. */
function byRank({ finding: one }: Entry, { finding: other }: Entry): number {
  return (
    severityOf(other) - severityOf(one) ||
    natureOf(one) - natureOf(other) ||
    byTime(one, other) ||
    compare(one.hostId, other.hostId) ||
    compare(one.code, other.code) ||
    compare(one.id, other.id)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
