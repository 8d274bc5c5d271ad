/** What the bench of trees takes out of the engine: in one bundle, as their parts share what they remember. */
export { builtInActionIds, createTreeLibrary } from '../../../electron/engine/trees/compile/tree-library';
export { reachableProbes } from '../../../electron/engine/trees/compile/tree-set';
export { walk } from '../../../electron/engine/trees/walk/walk';
