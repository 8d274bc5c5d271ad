import type { CorrelationRuleId } from '../../knowledge/catalogs/kernel-log/kernel-log-schema';
import type { LogEntry, LogGroup } from './log-report';
import { pciDevice } from './pci-bus-id';

export type CorrelationEntry = Omit<LogEntry, 'role' | 'echoOf' | 'group'>;
type Link = Pick<LogEntry, 'role' | 'echoOf' | 'group'>;
type Together = Pick<LogGroup, 'severity' | 'action' | 'tree' | 'rules'> & { lead: CorrelationEntry };

const WINDOW = 5 * 60_000;

export const isXid = (entry: CorrelationEntry, ...codes: readonly number[]): boolean =>
  entry.id === 'xid' && codes.includes(entry.code ?? 0);

/** How far two are apart by their clock; 0 where neither has a time, null where they can't be compared. */
function distance(left: CorrelationEntry, right: CorrelationEntry): number | null {
  if (left.clock !== right.clock) return null;
  const [leftFrom, rightFrom] = [left.clockMs, right.clockMs];
  if (leftFrom === null || rightFrom === null) return 0;
  const [leftTo, rightTo] = [left.lastClockMs ?? leftFrom, right.lastClockMs ?? rightFrom];
  return Math.max(0, leftFrom - rightTo, rightFrom - leftTo);
}

/** The one that is closest, within a window; of those that are equally close the first. */
export function nearestOf(
  entry: CorrelationEntry,
  others: readonly CorrelationEntry[],
  windowMs: number,
): CorrelationEntry | null {
  let [nearest, least]: [CorrelationEntry | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const other of others) {
    const apart = other === entry ? null : distance(entry, other);
    if (apart !== null && apart <= windowMs && apart < least) [nearest, least] = [other, apart];
  }
  return nearest;
}

/** Part of the node that an entry is about; null: it can't be told from others of its kind. */
function partOf({ pciBusId, device, id }: CorrelationEntry): string | null {
  if (pciBusId !== null) return pciDevice(pciBusId);
  if (/^(?:oom|edac|mce)/.test(id)) return 'memory';
  if (/lockup|rcu|hung/.test(id)) return 'cpu';
  return device === null ? null : device.replace(/^(nvme\d+)n\d.*$/, '$1');
}

/** What is found out about the entries of a log while the rules look at them. */
export class Correlation {
  readonly #entries: readonly CorrelationEntry[];
  readonly #at: ReadonlyMap<CorrelationEntry, number>;
  readonly #parts: readonly (string | null)[];
  readonly #echoOf: (number | null)[];
  readonly #parent: number[];
  readonly #rules: Set<CorrelationRuleId>[];

  constructor(entries: readonly CorrelationEntry[]) {
    this.#entries = entries;
    this.#at = new Map(entries.map((entry, at) => [entry, at]));
    this.#parts = entries.map(partOf);
    this.#echoOf = entries.map(() => null);
    this.#parent = entries.map((_, at) => at);
    this.#rules = entries.map(() => new Set());
    this.#joinByPart();
  }

  where(wanted: (entry: CorrelationEntry) => boolean): CorrelationEntry[] {
    return this.#entries.filter(wanted);
  }

  isSamePart(left: CorrelationEntry, right: CorrelationEntry): boolean {
    const part = this.#parts[this.#index(left)];
    return part !== null && part === this.#parts[this.#index(right)];
  }

  isNear(left: CorrelationEntry, right: CorrelationEntry, windowMs: number): boolean {
    const apart = distance(left, right);
    return apart !== null && apart <= windowMs;
  }

  /** By the clock, else by the place in the log. */
  isBefore(left: CorrelationEntry, right: CorrelationEntry): boolean {
    if (left.clockMs === null || right.clockMs === null || left.clockMs === right.clockMs)
      return left.line < right.line;
    return left.clockMs < right.clockMs;
  }

