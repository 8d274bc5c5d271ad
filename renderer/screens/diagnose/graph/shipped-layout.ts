import type { TreeGraph } from '#shared/domain/diagnosis';
import { type GraphLayout, layoutKey, type ShippedLayout } from './graph-layout';
import { graphModel } from './graph-model';

const files = new Map<string, Promise<ShippedLayout | null>>();

/** What the build laid out of a built-in tree; null for whatever else is drawn. Never rejects. */
export async function shippedLayout(tree: TreeGraph): Promise<GraphLayout | null> {
  if (!tree.isBuiltIn) return null;
  const file = files.get(tree.id) ?? read(tree.id);
  files.set(tree.id, file);
  const shipped = await file;
  if (!shipped) return null;
  // A walk that came from another tree names the steps of this one `tree:step`.
  const prefix = `${tree.id}:`;
  const { steps, branches } = graphModel(tree, null);
  if (!tree.start.startsWith(prefix)) return layoutKey({ steps, branches }) === shipped.key ? shipped.layout : null;
  const plain = (id: string) => (id.startsWith(prefix) ? id.slice(prefix.length) : id);
  const key = layoutKey({
    steps: steps.map(({ id }) => ({ id: plain(id) })),
    branches: branches.map(({ id, from, to }) => ({ id: plain(id), from: plain(from), to: plain(to) })),
  });
  return key === shipped.key ? renamed(shipped.layout, prefix) : null;
}

async function read(treeId: string): Promise<ShippedLayout | null> {
  try {
    const response = await fetch(`tree-layouts/${encodeURIComponent(treeId)}.json`);
    return response.ok ? ((await response.json()) as ShippedLayout) : null;
  } catch {
    return null;
  }
}

function renamed(layout: GraphLayout, prefix: string): GraphLayout {
  const rename = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(values).map(([id, value]) => [prefix + id, value]));
  return { ...layout, steps: rename(layout.steps), branches: rename(layout.branches) };
}
