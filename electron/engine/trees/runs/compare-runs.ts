import type { DiagnosisRun, RunChange, StepVisit } from '#shared/domain/diagnosis';
import type { Finding } from '#shared/domain/finding';
import type { LocalizedText } from '#shared/domain/text';

/** What is being done to a run that was walked before, to tell afterwards what it changed. */
export interface Revision extends Pick<RunChange, 'kind' | 'stepId'> {
  readonly before: DiagnosisRun;
}

const shownValues = 40;

/** How a run came out against how it stood before; the answers or facts that were changed are not told. */
export function changeOf({ kind, stepId, before }: Revision, after: DiagnosisRun): RunChange {
  const earlier = new Map(before.path.map((visit) => [visit.stepId, visit]));
  const later = new Map(after.path.map((visit) => [visit.stepId, visit]));
  const left = before.path.filter((visit) => !later.has(visit.stepId));
  return {
    kind,
    stepId,
    atMs: after.updatedAtMs,
    steps: [
      ...after.path.flatMap((visit) => turned(earlier.get(visit.stepId), visit)),
      ...left.map((visit) => ({ stepId: visit.stepId, kind: 'left' as const, before: wayOf(visit), after: null })),
    ],
    values: after.path.flatMap((visit) => changedValues(earlier.get(visit.stepId), visit)).slice(0, shownValues),
    findings: [
      ...unlike(after.findings, before.findings).map((finding) => ({ kind: 'new' as const, ...named(finding) })),
      ...unlike(before.findings, after.findings).map((finding) => ({ kind: 'gone' as const, ...named(finding) })),
    ],
  };
}

function turned(before: StepVisit | undefined, after: StepVisit): RunChange['steps'] {
  const { stepId } = after;
  if (before === undefined) return [{ stepId, kind: 'joined', before: null, after: wayOf(after) }];
  if (before.chosenBranchId === after.chosenBranchId) return [];
  return [{ stepId, kind: 'turned', before: wayOf(before), after: wayOf(after) }];
}

function wayOf({ evaluations, chosenBranchId }: StepVisit): LocalizedText | null {
  return evaluations.find(({ branchId }) => branchId === chosenBranchId)?.label ?? null;
}

function changedValues(before: StepVisit | undefined, { stepId, evaluations }: StepVisit): RunChange['values'] {
  const earlier = new Map(
    before?.evaluations.flatMap(({ values }) => values.map(({ expression, value }) => [expression, value] as const)),
  );
  const seen = new Map(
    evaluations.flatMap(({ values }) => values.map(({ expression, value }) => [expression, value] as const)),
  );
  return [...seen].flatMap(([expression, value]) => {
    const was = earlier.get(expression);
    return was === undefined || was === value ? [] : [{ stepId, expression, before: was, after: value }];
  });
}

function unlike(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  return findings.filter(({ code, title }) => !others.some((one) => one.code === code && one.title.en === title.en));
}

function named({ code, title }: Finding): Pick<Finding, 'code' | 'title'> {
  return { code, title };
}
