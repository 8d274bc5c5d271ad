import { compareKeys, orderKey } from './compare-values';
import type { FieldValue } from './field';
import { type FleetFieldId, fieldOf } from './fields';
import type { FieldContext, FleetNode } from './fleet-node';

export interface SortKey {
  readonly field: FleetFieldId;
  readonly isDescending: boolean;
}

/** Sorted by the first key, nodes equal in it by the next; nodes equal in all stay in the order they came in. */
export function sortNodes<Node extends FleetNode>(
  nodes: readonly Node[],
  keys: readonly SortKey[],
  context: FieldContext,
): readonly Node[] {
  if (keys.length === 0) return nodes;
  const readers = keys.map(({ field, isDescending }) => ({ ...fieldOf(field), isDescending }));
  // Each value is read and taken apart once, not in every comparison.
  const lines = nodes.map((node) => ({
    node,
    values: readers.map(({ kind, read }) => orderKey(kind, read(node, context))),
  }));
  lines.sort((one, other) => {
    for (const [index, { isDescending }] of readers.entries()) {
      const order = compareKeys(one.values[index] ?? null, other.values[index] ?? null, isDescending);
      if (order !== 0) return order;
    }
    return 0;
  });
  return lines.map(({ node }) => node);
}

export interface NodeGroup<Node extends FleetNode = FleetNode> {
  /** Unique among the groups. */
  readonly key: string;
  /** Of its first node; times fall into the day they are on. */
  readonly value: FieldValue;
  readonly nodes: readonly Node[];
}

/** Nodes with the same value of a field together, in the order of the values; those of which it is not known come last. */
export function groupNodes<Node extends FleetNode>(
  nodes: readonly Node[],
  id: FleetFieldId,
  context: FieldContext,
): NodeGroup<Node>[] {
  const field = fieldOf(id);
  const groups = new Map<string, { key: string; value: FieldValue; nodes: Node[] }>();
  for (const node of nodes) {
    const read = field.read(node, context);
    const value = field.kind === 'time' && typeof read === 'number' ? startOfDay(read) : read;
    const key = JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
    const group = groups.get(key);
    if (group) group.nodes.push(node);
    else groups.set(key, { key, value, nodes: [node] });
  }
  return [...groups.values()].sort((one, other) =>
    compareKeys(orderKey(field.kind, one.value), orderKey(field.kind, other.value)),
  );
}

function startOfDay(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

export interface GroupTotals {
  readonly gpus: number | null;
  readonly gpuMemoryBytes: number | null;
  readonly maxGpuTemperatureC: number | null;
  readonly needAttention: number;
}

/** What the nodes of a group come to together. Null: not known of any of them. */
export function totalsOf(nodes: readonly FleetNode[], context: FieldContext): GroupTotals {
  const numbers = (id: FleetFieldId) =>
    nodes.flatMap((node) => {
      const value = fieldOf(id).read(node, context);
      return typeof value === 'number' ? [value] : [];
    });
  const sum = (values: readonly number[]) => (values.length > 0 ? values.reduce((all, one) => all + one, 0) : null);
  const temperatures = numbers('gpu.temperature');
  return {
    gpus: sum(numbers('gpu.count')),
    gpuMemoryBytes: sum(numbers('gpu.memory.total')),
    maxGpuTemperatureC: temperatures.length > 0 ? Math.max(...temperatures) : null,
    needAttention: numbers('attention.count').filter((count) => count > 0).length,
  };
}
