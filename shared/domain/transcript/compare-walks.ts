import { z } from 'zod';
import { type BranchEvaluation, type DiagnosisRun, type StepVisit, stepVisitSchema } from '../diagnosis';
import { type Finding, findingSchema } from '../finding';
import { localizedTextSchema } from '../text-schema';

const value = z.string().nullable();

/** One step of two walks; a walk that did not come to it has null. `parted`: both came to it and went different ways. */
const comparedStepSchema = z.object({
  stepId: z.string(),
  title: localizedTextSchema.nullable(),
  relation: z.enum(['same', 'parted', 'only-before', 'only-after']),
  before: stepVisitSchema.nullable(),
  after: stepVisitSchema.nullable(),
  /** What its conditions looked at, as short JSON; null where that walk did not judge it. */
  values: z.array(z.object({ expression: z.string(), before: value, after: value, isDifferent: z.boolean() })),
});
export type ComparedStep = z.infer<typeof comparedStepSchema>;

/** A finding by its code. `changed`: in both, about something else or in other words of severity. */
const comparedFindingSchema = z.object({
  code: z.string(),
  change: z.enum(['same', 'changed', 'came', 'went']),
  before: findingSchema.nullable(),
  after: findingSchema.nullable(),
});
export type ComparedFinding = z.infer<typeof comparedFindingSchema>;

export const walkComparisonSchema = z.object({
  /** The same steps by the same branches to the same findings. */
  isSame: z.boolean(),
  steps: z.array(comparedStepSchema),
  /** Position in `steps` of the first where they part; null where they never do. */
  partedAt: z.number().nullable(),
  findings: z.array(comparedFindingSchema),
});
export type WalkComparison = z.infer<typeof walkComparisonSchema>;

type Walk = Pick<DiagnosisRun, 'path' | 'findings'>;

/**
 * Puts two walks side by side, the steps that both came to in one row. Pure and symmetric: swapping the walks swaps `before`
 * and `after`.
 */
export function compareWalks(
  before: Walk,
  after: Walk,
  titleOf: (stepId: string) => ComparedStep['title'] = () => null,
): WalkComparison {
  const steps = aligned(before.path, after.path).map(([one, other]) => comparedStep(one, other, titleOf));
  const findings = comparedFindings(before.findings, after.findings);
  const partedAt = steps.findIndex(({ relation }) => relation !== 'same');
  return {
    isSame: partedAt < 0 && findings.every(({ change }) => change === 'same'),
    steps,
    partedAt: partedAt < 0 ? null : partedAt,
    findings,
  };
}

type Row = readonly [StepVisit | null, StepVisit | null];

/** The longest common course of steps, the rest of each walk between. */
function aligned(before: readonly StepVisit[], after: readonly StepVisit[]): Row[] {
  const width = after.length + 1;
  const lengths = new Array<number>((before.length + 1) * width).fill(0);
  const at = (one: number, other: number): number => lengths[one * width + other] ?? 0;
  for (let one = before.length - 1; one >= 0; one -= 1) {
    for (let other = after.length - 1; other >= 0; other -= 1) {
      lengths[one * width + other] =
        before[one]?.stepId === after[other]?.stepId
          ? at(one + 1, other + 1) + 1
          : Math.max(at(one + 1, other), at(one, other + 1));
    }
  }
  const rows: Row[] = [];
  let [one, other] = [0, 0];
  for (;;) {
    const [left, right] = [before[one] ?? null, after[other] ?? null];
    if (left === null && right === null) return rows;
    const isBoth = left !== null && right !== null && left.stepId === right.stepId;
    const isLeft = left !== null && (right === null || at(one + 1, other) >= at(one, other + 1));
    rows.push(isBoth ? [left, right] : isLeft ? [left, null] : [null, right]);
    if (isBoth || isLeft) one += 1;
    if (isBoth || !isLeft) other += 1;
  }
}

function comparedStep(
  before: StepVisit | null,
  after: StepVisit | null,
  titleOf: (stepId: string) => ComparedStep['title'],
): ComparedStep {
  const stepId = (before ?? after)?.stepId ?? '';
  const relation =
    before === null
      ? 'only-after'
      : after === null
        ? 'only-before'
        : before.chosenBranchId === after.chosenBranchId
          ? 'same'
          : 'parted';
  return { stepId, title: titleOf(stepId), relation, before, after, values: comparedValues(before, after) };
}

function comparedValues(before: StepVisit | null, after: StepVisit | null): ComparedStep['values'] {
  const [one, other] = [valuesOf(before?.evaluations ?? []), valuesOf(after?.evaluations ?? [])];
  return [...new Set([...one.keys(), ...other.keys()])].map((expression) => {
    const [left, right] = [one.get(expression) ?? null, other.get(expression) ?? null];
    return { expression, before: left, after: right, isDifferent: left !== null && right !== null && left !== right };
  });
}

function valuesOf(evaluations: readonly BranchEvaluation[]): Map<string, string> {
  return new Map(evaluations.flatMap(({ values }) => values.map((one) => [one.expression, one.value] as const)));
}

function comparedFindings(before: readonly Finding[], after: readonly Finding[]): ComparedFinding[] {
  const left = [...after];
  const rows = before.map((one): ComparedFinding => {
    const at = left.findIndex(({ code }) => code === one.code);
    const [other = null] = at < 0 ? [] : left.splice(at, 1);
    const change = other === null ? 'went' : sense(one) === sense(other) ? 'same' : 'changed';
    return { code: one.code, change, before: one, after: other };
  });
  return [
    ...rows,
    ...left.map((one): ComparedFinding => ({ code: one.code, change: 'came', before: null, after: one })),
  ];
}

/** What a finding says, without the run and the time it says it of. */
function sense({ severity, state, title, subjects }: Finding): string {
  return JSON.stringify([severity, state, title.en, [...subjects].sort()]);
}
