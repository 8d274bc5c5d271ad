import type { DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import { currentStepId, waysOf } from './graph-model';

/** The tree without what the walk did not come to: its path, and where the step it waits at can go. */
export function foldTree(tree: TreeGraph, run: DiagnosisRun | null): TreeGraph {
  const currentId = currentStepId(run);
  const current = tree.steps.find(({ id }) => id === currentId);
  const next = run?.state === 'concluded' || !current ? [] : waysOf(current, null).map(({ to }) => to);
  const shown = new Set([...(run?.path.map(({ stepId }) => stepId) ?? []), currentId, ...next]);
  const taken = new Map(run?.path.map(({ stepId, chosenBranchId }) => [stepId, chosenBranchId]));
  const steps = tree.steps.filter(({ id }) => shown.has(id));
  if (steps.length === 0) return tree;
  return {
    ...tree,
    steps: steps.map((step) => ({
      ...step,
      branches: waysOf(
        step,
        run?.path.find(({ stepId }) => stepId === step.id),
      ).filter(({ id, to }) => shown.has(to) && (taken.get(step.id) ?? id) === id),
    })),
  };
}
