import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import type { CompiledTree } from '../compile/compiled-tree';
import { reachableProbes, type TreeSet } from '../compile/tree-set';
import { type WantedReadings, walk } from '../walk/walk';
import type { SavedBasis } from './diagnosis-repository';
import { doubtsOf } from './doubts';

interface Surroundings {
  set: TreeSet;
  tree: CompiledTree;
  probeInfo: readonly ProbeInfo[];
  nowMs: number;
}

/** The run after its tree was walked from the beginning on what it stands on, and what it needs read to go on. */
export function walkRun(
  run: DiagnosisRun,
  basis: SavedBasis,
  { set, tree, probeInfo, nowMs }: Surroundings,
): { run: DiagnosisRun; wanted: WantedReadings | null } {
  const { state, wanted, path, question, findings } = walk(
    tree,
    { hostId: run.hostId, runId: run.id, ...basis, nowMs },
    { treeById: (id) => set.trees.get(id), probeInfo },
  );
  const walked: DiagnosisRun = {
    ...run,
    state: state === 'reading' ? 'collecting' : state,
    updatedAtMs: nowMs,
    progress: {
      done: basis.results.length,
      total: reachableProbes(set, tree).length,
      running: [...(wanted?.probeIds ?? [])],
    },
    reading: wanted && { stepId: wanted.stepId, done: 0, times: wanted.times, everyMs: wanted.everyMs },
    probes: probesOf(basis.results),
    // A step that is still on the path keeps the time it was first come to.
    path: path.map((visit) => ({
      ...visit,
      atMs: run.path.find(({ stepId }) => stepId === visit.stepId)?.atMs ?? visit.atMs,
      isForced: visit.isForced || basis.assumedAnswers?.includes(visit.stepId) === true,
    })),
    question,
    findings,
    doubts: doubtsOf(basis, probeInfo),
    error: null,
  };
  return { run: walked, wanted };
}

export function probesOf(results: readonly ProbeResult[]): DiagnosisRun['probes'] {
  return results.map(({ probeId, state, reason, observedAtMs }) => ({ probeId, state, reason, observedAtMs }));
}
