import type { DiagnosisRun, TreeGraph } from './diagnosis';

/** A walk that went on in another tree names that tree's steps `tree:step`; those of its own tree have no prefix. */
export function treeOfStep(run: DiagnosisRun, stepId: string): string {
  const separator = stepId.indexOf(':');
  return separator < 0 ? run.treeId : stepId.slice(0, separator);
}

/** The trees a walk came through, in order. */
export function treesOfRun(run: DiagnosisRun): string[] {
  const steps = [...run.path.map((visit) => visit.stepId), ...(run.question ? [run.question.stepId] : [])];
  return [...new Set([run.treeId, ...steps.map((stepId) => treeOfStep(run, stepId))])];
}

/** The tree with its steps named as the walk names them. */
export function asWalked(tree: TreeGraph, run: Pick<DiagnosisRun, 'treeId'>): TreeGraph {
  if (tree.id === run.treeId) return tree;
  const name = (stepId: string) => `${tree.id}:${stepId}`;
  return {
    ...tree,
    start: name(tree.start),
    steps: tree.steps.map((step) => ({
      ...step,
      id: name(step.id),
      branches: step.branches.map((branch) => ({ ...branch, to: name(branch.to) })),
    })),
  };
}

/** The steps of these trees by the names the walk has for them. */
export function walkedSteps(trees: readonly TreeGraph[], run: DiagnosisRun): Map<string, TreeGraph['steps'][number]> {
  return new Map(trees.flatMap((tree) => asWalked(tree, run).steps.map((step) => [step.id, step] as const)));
}
