import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import type { CompiledTree } from '../compile/compiled-tree';
import { reachableProbes, type TreeSet } from '../compile/tree-set';
import { walk } from '../walk/walk';
import type { SavedBasis } from './diagnosis-repository';

interface Surroundings {
  set: TreeSet;
  tree: CompiledTree;
  probeInfo: readonly ProbeInfo[];
  nowMs: number;
}

/** The run after its tree was walked from the beginning on what it stands on. */
export function walkRun(
  run: DiagnosisRun,
  basis: SavedBasis,
  { set, tree, probeInfo, nowMs }: Surroundings,
): DiagnosisRun {
  const { state, path, question, findings } = walk(
    tree,
    { hostId: run.hostId, runId: run.id, ...basis, nowMs },
    { treeById: (id) => set.trees.get(id), probeInfo },
  );
  return {
    ...run,
    state,
    updatedAtMs: nowMs,
    progress: { done: basis.results.length, total: reachableProbes(set, tree).length, running: [] },
    probes: probesOf(basis.results),
    // A step that is still on the path keeps the time it was first come to.
    path: path.map((visit) => ({
      ...visit,
      atMs: run.path.find(({ stepId }) => stepId === visit.stepId)?.atMs ?? visit.atMs,
    })),
    question,
    findings,
    error: null,
  };
}

export function probesOf(results: readonly ProbeResult[]): DiagnosisRun['probes'] {
  return results.map(({ probeId, state, reason }) => ({ probeId, state, reason }));
}
