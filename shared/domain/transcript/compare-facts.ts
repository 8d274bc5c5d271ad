import { z } from 'zod';
import { type NodeFacts, type ProbeId, probeIds } from '../facts/index';
import { printable } from '../text';

/** One fact that is another: where it is, and both values as text; null: not there, or not known. */
export const factChangeSchema = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FactChange = z.infer<typeof factChangeSchema>;

/** Lists are cut; counts are not. `moved`: what moves by itself, as temperatures, counters and times. */
export const factsComparisonSchema = z.object({
  probes: z.array(
    z.object({
      probeId: z.string(),
      settings: z.array(factChangeSchema),
      settingsCount: z.number(),
      moved: z.array(factChangeSchema),
      movedCount: z.number(),
    }),
  ),
  /** Probes that only one of the two has facts of. */
  unread: z.array(z.string()),
});
export type FactsComparison = z.infer<typeof factsComparisonSchema>;

const maxChanges = 100;
const maxTextLength = 200;

/** Of these everything moves: what runs, what was measured, what was logged. */
const movingProbes: ReadonlySet<ProbeId> = new Set([
  'processes',
  'gpu-processes',
  'gpu-holders',
  'gpu-process-environment',
  'pressure',
  'sensors',
  'bmc-sensors',
  'gpu-kernel-log',
]);

/** What a list's elements are told apart by, the first that all have and that differs between them. */
const identities = ['uuid', 'serial', 'pciBusId', 'slot', 'name', 'id', 'path', 'device', 'interface', 'unit', 'index'];
/** Of two nodes these differ always. */
const ownToNode =
  /^(?:uuid|serial\w*|\w*guid|\w*mac|\w*addresse?s?|hostname|machineId|bootId|instanceId|chassisSerial)$/i;

const settingWords = /limit|max|min|default|^total|threshold|capacity|size|supported|enforced|mode|version|policy/i;
const movingParents =
  /^(?:clocks?\w*|utilization\w*|temperatures?|power|fans?|performanceState|throttle\w*|uptime\w*|load|loadAverages?|counters|errors|volatile|aggregate|traffic|pids?|processes)$/i;
const movingNumbers =
  /(?:Ms|Us|[pP]erSec(?:ond)?|[sS]econds|[pP]ercent|[bB]ytes|Ki[bB]|[rR]pm|Hz|[cC]ounte?r?|[eE]rrors?|[pP]ackets|[dD]ropped|[cC]orrected|[rR]etries|[hH]ours|[a-z][CWVJ])$/;

/**
 * Every fact that is not the same in two looks, by probe. Pure. `nodes`: of two nodes, where what only names a node or a part is
 * told among what moves.
 */
export function compareFacts(before: NodeFacts, after: NodeFacts, mode: 'time' | 'nodes'): FactsComparison {
  const isOf = (facts: NodeFacts) => (id: ProbeId) => facts[id] !== undefined && facts[id] !== null;
  // What it has is dated, and told as such.
  const ids = probeIds.filter((id) => id !== 'recent-changes' && (isOf(before)(id) || isOf(after)(id)));
  const both = ids.filter((id) => isOf(before)(id) && isOf(after)(id));
  return {
    probes: both.flatMap((probeId) => {
      const changes: FactChange[] = [];
      walk(before[probeId], after[probeId], '', mode, changes);
      const moved = changes.filter(({ path }) => isMoving(probeId, path, mode));
      const settings = changes.filter((change) => !moved.includes(change));
      if (changes.length === 0) return [];
      return [
        {
          probeId,
          settings: settings.slice(0, maxChanges),
          settingsCount: settings.length,
          moved: moved.slice(0, maxChanges),
          movedCount: moved.length,
        },
      ];
    }),
    unread: ids.filter((id) => !both.includes(id)),
  };
}

function isMoving(probeId: ProbeId, path: string, mode: 'time' | 'nodes'): boolean {
  if (movingProbes.has(probeId)) return true;
  const names = path.replace(/\[[^\]]*\]/g, '').split('.');
  const leaf = names.at(-1) ?? '';
  if (mode === 'nodes' && ownToNode.test(leaf)) return true;
  if (settingWords.test(leaf)) return false;
  return movingNumbers.test(leaf) || names.some((name) => movingParents.test(name));
}

function walk(before: unknown, after: unknown, path: string, mode: 'time' | 'nodes', into: FactChange[]): void {
  if (Array.isArray(before) && Array.isArray(after)) {
    walkLists(before, after, path, mode, into);
    return;
  }
  if (isRecord(before) && isRecord(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      walk(own(before, name), own(after, name), path === '' ? name : `${path}.${name}`, mode, into);
    }
    return;
  }
  const texts = { before: textOf(before), after: textOf(after) };
  if (canonical(before) !== canonical(after)) into.push({ path, ...texts });
}

function walkLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  mode: 'time' | 'nodes',
  into: FactChange[],
): void {
  const name = identityOf([before, after], mode);
  if (name === null) {
    // In another order they are the same.
    const [was, is] = [withoutShared(before, after), withoutShared(after, before)];
    if (was.length + is.length > 0) into.push({ path, before: listText(was), after: listText(is) });
    return;
  }
  const keyed = (list: readonly unknown[]) =>
    new Map(list.map((one) => [String((one as Record<string, unknown>)[name]), one]));
  const [was, is] = [keyed(before), keyed(after)];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    // A bracket in a name must not look like the end of it.
    walk(was.get(key), is.get(key), `${path}[${printable(key).replace(/[[\]]/g, '·')}]`, mode, into);
  }
}

/** Null: elements are no objects, or nothing tells them apart. */
function identityOf(lists: ReadonlyArray<readonly unknown[]>, mode: 'time' | 'nodes'): string | null {
  const all = lists.flat();
  if (all.length === 0 || !all.every(isRecord)) return null;
  const names = mode === 'nodes' ? identities.filter((name) => !ownToNode.test(name)) : identities;
  const isDistinct = (name: string) =>
    lists.every((list) => {
      const values = list.map((one) => (one as Record<string, unknown>)[name]);
      const areNames = values.every(
        (value) => typeof value === 'number' || (typeof value === 'string' && value !== ''),
      );
      return areNames && new Set(values).size === values.length;
    });
  return names.find(isDistinct) ?? null;
}

function withoutShared(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const left = other.map(canonical);
  return list.filter((one) => {
    const at = left.indexOf(canonical(one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A node may call a field `toString`. */
function own(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Null and left out say the same: nothing is known. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

function listText(values: readonly unknown[]): string | null {
  return values.length === 0 ? null : textOf(values.map((value) => textOf(value) ?? '–').join(', '));
}
