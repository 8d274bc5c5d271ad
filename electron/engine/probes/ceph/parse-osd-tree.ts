import type { CephFacts } from '#shared/domain/facts/storage-services';
import { integerOf, isObject, linesOf, textOf } from '../lib/lines';

type TreeNode = CephFacts['tree'][number];
type Entry = Record<string, unknown>;

const maxDepth = 32;

/**
 * Reads `ceph osd tree`, `osd df` and `osd df tree -f json`. Each has its nodes in an order of its own; here each comes after
 * what holds it, and what nothing holds (`stray`, or a part of a tree) at the end.
 */
export function parseTree(document: Entry): TreeNode[] | null {
  const entries = [document.nodes, document.stray].flatMap((list) =>
    Array.isArray(list) ? list.filter(isObject) : [],
  );
  const byId = new Map<number, Entry>();
  for (const entry of entries) {
    const id = integerOf(entry.id);
    if (id === null || textOf(entry.name) === null || textOf(entry.type) === null) return null;
    if (!byId.has(id)) byId.set(id, entry);
  }
  const childrenOf = (entry: Entry): number[] =>
    Array.isArray(entry.children) ? entry.children.flatMap((child: unknown) => integerOf(child) ?? []) : [];
  const held = new Set([...byId.values()].flatMap(childrenOf));
  const ordered: TreeNode[] = [];
  const seen = new Set<number>();
  const visit = (id: number, depth: number) => {
    const entry = byId.get(id);
    if (!entry || seen.has(id) || depth > maxDepth) return;
    seen.add(id);
    ordered.push(nodeOf(entry, id, depth));
    // Listed in the order of the crush map, which is none to read by.
    const children = childrenOf(entry).sort((a, b) =>
      nameOf(byId, a).localeCompare(nameOf(byId, b), 'en', { numeric: true }),
    );
    for (const child of children) visit(child, depth + 1);
  };
  for (const id of byId.keys()) if (!held.has(id)) visit(id, 0);
  for (const id of byId.keys()) visit(id, 0);
  return ordered;
}

function nameOf(byId: ReadonlyMap<number, Entry>, id: number): string {
  return textOf(byId.get(id)?.name) ?? '';
}

function nodeOf(entry: Entry, id: number, depth: number): TreeNode {
  const kibibytes = (value: unknown) => {
    const number = integerOf(value);
    return number === null || number < 0 ? null : number * 1024;
  };
  return {
    id,
    name: textOf(entry.name) ?? '?',
    kind: textOf(entry.type) ?? '?',
    depth,
    deviceClass: textOf(entry.device_class),
    status: textOf(entry.status),
    reweight: decimal(entry.reweight),
    weight: decimal(entry.crush_weight),
    totalBytes: kibibytes(entry.kb),
    usedBytes: kibibytes(entry.kb_used),
    placementGroups: integerOf(entry.pgs),
  };
}

function decimal(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/**
 * Reads `ceph osd tree` as text. Null: not that.
 *   ID CLASS WEIGHT  TYPE NAME       STATUS REWEIGHT PRI-AFF
 *   -9       0.02917     host ceph1
 *    2   hdd 0.01459         osd.2       up  1.00000 1.00000
 */
export function parseOsdTreeText(text: string): TreeNode[] | null {
  const lines = linesOf(text);
  const headerAt = lines.findIndex((line) =>
    /^ID +(CLASS +)?WEIGHT +TYPE NAME +(STATUS|UP\/DOWN) +REWEIGHT/.test(line),
  );
  if (headerAt < 0) return null;
  const nodes: TreeNode[] = [];
  const nameAt = (lines[headerAt] ?? '').indexOf('TYPE NAME');
  for (const line of lines.slice(headerAt + 1)) {
    const row =
      /^ *(-?\d{1,9}) +(?:([a-z]\w{0,20}) +)?(\d{1,9}(?:\.\d{1,8})?)(?: {0,60}) (\S{1,100})(?: (\S{1,100}))?(?: +(up|down|destroyed)(?: +(\d{1,2}\.\d{1,8}))?.{0,60})?$/.exec(
        line.trimEnd(),
      );
    if (!row) continue;
    const [, id = '', deviceClass, weight, first = '', second, status, reweight] = row;
    const indent = Math.max(0, line.indexOf(first, nameAt) - nameAt);
    const isOsd = /^osd\.\d+$/.test(first);
    nodes.push({
      id: Number(id),
      name: isOsd ? first : (second ?? first),
      kind: isOsd ? 'osd' : first,
      depth: Math.floor(indent / 4),
      deviceClass: deviceClass ?? null,
      status: status ?? null,
      reweight: reweight === undefined ? null : Number(reweight),
      weight: Number(weight),
      totalBytes: null,
      usedBytes: null,
      placementGroups: null,
    });
  }
  return nodes.length > 0 ? nodes : null;
}

/** What `osd df` knows of each OSD put into the tree that knows where it is, or the other way round. */
export function mergeTrees(first: readonly TreeNode[], second: readonly TreeNode[]): TreeNode[] {
  if (first.length === 0) return [...second];
  const byId = new Map(second.map((node) => [node.id, node]));
  return first.map((node) => {
    const other = byId.get(node.id);
    if (!other) return node;
    return {
      ...node,
      deviceClass: node.deviceClass ?? other.deviceClass,
      status: node.status ?? other.status,
      reweight: node.reweight ?? other.reweight,
      totalBytes: node.totalBytes ?? other.totalBytes,
      usedBytes: node.usedBytes ?? other.usedBytes,
      placementGroups: node.placementGroups ?? other.placementGroups,
    };
  });
}
