import { createTreeLibrary } from '../electron/engine/trees/compile/tree-library';
import { graphModel } from '../renderer/screens/diagnose/graph/graph-model';
import type { LaidOutGraph } from '../shared/domain/tree-layout';

export { layoutGraph, layoutKey } from '../shared/domain/tree-layout';

/** The built-in trees as the window draws them, by id. */
export function builtInGraphs(): ReadonlyMap<string, LaidOutGraph> {
  const library = createTreeLibrary({ treesFolder: () => null, actionIds: () => null });
  const trees = [...library.load().trees.values()];
  return new Map(trees.map((tree) => [tree.id, graphModel(library.graph(tree), null)]));
}
