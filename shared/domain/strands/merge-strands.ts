import type { BranchEvaluation, DiagnosisRun, StepVisit } from '../diagnosis';
import { severities } from '../finding';
import type { LocalizedText } from '../text';
import type { MergedStrands, Parting, PartingValue, PartingWay, StrandGroup } from './strands';

/** The part of a run that its strand is made of; small enough to keep of hundreds of nodes. */
export type StrandRun = Pick<
  DiagnosisRun,
  'id' | 'hostId' | 'state' | 'updatedAtMs' | 'progress' | 'reading' | 'error' | 'path' | 'question' | 'findings'
>;

/** Laid side by side: groups of nodes with the same path, and where and by which values the paths part. */
export function mergeStrands(runs: readonly StrandRun[]): MergedStrands {
  const groups = groupsOf(runs);
  const groupOf = new Map(groups.flatMap(({ id, hostIds }) => hostIds.map((hostId) => [hostId, id] as const)));
  const whole = runs.filter(isWhole);
  return {
    strands: runs.map(({ id, hostId, state, updatedAtMs, progress, reading = null, error }) => ({
      hostId,
      state,
      updatedAtMs,
      // What runs just now is told by the run itself.
      progress: { ...progress, running: [] },
      reading,
      error,
      runId: id,
      groupId: groupOf.get(hostId) ?? null,
    })),
    groups,
    partings: partingsOf(whole, groupOf),
    questions: questionsOf(whole),
  };
}

/** It came to an end, or to a question; what was cut off says nothing of where it would have gone. */
function isWhole({ state, path }: StrandRun): boolean {
  return (state === 'concluded' || state === 'waiting') && path.length > 0;
}

function groupsOf(runs: readonly StrandRun[]): StrandGroup[] {
  const byPath = bucket(runs.filter(isWhole), ({ state, path }) =>
    JSON.stringify([state, path.map(({ stepId, chosenBranchId }) => [stepId, chosenBranchId])]),
  );
  const worst = ([run]: readonly StrandRun[]): number =>
    Math.max(-1, ...(run?.findings ?? []).map(({ severity }) => severities.indexOf(severity)));
  return [...byPath.values()]
    .sort((one, other) => one.length - other.length || worst(other) - worst(one))
    .map((members, index) => {
      const [first] = members;
      return {
        id: letters(index),
        hostIds: members.map(({ hostId }) => hostId),
        path: (first?.path ?? []).map(({ stepId, chosenBranchId }) => ({ stepId, branchId: chosenBranchId })),
        isWaiting: first?.state === 'waiting',
        findings: (first?.findings ?? []).map(({ code, state, severity, title }) => ({ code, state, severity, title })),
      };
    });
}

/** A, B, … Z, AA, AB, … */
export function letters(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letters(Math.floor(index / 26) - 1) + letter;
}

interface At {
  readonly hostId: string;
  readonly visit: StepVisit;
  readonly isWaiting: boolean;
}

function partingsOf(runs: readonly StrandRun[], groupOf: ReadonlyMap<string, string>): Parting[] {
  const byStep = new Map<string, { at: At[]; place: number }>();
  for (const { hostId, path, question } of runs) {
    path.forEach((visit, place) => {
      const step = byStep.get(visit.stepId) ?? { at: [], place };
      step.at.push({ hostId, visit, isWaiting: question?.stepId === visit.stepId });
      step.place = Math.min(step.place, place);
      byStep.set(visit.stepId, step);
    });
  }
  return [...byStep]
    .map(([stepId, { at, place }]) => ({
      stepId,
      place,
      count: at.length,
      ways: [...bucket(at, ({ visit }) => visit.chosenBranchId).values()].sort((a, b) => a.length - b.length),
    }))
    .filter(({ ways }) => ways.length > 1)
    .sort((one, other) => one.place - other.place || other.count - one.count)
    .map(({ stepId, ways }) => ({
      stepId,
      ways: ways.map((way) => wayOf(way, groupOf)),
      values: valuesOf(ways),
    }));
}

function wayOf(way: readonly At[], groupOf: ReadonlyMap<string, string>): PartingWay {
  const taken = way.map((at) => ({ ...at, evaluation: evaluationOf(at) }));
  const reasons = bucket(
    taken.filter(({ evaluation }) => evaluation?.reason != null),
    ({ evaluation }) => JSON.stringify(evaluation?.reason),
  );
  return {
    branchId: way[0]?.visit.chosenBranchId ?? null,
    label: taken[0]?.evaluation?.label ?? { en: '' },
    hostIds: way.map(({ hostId }) => hostId),
    groupIds: [...new Set(way.flatMap(({ hostId }) => groupOf.get(hostId) ?? []))].sort(byLetters),
    reasons: mostFirst([...reasons.values()]).map((same) => ({
      text: same[0]?.evaluation?.reason as LocalizedText,
      hostIds: same.map(({ hostId }) => hostId),
    })),
  };
}

function evaluationOf({ visit }: At): BranchEvaluation | undefined {
  return visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
}

/** What all conditions of the step looked at: one that was not judged any more has no values. */
function valuesOf(ways: readonly (readonly At[])[]): PartingValue[] {
  const read = ways.map((way) => way.map(({ hostId, visit }) => ({ hostId, values: valuesAt(visit) })));
  const expressions = new Set(read.flat().flatMap(({ values }) => [...values.keys()]));
  return [...expressions]
    .flatMap((expression) => {
      const byWay = read.map((way) => {
        const known = way.flatMap(({ hostId, values }) => {
          const value = values.get(expression);
          return value === undefined ? [] : [{ hostId, value }];
        });
        return mostFirst([...bucket(known, ({ value }) => value).values()]).map((same) => ({
          value: same[0]?.value ?? 'null',
          hostIds: same.map(({ hostId }) => hostId),
        }));
      });
      const filled = byWay.filter((values) => values.length > 0);
      const sets = filled.map((values) => new Set(values.map(({ value }) => value)));
      const isSame = sets.every((set) => set.size === sets[0]?.size && [...set].every((value) => sets[0]?.has(value)));
      if (filled.length < 2 || isSame) return [];
      const count = sets.reduce((sum, set) => sum + set.size, 0);
      return [{ expression, isDeciding: new Set(sets.flatMap((set) => [...set])).size === count, ways: byWay }];
    })
    .sort((one, other) => Number(other.isDeciding) - Number(one.isDeciding));
}

/** An answer counts as what it was, by its field. */
function valuesAt({ evaluations, answers }: StepVisit): Map<string, string> {
  const judged = evaluations.flatMap(({ values }) => values);
  return new Map([
    ...judged.map(({ expression, value }) => [expression, value] as const),
    ...Object.entries(answers ?? {}).map(([field, value]) => [field, JSON.stringify(value)] as const),
  ]);
}

function questionsOf(runs: readonly StrandRun[]): MergedStrands['questions'] {
  const asking = runs.flatMap(({ hostId, question }) => (question === null ? [] : [{ hostId, question }]));
  return [...bucket(asking, ({ question }) => question.stepId)].map(([stepId, same]) => ({
    stepId,
    hostIds: same.map(({ hostId }) => hostId),
    question: same[0]?.question as NonNullable<DiagnosisRun['question']>,
  }));
}

function bucket<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const buckets = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = buckets.get(key);
    if (known === undefined) buckets.set(key, [item]);
    else known.push(item);
  }
  return buckets;
}

function mostFirst<T>(buckets: T[][]): T[][] {
  return buckets.sort((one, other) => other.length - one.length);
}

function byLetters(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}
