import type { CompiledTree } from './compiled-tree';
import type { TreeSet } from './tree-library';

/** Every probe a walk can need: those of the tree and of the trees it can go to. */
export function reachableProbes(set: TreeSet, tree: CompiledTree): string[] {
  const probeIds = new Set<string>();
  const seen = new Set<string>();
  const add = (one: CompiledTree): void => {
    if (seen.has(one.id)) return;
    seen.add(one.id);
    for (const id of one.probeIds) probeIds.add(id);
    for (const { definition } of one.steps.values()) {
      const next = definition.kind === 'goto' ? set.trees.get(definition.tree) : undefined;
      if (next !== undefined) add(next);
    }
  };
  add(tree);
  return [...probeIds];
}
