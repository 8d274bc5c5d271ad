import type { Assumption, DiagnosisRun } from '#shared/domain/diagnosis';
import { InvalidError } from '../../errors';
import { type CompiledStep, edgesOf } from '../compile/compiled-tree';
import { withFact } from './assume-fact';
import type { SavedBasis, SavedRun } from './diagnosis-repository';

/**
 * What a what-if stands on: the run's basis with the assumption in it. What was assumed further on belongs to the path that
 * is being left. Throws InvalidError.
 * @param step of an assumed branch; null without such a step.
 */
export function assume(
  { run, basis }: SavedRun,
  assumption: Assumption,
  step: CompiledStep | null,
): { basis: SavedBasis; assumedFacts: NonNullable<DiagnosisRun['assumedFacts']> } {
  const assumedFacts = run.assumedFacts ?? [];
  switch (assumption.kind) {
    case 'branch': {
      const { stepId, branchId } = assumption;
      const before = stepsBefore(run, stepId);
      if (step === null || !edgesOf(step.definition).some(({ id }) => id === branchId)) {
        throw new InvalidError('diagnosis.noSuchBranch', { stepId, branchId });
      }
      const forced = Object.fromEntries(Object.entries(basis.forced).filter(([id]) => before.includes(id)));
      return { basis: { ...basis, forced: { ...forced, [stepId]: branchId } }, assumedFacts };
    }
    case 'answers': {
      const { stepId, answers } = assumption;
      const before = stepsBefore(run, stepId);
      const forced = Object.fromEntries(Object.entries(basis.forced).filter(([id]) => before.includes(id)));
      const assumedAnswers = [...(basis.assumedAnswers ?? []).filter((id) => before.includes(id)), stepId];
      return {
        basis: { ...basis, forced, assumedAnswers, answers: { ...basis.answers, [stepId]: answers } },
        assumedFacts,
      };
    }
    case 'fact': {
      const { probeId, path, value } = assumption;
      if (!basis.results.some((result) => result.probeId === probeId && result.state === 'ok')) {
        throw new InvalidError('diagnosis.noSuchFact', { path: `${probeId}: ${path}` });
      }
      const again = Object.entries(basis.again ?? {}).map(([id, results]) => [id, withFact(results, assumption)]);
      return {
        basis: { ...basis, results: withFact(basis.results, assumption), again: Object.fromEntries(again) },
        assumedFacts: [
          ...assumedFacts.filter((one) => one.probeId !== probeId || one.path !== path),
          { probeId, path, value },
        ],
      };
    }
  }
}

function stepsBefore({ path }: DiagnosisRun, stepId: string): string[] {
  const at = path.findIndex((visit) => visit.stepId === stepId);
  if (at < 0) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
  return path.slice(0, at).map((visit) => visit.stepId);
}
