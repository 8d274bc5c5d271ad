import type { TreeGraph } from '#shared/domain/diagnosis';
import type { ProbeInfo } from '#shared/domain/probe';
import type { LocalizedText } from '#shared/domain/text';
import { compareWalks } from '#shared/domain/transcript/compare-walks';
import type { Replay, ReplayedWalk, RunHead, Transcript } from '#shared/domain/transcript/transcript';
import { LazyTrees } from '../trees/compile/lazy-trees';
import { treeGraph } from '../trees/compile/tree-graph';
import { compileTrees } from '../trees/compile/tree-library';
import { findTree, type TreeSet } from '../trees/compile/tree-set';
import { hashOf } from '../trees/runs/tree-texts';
import { walk } from '../trees/walk/walk';
import type { WalkBasis } from '../trees/walk/walk-basis';
import { readOutputs } from './read-outputs';

export interface ReplaySurroundings {
  /** The trees of today. */
  readonly set: TreeSet;
  readonly probeInfo: readonly ProbeInfo[];
  readonly head: RunHead;
}

/** Walks a recorded run again: as it was, and as it would go today. Reads nothing but the transcript. */
export async function replay(transcript: Transcript, { set, probeInfo, head }: ReplaySurroundings): Promise<Replay> {
  const { run, basis, trees, evidence } = transcript;
  const byId = new Map(evidence.map((one) => [one.id, one]));
  const then = recordedTrees(transcript, set);
  const results = await readOutputs(basis.results, byId);
  const again: Record<string, WalkBasis['results']> = {};
  const readings = { ...results.readings, different: [...results.readings.different] };
  for (const [stepId, recorded] of Object.entries(basis.again ?? {})) {
    const read = await readOutputs(recorded, byId);
    again[stepId] = read.results;
    readings.read += read.readings.read;
    readings.notKept += read.readings.notKept;
    readings.different.push(...read.readings.different);
  }
  const ofToday: WalkBasis = { ...basis, results: results.results, ...(basis.again ? { again } : {}) };
  const walked = (with_: TreeSet, stoodOn: WalkBasis): ReplayedWalk => walkAgain(transcript, with_, stoodOn, probeInfo);
  return {
    run: head,
    trees: trees.map(({ id, sha256, isOfRun }) => {
      const now = set.trees.get(id);
      const today = now === undefined ? null : hashOf(now);
      const state = !isOfRun ? 'not-kept' : today === null ? 'gone' : today === sha256 ? 'same' : 'changed';
      return { id, recorded: isOfRun ? sha256 : null, today, state };
    }),
    recorded: walked(then, basis),
    readings,
    today: set.trees.has(run.treeId)
      ? walked(set, ofToday)
      : { kind: 'not-compiled', problem: `${run.treeId}: no such tree` },
  };
}

/** The recorded trees, beside those of today that are not among them. One that is as it was is not compiled again. */
function recordedTrees({ trees }: Transcript, today: TreeSet): TreeSet {
  const changed = trees.filter(({ id, sha256 }) => {
    const now = today.trees.get(id);
    return now === undefined || hashOf(now) !== sha256;
  });
  const ids = new Set(changed.map(({ id }) => id));
  if (ids.size === 0) return today;
  const others = [...today.trees.keys()].filter((id) => !ids.has(id));
  const beside = new LazyTrees(others.map((id) => [id, () => findTree(today, id)]));
  const files = changed.map(({ file, text }) => ({ file, text, isBuiltIn: false }));
  return compileTrees(files, null, beside);
}

function walkAgain(
  { run }: Transcript,
  { trees, problems }: TreeSet,
  basis: WalkBasis,
  probeInfo: readonly ProbeInfo[],
): ReplayedWalk {
  const tree = trees.get(run.treeId);
  if (tree === undefined) {
    const [first] = problems;
    const problem = first ? `${first.file}:${first.line ?? 1}: ${first.message}` : run.treeId;
    return { kind: 'not-compiled', problem };
  }
  const found = walk(
    tree,
    { hostId: run.hostId, runId: run.id, nowMs: run.updatedAtMs, ...basis },
    { treeById: (id) => trees.get(id), probeInfo },
  );
  const comparison = compareWalks(
    run,
    found,
    stepTitles(run.treeId, (id) => trees.get(id)),
  );
  return found.wanted === null
    ? { kind: 'walked', comparison }
    : { kind: 'reads-more', stepId: found.wanted.stepId, comparison };
}

/** What the steps of a walk are called: `step` of the tree itself, `tree:step` of one that it went on to. */
export function stepTitles(
  treeId: string,
  treeById: (id: string) => Parameters<typeof treeGraph>[0] | undefined,
): (stepId: string) => LocalizedText | null {
  const graphs = new Map<string, TreeGraph | null>();
  return (stepId) => {
    const [first = '', second] = stepId.split(':');
    const [id, step] = second === undefined ? [treeId, first] : [first, second];
    if (!graphs.has(id)) {
      const tree = treeById(id);
      graphs.set(id, tree === undefined ? null : treeGraph(tree));
    }
    return graphs.get(id)?.steps.find((one) => one.id === step)?.title ?? null;
  };
}
