import { randomUUID } from 'node:crypto';
import type { Answers, Assumption, DiagnosisRun } from '#shared/domain/diagnosis';
import { ConflictError, InvalidError } from '../../errors';
import { findStep, reachableProbes } from '../compile/tree-set';
import { assume } from './assume';
import { checkAnswersOf } from './check-answers';
import type { Revision } from './compare-runs';
import type { SavedRun } from './diagnosis-repository';
import { endRun } from './diagnosis-runs';
import { missingProbes, probesOfStep, withKept, withMissing, withResults } from './fresh-results';
import { walkRun } from './walk-run';
import type { WalkingRuns } from './walking-runs';

export type Question = NonNullable<DiagnosisRun['question']>;

/** What is done to a run that was walked before: answered, gone back in, read again, gone on with, and asked "what if". */
export class RevisedRuns {
  readonly #runs: WalkingRuns;
  /** As they were before they began to be read again. */
  readonly #rereading = new Map<string, SavedRun>();

  constructor(runs: WalkingRuns) {
    this.#runs = runs;
  }

  answer(runId: string, stepId: string, answers: Answers): DiagnosisRun {
    const { run, basis } = this.#runs.idle(runId);
    const isAsked = run.state === 'waiting' && run.question?.stepId === stepId;
    if (!isAsked && !run.path.some((visit) => visit.stepId === stepId && visit.answers !== null)) {
      throw new ConflictError('diagnosis.notWaitingThere', { stepId });
    }
    const checked = checkAnswersOf({ ...this.#runs.treeOf(run.treeId), stepId }, answers);
    const revision: Revision = { kind: 'answers', stepId, before: run };
    return this.#runs.goOn(
      run,
      { ...basis, answers: { ...basis.answers, [stepId]: checked } },
      isAsked ? {} : { revision },
    );
  }

  question(runId: string, stepId: string): Question {
    const { run, basis } = this.#runs.saved.get(runId);
    const { [stepId]: given, ...answers } = basis.answers;
    const { [stepId]: _, ...forced } = basis.forced;
    const { nowMs, probeInfo } = this.#runs.options;
    const surroundings = { ...this.#runs.treeOf(run.treeId), probeInfo, nowMs: nowMs() };
    const unattended = passedQuestions(run.path).filter((id) => id !== stepId);
    const { question } = walkRun(run, { ...basis, answers, forced, unattended }, surroundings).run;
    if (question?.stepId !== stepId) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    return {
      ...question,
      fields: question.fields.map((field) => ({ ...field, initial: given?.[field.name] ?? field.initial })),
    };
  }

  readAgain(runId: string, stepId: string | null): DiagnosisRun {
    const saved = this.#runs.idle(runId);
    const { run, basis } = saved;
    if (run.isWhatIf) throw new ConflictError('diagnosis.whatIfReads');
    const { set, tree } = this.#runs.treeOf(run.treeId);
    const visit = run.path.find((one) => one.stepId === stepId);
    if (stepId !== null && visit === undefined) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    const probeIds =
      visit === undefined ? reachableProbes(set, tree) : probesOfStep(findStep(set, tree, visit.stepId), visit);
    const atMs = this.#runs.options.nowMs();
    const reading: DiagnosisRun = {
      ...run,
      state: 'collecting',
      updatedAtMs: atMs,
      question: null,
      reading: null,
      progress: { done: 0, total: probeIds.length, running: [...probeIds] },
    };
    this.#runs.tell(reading, { ...basis, ownerPid: process.pid });
    this.#rereading.set(runId, saved);
    this.#runs.collecting.start(reading, { probeIds, startedAtMs: atMs }, (_, results, end) => {
      this.#rereading.delete(runId);
      const revision: Revision = { kind: 'read', stepId, before: run };
      if (end === null) this.#runs.finish(run, withResults(basis, results), null, { revision });
      else this.#runs.saveSoon({ ...run, error: end.error, updatedAtMs: this.#runs.options.nowMs() }, basis);
    });
    return reading;
  }

