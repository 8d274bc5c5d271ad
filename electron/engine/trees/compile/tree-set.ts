import { NotFoundError } from '../../errors';
import type { KnowledgeProblem } from '../../knowledge/yaml-source';
import type { CompiledStep, CompiledTree } from './compiled-tree';

/** Trees that can go to each other, by id, and what is wrong with the files that are not among them. */
export interface TreeSet {
  readonly trees: ReadonlyMap<string, CompiledTree>;
  readonly problems: readonly KnowledgeProblem[];
}

/** Throws NotFoundError. */
export function findTree(set: TreeSet, treeId: string): CompiledTree {
  const tree = set.trees.get(treeId);
  if (tree === undefined) throw new NotFoundError('tree', treeId);
  return tree;
}

/** A step by the id that a path gives it: `step`, or `tree:step` in a tree that the walk went on to. */
export function findStep(set: TreeSet, tree: CompiledTree, stepId: string): CompiledStep | undefined {
  const [first = '', second] = stepId.split(':');
  return second === undefined ? tree.steps.get(first) : set.trees.get(first)?.steps.get(second);
}

/** The tree and every one that its walk can go on to. */
export function reachableTrees(set: TreeSet, tree: CompiledTree): CompiledTree[] {
  const trees = new Map<string, CompiledTree>();
  const add = (one: CompiledTree): void => {
    if (trees.has(one.id)) return;
    trees.set(one.id, one);
    for (const { definition } of one.steps.values()) {
      const next = definition.kind === 'goto' ? set.trees.get(definition.tree) : undefined;
      if (next !== undefined) add(next);
    }
  };
  add(tree);
  return [...trees.values()];
}

/** Every probe a walk can need: those of the tree and of the trees it can go to. */
export function reachableProbes(set: TreeSet, tree: CompiledTree): string[] {
  return [...new Set(reachableTrees(set, tree).flatMap(({ probeIds }) => probeIds))];
}