  isEcho(entry: CorrelationEntry): boolean {
    return this.#echoOf[this.#index(entry)] !== null;
  }

  /** The first cause that is found stands, and nothing is its own cause. */
  echo(echo: CorrelationEntry, root: CorrelationEntry, rule: CorrelationRuleId | null): void {
    const [echoAt, rootAt] = [this.#index(echo), this.#index(root)];
    if (this.#echoOf[echoAt] !== null || this.#rootOf(rootAt) === echoAt) return;
    this.#echoOf[echoAt] = rootAt;
    this.#unite(echoAt, rootAt);
    if (rule) this.#rules[rootAt]?.add(rule);
  }

  /** Both belong together, neither is the cause of the other. */
  join(left: CorrelationEntry, right: CorrelationEntry, rule: CorrelationRuleId): void {
    this.#unite(this.#index(left), this.#index(right));
    this.says(left, rule);
  }

  says(entry: CorrelationEntry, rule: CorrelationRuleId): void {
    this.#rules[this.#index(entry)]?.add(rule);
  }

  rulesOf(entry: CorrelationEntry): ReadonlySet<CorrelationRuleId> {
    return this.#rules[this.#index(entry)] ?? new Set();
  }

  result(
    together: (
      rules: ReadonlySet<CorrelationRuleId>,
      members: readonly CorrelationEntry[],
      roots: readonly CorrelationEntry[],
    ) => Together,
  ): { links: Link[]; groups: LogGroup[] } {
    const links: Link[] = this.#entries.map(() => ({ role: 'alone', echoOf: null, group: 0 }));
    const members = (of: readonly number[]) => of.flatMap((at) => this.#entries[at] ?? []);
    const groups = this.#groups().map((places, group): LogGroup => {
      const roots = places.filter((at) => this.#echoOf[at] === null);
      const rules = new Set(places.flatMap((at) => [...(this.#rules[at] ?? [])]));
      const { lead, ...rest } = together(rules, members(places), members(roots));
      const root = this.#index(lead);
      const causes = new Set([root, ...places.flatMap((at) => this.#echoOf[at] ?? [])]);
      for (const at of places) {
        const echoOf = this.#echoOf[at] ?? null;
        const role = echoOf !== null ? 'echo' : places.length === 1 ? 'alone' : causes.has(at) ? 'root' : 'beside';
        links[at] = { role, echoOf, group };
      }
      return { ...rest, entries: places, root };
    });
    return { links, groups };
  }

  #groups(): number[][] {
    const byTop = new Map<number, number[]>();
    for (const at of this.#entries.keys()) {
      const top = this.#top(at);
      const known = byTop.get(top);
      if (known) known.push(at);
      else byTop.set(top, [at]);
    }
    return [...byTop.values()];
  }

  /** Entries of one part within five minutes of each other. */
  #joinByPart(): void {
    const last = new Map<string, number>();
    for (const [at, entry] of this.#entries.entries()) {
      const part = this.#parts[at] ?? null;
      if (part === null) continue;
      const before = last.get(part);
      const earlier = before === undefined ? undefined : this.#entries[before];
      if (before !== undefined && earlier && this.isNear(earlier, entry, WINDOW)) this.#unite(before, at);
      last.set(part, at);
    }
  }

  #index(entry: CorrelationEntry): number {
    return this.#at.get(entry) ?? 0;
  }

  #rootOf(at: number): number {
    let root = at;
    for (let next = this.#echoOf[root]; next != null; next = this.#echoOf[root]) root = next;
    return root;
  }

  #top(at: number): number {
    let top = at;
    while (this.#parent[top] !== top) {
      this.#parent[top] = this.#parent[this.#parent[top] ?? top] ?? top;
      top = this.#parent[top] ?? top;
    }
    return top;
  }

  #unite(left: number, right: number): void {
    const [one, other] = [this.#top(left), this.#top(right)];
    this.#parent[Math.max(one, other)] = Math.min(one, other);
  }
}