  resume(runId: string): DiagnosisRun {
    const { run, basis } = this.#runs.saved.get(runId);
    if (this.#runs.collecting.has(runId) || (run.state !== 'failed' && run.state !== 'cancelled')) {
      throw new ConflictError('diagnosis.notOver');
    }
    const { set, tree } = this.#runs.treeOf(run.treeId);
    const probeIds = reachableProbes(set, tree);
    const { inventory } = this.#runs.options;
    const had = withKept(basis, inventory.results(run.hostId), { probeIds, startedAtMs: run.startedAtMs });
    const missing = missingProbes(had, probeIds);
    if (missing.length === 0) return this.#runs.goOn(run, had);
    const atMs = this.#runs.options.nowMs();
    const reading: DiagnosisRun = {
      ...run,
      state: 'collecting',
      error: null,
      updatedAtMs: atMs,
      progress: { done: 0, total: missing.length, running: missing },
    };
    this.#runs.tell(reading, { ...had, ownerPid: process.pid });
    this.#runs.collecting.start(reading, { probeIds: missing, startedAtMs: atMs }, (read, results, end) =>
      this.#runs.finish(read, withMissing(had, results), end),
    );
    return reading;
  }

  back(runId: string, stepId: string): DiagnosisRun {
    const { run, basis } = this.#runs.idle(runId);
    const at = run.path.findIndex((visit) => visit.stepId === stepId);
    if (at < 0) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    const forgotten = run.path.slice(at).map((visit) => visit.stepId);
    const keep = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(values).filter(([id]) => !forgotten.includes(id)));
    // Who goes back is there to answer from here on.
    return this.#runs.goOn(run, {
      ...basis,
      answers: keep(basis.answers),
      forced: keep(basis.forced),
      unattended: passedQuestions(run.path.slice(0, at)),
    });
  }

  whatIf(runId: string, assumption: Assumption): DiagnosisRun {
    const saved = this.#runs.idle(runId);
    const { set, tree } = this.#runs.treeOf(saved.run.treeId);
    if (assumption.kind === 'answers') {
      const answers = checkAnswersOf({ set, tree, stepId: assumption.stepId }, assumption.answers);
      return this.#assume(saved, assume(saved, { ...assumption, answers }, null));
    }
    const step = assumption.kind === 'branch' ? findStep(set, tree, assumption.stepId) : null;
    return this.#assume(saved, assume(saved, assumption, step ?? null));
  }

  /** A copy of the run's own: no comparison and no incident that the run belongs to has it. */
  #assume({ run }: SavedRun, { basis, assumedFacts }: ReturnType<typeof assume>): DiagnosisRun {
    const copy: DiagnosisRun = {
      ...run,
      id: randomUUID(),
      startedAtMs: this.#runs.options.nowMs(),
      isWhatIf: true,
      whatIfOf: run.whatIfOf ?? run.id,
      strandsId: null,
      incidentId: null,
      assumedFacts,
    };
    return this.#runs.goOn(copy, basis, { isFirstFresh: true });
  }

  cancel(runId: string): DiagnosisRun {
    const collecting = this.#runs.collecting.cancel(runId);
    if (collecting !== undefined) return this.#rereading.get(runId)?.run ?? collecting;
    const { run, basis } = this.#runs.saved.get(runId);
    if (run.state !== 'waiting') throw new ConflictError('diagnosis.alreadyOver');
    const cancelled = endRun(run, { state: 'cancelled', error: null }, this.#runs.options.nowMs());
    return this.#runs.tell(cancelled, basis);
  }
}

/** Those that nobody was there to answer. */
function passedQuestions(path: DiagnosisRun['path']): string[] {
  return path.filter(({ chosenBranchId }) => chosenBranchId === 'unattended').map(({ stepId }) => stepId);
}
