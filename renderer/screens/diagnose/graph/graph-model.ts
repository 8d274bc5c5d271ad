import { type DiagnosisRun, hypotheticalFrom, type StepVisit, type TreeGraph } from '#shared/domain/diagnosis';
import { diagnosisOf, type Finding } from '#shared/domain/finding';
import type { LocalizedText } from '#shared/domain/text';

export type StepKind = TreeGraph['steps'][number]['kind'];

/**
 * Where a step stands in a run. `current`: the walk is there now, or ended there. `visited`: on the path by the facts.
 * `hypothetical`: on the path only because a branch was forced. `ahead`: still reachable. `ruled-out`: no longer.
 */
export type StepStanding = 'current' | 'visited' | 'hypothetical' | 'ahead' | 'ruled-out';

/** How a branch came out. `taken` and `hypothetical` are on the path; the others say what its condition came to. */
export type BranchStanding = 'taken' | 'hypothetical' | 'false' | 'true' | 'unknown' | 'ahead';

export interface GraphStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly title: LocalizedText;
  readonly severity: string | null;
  readonly standing: StepStanding;
  /** The current step of a what-if run, or any after a forced branch, holds only under that assumption. */
  readonly isHypothetical: boolean;
  readonly findings: readonly Finding[];
}

export interface GraphBranch {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label: LocalizedText;
  readonly standing: BranchStanding;
}

export interface GraphModel {
  readonly steps: readonly GraphStep[];
  readonly branches: readonly GraphBranch[];
}

/** Joins a tree with a run on it: what the walk came through, what it ruled out and what is hypothetical. */
export function graphModel(tree: TreeGraph, run: DiagnosisRun | null): GraphModel {
  const path = run?.path ?? [];
  const visits = new Map(path.map((visit) => [visit.stepId, visit]));
  const hypothetical = new Set(path.slice(run ? hypotheticalFrom(run) : 0).map((visit) => visit.stepId));
  const currentId = currentStepId(run);
  const reachable = reachableFrom(tree, currentId ?? tree.start);

  const steps = tree.steps.map((step): GraphStep => {
    const isHypothetical = hypothetical.has(step.id);
    return {
      id: step.id,
      kind: step.kind,
      title: step.title,
      severity: step.severity,
      standing: stepStanding(step.id, { currentId, visits, isHypothetical, reachable }),
      isHypothetical,
      findings: run?.findings.filter((finding) => diagnosisOf(finding)?.stepId === step.id) ?? [],
    };
  });
  const branches = tree.steps.flatMap((step) =>
    (run ? waysOf(step, visits.get(step.id)) : step.branches).map((branch): GraphBranch => {
      const visit = visits.get(step.id);
      const isAssumed = hypothetical.has(step.id) || visit?.isForced === true;
      return {
        id: branchKey(step.id, branch.id),
        from: step.id,
        to: branch.to,
        label: branch.label,
        standing: branchStanding(branch.id, visit, isAssumed),
      };
    }),
  );
  const stepIds = new Set(tree.steps.map(({ id }) => id));
  return { steps, branches: branches.filter(({ to }) => stepIds.has(to)) };
}

/** The ways on from a step. Who looks at a walk is there: the way past a question is told only where it was gone. */
export function waysOf(
  { branches }: TreeGraph['steps'][number],
  visit: StepVisit | undefined | null,
): TreeGraph['steps'][number]['branches'] {
  return branches.filter(({ id }) => id !== 'unattended' || visit?.chosenBranchId === id);
}

/** The step the walk stands on: the one that asks or is being read again, else the last of the path. */
export function currentStepId(run: DiagnosisRun | null): string | null {
  return run?.question?.stepId ?? run?.reading?.stepId ?? run?.path.at(-1)?.stepId ?? null;
}

export function branchKey(stepId: string, branchId: string): string {
  return `${stepId}/${branchId}`;
}

function stepStanding(
  stepId: string,
  walk: {
    readonly currentId: string | null;
    readonly visits: ReadonlyMap<string, StepVisit>;
    readonly isHypothetical: boolean;
    readonly reachable: ReadonlySet<string>;
  },
): StepStanding {
  if (stepId === walk.currentId) return 'current';
  if (walk.visits.has(stepId)) return walk.isHypothetical ? 'hypothetical' : 'visited';
  return walk.reachable.has(stepId) ? 'ahead' : 'ruled-out';
}

function branchStanding(branchId: string, visit: StepVisit | undefined, isAssumed: boolean): BranchStanding {
  if (!visit) return 'ahead';
  if (visit.chosenBranchId === branchId) return isAssumed ? 'hypothetical' : 'taken';
  const result = visit.evaluations.find((evaluation) => evaluation.branchId === branchId)?.result;
  return result === undefined || result === 'not-judged' ? 'ahead' : result;
}

function reachableFrom(tree: TreeGraph, stepId: string): ReadonlySet<string> {
  const branchesOf = new Map(tree.steps.map((step) => [step.id, step.branches]));
  const reachable = new Set<string>();
  const pending = [stepId];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reachable.has(next)) continue;
    reachable.add(next);
    pending.push(...(branchesOf.get(next) ?? []).map((branch) => branch.to));
  }
  return reachable;
}
