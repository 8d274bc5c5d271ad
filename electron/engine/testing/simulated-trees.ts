import type { Finding } from '#shared/domain/finding';
import type { ProbeResult } from '#shared/domain/probe';
import { isKind, probesReadAgain } from '../trees/compile/compiled-tree';
import { builtInTrees, compileTrees } from '../trees/compile/tree-library';
import { findTree, reachableProbes, reachableTrees } from '../trees/compile/tree-set';
import { type WalkResult, walk } from '../trees/walk/walk';
import type { KnownNode, SimulatedNodes } from './simulated-nodes';

const set = compileTrees(builtInTrees());

export const treeIds: readonly string[] = [...set.trees.keys()];

/** Everything that these trees can need, read now. */
export async function readForTrees(
  { client }: SimulatedNodes,
  { hostId }: KnownNode,
  ids: readonly string[] = treeIds,
): Promise<ProbeResult[]> {
  const probeIds = [...new Set(ids.flatMap((id) => reachableProbes(set, findTree(set, id))))];
  await client.inventory.refresh({ hostId, probeIds });
  const { results } = await client.inventory.get({ hostId });
  return results.filter(({ probeId }) => probeIds.includes(probeId));
}

/** A built-in tree walked with nobody there to answer. What a step reads again is `later`, else the same once more. */
export function walkTree(treeId: string, results: readonly ProbeResult[], later?: readonly ProbeResult[]): WalkResult {
  const tree = findTree(set, treeId);
  const again = Object.fromEntries(
    reachableTrees(set, tree).flatMap((one) =>
      [...one.steps.values()].flatMap((step) => {
        if (!isKind(step, 'probe') || step.definition.again === undefined) return [];
        const { times = 1, everySeconds } = step.definition.again;
        const ids = [...probesReadAgain(step.definition), 'os'];
        const readings =
          later ?? Array.from({ length: times }, (_, at) => shifted(results, (at + 1) * everySeconds)).flat();
        const stepId = one.id === tree.id ? step.id : `${one.id}:${step.id}`;
        return [[stepId, readings.filter(({ probeId, state }) => ids.includes(probeId) && state === 'ok')]];
      }),
    ),
  );
  const hostId = results[0]?.hostId ?? 'node';
  const basis = { hostId, runId: 'run', results, again, answers: {}, forced: {}, unattended: 'all' as const, nowMs: 0 };
  return walk(tree, basis, { treeById: (id) => set.trees.get(id), probeInfo: [] });
}

/** Of each of these trees what is above `info`: its code and how bad it is. */
export function problemsOf(
  ids: readonly string[],
  results: readonly ProbeResult[],
  later?: readonly ProbeResult[],
): Record<string, string[]> {
  return Object.fromEntries(
    ids.map((id) => [
      id,
      problems(walkTree(id, results, later).findings).map(({ code, severity }) => `${code} ${severity}`),
    ]),
  );
}

export function problems(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

function shifted(results: readonly ProbeResult[], seconds: number): ProbeResult[] {
  return results.map((one) => ({ ...one, observedAtMs: one.observedAtMs + seconds * 1000 }));
}
