import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import type { CompiledTree } from '../trees/compile/compiled-tree';
import { reachableProbes, type TreeSet } from '../trees/compile/tree-set';
import type { SavedBasis, SavedRun } from '../trees/runs/diagnosis-repository';
import { walkRun } from '../trees/runs/walk-run';

/** What a scan read of a node: enough to walk each of its trees again. */
export interface ScanBasis {
  readonly results: readonly ProbeResult[];
  /** What was read again, for all trees. */
  readonly later: readonly ProbeResult[];
  /** Not in scans of before it was kept. */
  readonly expected?: ExpectedGpus | null;
  /** By tree and step: which of `later` the step stands on. */
  readonly again: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/** What one tree stands on. */
export function basisOfTree(
  { results, later, again, expected }: ScanBasis,
  set: TreeSet,
  tree: CompiledTree,
): SavedBasis {
  const probeIds = new Set(reachableProbes(set, tree));
  return {
    results: results.filter(({ probeId }) => probeIds.has(probeId)),
    again: Object.fromEntries(
      Object.entries(again[tree.id] ?? {}).map(([stepId, indexes]) => [
        stepId,
        indexes.flatMap((index) => later[index] ?? []),
      ]),
    ),
    ...(expected && { expected }),
    answers: {},
    forced: {},
    unattended: 'all',
  };
}

interface WalkOpening {
  runId: string;
  hostId: string;
  startedAtMs: number;
  basis: ScanBasis;
  set: TreeSet;
  tree: CompiledTree;
  probeInfo: readonly ProbeInfo[];
}

/** The walk of a tree on what a scan read, as a diagnosis that can be gone on with. */
export function openWalk({ runId, hostId, startedAtMs, basis, set, tree, probeInfo }: WalkOpening): SavedRun {
  const start = blankRun({ id: runId, treeId: tree.id, hostId, startedAtMs });
  const surroundings = { set, tree, probeInfo, nowMs: startedAtMs };
  let saved = basisOfTree(basis, set, tree);
  for (;;) {
    const { run, wanted } = walkRun(start, saved, surroundings);
    if (wanted === null) return { run, basis: saved };
    // The scan ended before that was read again, or the tree is newer than the scan.
    saved = { ...saved, again: { ...saved.again, [wanted.stepId]: [] } };
  }
}

/** A run that has not been walked yet. */
export function blankRun(of: Pick<DiagnosisRun, 'id' | 'treeId' | 'hostId' | 'startedAtMs'>): DiagnosisRun {
  return {
    ...of,
    state: 'collecting',
    updatedAtMs: of.startedAtMs,
    isWhatIf: false,
    whatIfOf: null,
    progress: { done: 0, total: 0, running: [] },
    probes: [],
    path: [],
    question: null,
    findings: [],
    error: null,
  };
}
