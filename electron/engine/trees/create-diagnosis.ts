import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { EventPublisher } from '@orpc/server';
import type { Answers, Assumption, DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { ConflictError, InvalidError } from '../errors';
import type { Inventory } from '../inventory/inventory';
import type { KnowledgeProblem } from '../knowledge/yaml-source';
import type { Store } from '../store/store';
import { type RunChanges, watchRun } from '../store/watch-run';
import { type CompiledTree, isKind } from './compile/compiled-tree';
import type { TreeSummary } from './compile/tree-graph';
import { builtInActionIds, createTreeLibrary, type TreeLibrary } from './compile/tree-library';
import { findStep, findTree, reachableProbes, reachableTrees, type TreeSet } from './compile/tree-set';
import { assume } from './runs/assume';
import { checkAnswers } from './runs/check-answers';
import { CollectingRuns } from './runs/collecting-runs';
import { changeOf, type Revision } from './runs/compare-runs';
import type { SavedBasis, SavedRun } from './runs/diagnosis-repository';
import { DiagnosisRuns, endRun, failed, type RunEnd } from './runs/diagnosis-runs';
import { isOutdated, missingProbes, probesOfStep, withKept, withMissing, withResults } from './runs/fresh-results';
import type { ReadAgain } from './runs/read-again';
import { type TreeText, TreeTexts } from './runs/tree-texts';
import { walkRun } from './runs/walk-run';
import { runCases } from './walk/run-cases';

export interface DiagnosisOptions {
  readonly store: Store;
  readonly inventory: Inventory;
  readonly nowMs: () => number;
  /** Where the user keeps trees; null without such a folder. */
  readonly treesFolder: () => string | null;
  /** What each probe is called, for the evidence of findings. */
  readonly probeInfo: readonly ProbeInfo[];
  /** Waits between two readings; by the clock without it. */
  readonly wait?: ReadAgain['wait'];
}

export interface DiagnosisStart {
  readonly treeId: string;
  readonly hostId: string;
  readonly answers?: Readonly<Record<string, Answers>> | undefined;
  /** Walked together with other nodes. */
  readonly strandsId?: string | undefined;
  /** Nobody is there: questions without an answer are passed where the tree says. */
  readonly isUnattended?: boolean | undefined;
}

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

type Question = NonNullable<DiagnosisRun['question']>;

export interface Diagnosis {
  trees(): Promise<{ trees: TreeSummary[]; problems: readonly KnowledgeProblem[] }>;
  tree(treeId: string): TreeGraph;
  /** The trees as they are walked. */
  treeSet(): TreeSet;
  checkTree(file: string, text: string): readonly KnowledgeProblem[];
  /** The trees with this text in place of the one of its id, and what is wrong with it. */
  including(file: string, text: string): ReturnType<TreeLibrary['including']>;
  /** Runs the table tests of a tree: of the given one, else of the loaded one they name. */
  testTree(file: string, text: string, tree?: TextFile): ReturnType<typeof runCases>;
  list(hostId?: string): DiagnosisRun[];
  get(runId: string): DiagnosisRun;
  /** Those of these runs that there are, in their order. */
  runs(runIds: readonly string[]): DiagnosisRun[];
  /** It is being read by this process. */
  isCollecting(runId: string): boolean;
  /** Tells of each change by this process, until the returned function is called. */
  onDidChange(runId: string, listener: (run: DiagnosisRun) => void): () => void;
  /** The probe results a run stands on. */
  results(runId: string): readonly ProbeResult[];
  /** The run with all it stands on, as it can be walked again. */
  saved(runId: string): SavedRun;
  /** A tree's text as a run was walked with it; null where it is not kept. */
  treeText(hash: string): TreeText | null;
  /** Returns at once, `collecting`. */
  start(options: DiagnosisStart): DiagnosisRun;
  answer(runId: string, stepId: string, answers: Answers): DiagnosisRun;
  back(runId: string, stepId: string): DiagnosisRun;
  /** The form of a question on the path, filled in as it was answered. */
  question(runId: string, stepId: string): Question;
  /** Reads the probes of a step again, of all without one, and judges again. */
  readAgain(runId: string, stepId: string | null): DiagnosisRun;
  /** Goes on with a run that ended before its walk did. */
  resume(runId: string): DiagnosisRun;
  whatIf(runId: string, assumption: Assumption): DiagnosisRun;
  cancel(runId: string): DiagnosisRun;
  /** Where runs come from that are not saved here (the walks of scans); one is saved when something is done with it. */
  alsoFrom(source: (runId: string) => SavedRun | null): void;
  /** The run as it is, then every change, also by another process, until `signal` ends it. */
  watch(runId: string, signal?: AbortSignal): AsyncGenerator<DiagnosisRun>;
  /** Waits for collections that are under way, for tests and an orderly end. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Diagnosis runs: collect once, walk, and keep enough to walk again. */
export function createDiagnosis(options: DiagnosisOptions): Diagnosis {
  return new DiagnosisService(options);
}

interface GoOn {
  /** What is being done to a walk that was made before. */
  readonly revision?: Revision;
  /** The first reading of what is read again was just made, or is taken as it is. */
  readonly isFirstFresh?: boolean;
}

class DiagnosisService implements Diagnosis {
  readonly #options: DiagnosisOptions;
  readonly #library: TreeLibrary;
  readonly #runs: DiagnosisRuns;
  readonly #texts: TreeTexts;
  readonly #changes: RunChanges<DiagnosisRun> = new EventPublisher({ maxBufferedEvents: 100 });
  readonly #collecting: CollectingRuns;
  /** As they were before they began to be read again. */
  readonly #rereading = new Map<string, SavedRun>();

  constructor(options: DiagnosisOptions) {
    this.#options = options;
    this.#library = createTreeLibrary({ treesFolder: options.treesFolder, actionIds: builtInActionIds });
    this.#runs = new DiagnosisRuns(options);
    this.#texts = new TreeTexts(options.store);
    const onDidChange = (run: DiagnosisRun): void => this.#changes.publish(run.id, run);
    const wait: ReadAgain['wait'] = (ms, signal) => setTimeout(ms, undefined, { signal });
    this.#collecting = new CollectingRuns({ wait, ...options, onDidChange });
  }

  async trees(): Promise<{ trees: TreeSummary[]; problems: readonly KnowledgeProblem[] }> {
    const { trees: set, problems } = this.#library.load();
    const trees: TreeSummary[] = [];
    for (const id of set.keys()) {
      trees.push(this.#library.summary(id));
      // Reading one takes some milliseconds.
      await setImmediate();
    }
    return { trees, problems };
  }

  tree(treeId: string): TreeGraph {
    return this.#library.graph(findTree(this.#library.load(), treeId));
  }

  treeSet(): TreeSet {
    return this.#library.load();
  }

  alsoFrom(source: (runId: string) => SavedRun | null): void {
    this.#runs.source = source;
  }

  checkTree(file: string, text: string): readonly KnowledgeProblem[] {
    return this.#library.including(file, text).problems;
  }

  including(file: string, text: string): ReturnType<TreeLibrary['including']> {
    return this.#library.including(file, text);
  }

  testTree(file: string, text: string, tree?: TextFile): ReturnType<typeof runCases> {
    if (tree === undefined) return runCases(file, text, this.#library.load().trees);
    const { trees, problems } = this.#library.including(tree.file, tree.text);
    return problems.length > 0 ? { outcomes: [], problems } : runCases(file, text, trees);
  }

  list(hostId?: string): DiagnosisRun[] {
    return this.#runs.list(hostId).map((run) => this.#collecting.get(run.id) ?? run);
  }

  get(runId: string): DiagnosisRun {
    return this.#collecting.get(runId) ?? this.#runs.get(runId).run;
  }

  runs(runIds: readonly string[]): DiagnosisRun[] {
    const saved = new Map(this.#runs.some(runIds).map((run) => [run.id, run]));
    return runIds.flatMap((runId) => this.#collecting.get(runId) ?? saved.get(runId) ?? []);
  }

  isCollecting(runId: string): boolean {
    return this.#collecting.has(runId);
  }

  onDidChange(runId: string, listener: (run: DiagnosisRun) => void): () => void {
    return this.#changes.subscribe(runId, (run) => listener(run ?? this.get(runId)));
  }

  results(runId: string): readonly ProbeResult[] {
    return this.#runs.get(runId).basis.results;
  }

  saved(runId: string): SavedRun {
    return this.#runs.get(runId);
  }

  treeText(hash: string): TreeText | null {
    return this.#texts.find(hash);
  }

  start({ treeId, hostId, answers = {}, isUnattended = false, strandsId }: DiagnosisStart): DiagnosisRun {
    const set = this.#library.load();
    const tree = findTree(set, treeId);
    const checked = Object.fromEntries(
      Object.entries(answers).map(([stepId, given]) => [stepId, this.#checked(set, tree, stepId, given)]),
    );
    const probeIds = reachableProbes(set, tree);
    const atMs = this.#options.nowMs();
    const run: DiagnosisRun = {
      id: randomUUID(),
      treeId,
      hostId,
      state: 'collecting',
      startedAtMs: atMs,
      updatedAtMs: atMs,
      isWhatIf: false,
      whatIfOf: null,
      ...(strandsId && { strandsId }),
      progress: { done: 0, total: probeIds.length, running: [...probeIds] },
      probes: [],
      path: [],
      question: null,
      findings: [],
      error: null,
    };
    const basis: SavedBasis = {
      results: [],
      answers: checked,
      forced: {},
      ...(isUnattended && { unattended: 'all' as const }),
    };
    this.#runs.save({ run, basis: { ...basis, ownerPid: process.pid } });
    this.#collecting.start(run, { probeIds, startedAtMs: atMs }, (collected, results, end) =>
      this.#finish(collected, { ...basis, results }, end),
    );
    return run;
  }

  /** Saves before anything is acknowledged, then tells. A store that fails is said in the run, never swallowed. */
  #finish(run: DiagnosisRun, basis: SavedBasis, end: RunEnd | null, options: GoOn = {}): void {
    try {
      if (end === null) this.#goOn(run, basis, options);
      else this.#tell(endRun(run, end, this.#options.nowMs()), basis);
    } catch (error) {
      this.#saveSoon(endRun(run, failed(error), this.#options.nowMs()), basis);
    }
  }

  /** Walks as far as the basis goes; what the walk then wants read again is read, and it goes on from there. */
  #goOn(run: DiagnosisRun, stoodOn: SavedBasis, { revision, isFirstFresh = false }: GoOn = {}): DiagnosisRun {
    const { nowMs, probeInfo } = this.#options;
    const set = this.#library.load();
    const tree = findTree(set, run.treeId);
    const basis = { ...stoodOn, trees: this.#texts.keep(reachableTrees(set, tree)) };
    const { run: bare, wanted } = walkRun(run, basis, { set, tree, probeInfo, nowMs: nowMs() });
    const walked = { ...bare, change: revision === undefined ? null : changeOf(revision, bare) };
    if (wanted === null) return this.#tell(walked, basis);
    const owned = { ...basis, ownerPid: process.pid };
    this.#tell(walked, owned);
    if (!isFirstFresh && isOutdated(basis, wanted.probeIds, nowMs())) {
      this.#collecting.start(
        { ...walked, reading: null },
        { probeIds: wanted.probeIds, startedAtMs: nowMs() },
        (read, results, end) =>
          this.#finish(read, withResults(owned, results), end, { ...(revision && { revision }), isFirstFresh: true }),
      );
      return walked;
    }
    this.#collecting.readAgain(walked, wanted, (read, results, end) =>
      this.#finish(read, { ...owned, again: { ...owned.again, [wanted.stepId]: results } }, end, {
        ...(revision && { revision }),
        isFirstFresh,
      }),
    );
    return walked;
  }

  #saveSoon(run: DiagnosisRun, basis: SavedBasis): void {
    this.#runs.saveSoon({ run, basis });
    this.#changes.publish(run.id, run);
  }

  #tell(run: DiagnosisRun, basis: SavedBasis): DiagnosisRun {
    this.#runs.save({ run, basis });
    this.#changes.publish(run.id, run);
    return run;
  }

  answer(runId: string, stepId: string, answers: Answers): DiagnosisRun {
    const { run, basis } = this.#idle(runId);
    const isAsked = run.state === 'waiting' && run.question?.stepId === stepId;
    if (!isAsked && !run.path.some((visit) => visit.stepId === stepId && visit.answers !== null)) {
      throw new ConflictError('diagnosis.notWaitingThere', { stepId });
    }
    const set = this.#library.load();
    const checked = this.#checked(set, findTree(set, run.treeId), stepId, answers);
    const revision: Revision = { kind: 'answers', stepId, before: run };
    return this.#goOn(run, { ...basis, answers: { ...basis.answers, [stepId]: checked } }, isAsked ? {} : { revision });
  }

  question(runId: string, stepId: string): Question {
    const { run, basis } = this.#runs.get(runId);
    const { [stepId]: given, ...answers } = basis.answers;
    const { [stepId]: _, ...forced } = basis.forced;
    const set = this.#library.load();
    const { nowMs, probeInfo } = this.#options;
    const surroundings = { set, tree: findTree(set, run.treeId), probeInfo, nowMs: nowMs() };
    const unattended = passedQuestions(run.path).filter((id) => id !== stepId);
    const { question } = walkRun(run, { ...basis, answers, forced, unattended }, surroundings).run;
    if (question?.stepId !== stepId) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    return {
      ...question,
      fields: question.fields.map((field) => ({ ...field, initial: given?.[field.name] ?? field.initial })),
    };
  }

  readAgain(runId: string, stepId: string | null): DiagnosisRun {
    const saved = this.#idle(runId);
    const { run, basis } = saved;
    if (run.isWhatIf) throw new ConflictError('diagnosis.whatIfReads');
    const set = this.#library.load();
    const tree = findTree(set, run.treeId);
    const visit = run.path.find((one) => one.stepId === stepId);
    if (stepId !== null && visit === undefined) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    const probeIds =
      visit === undefined ? reachableProbes(set, tree) : probesOfStep(findStep(set, tree, visit.stepId), visit);
    const atMs = this.#options.nowMs();
    const reading: DiagnosisRun = {
      ...run,
      state: 'collecting',
      updatedAtMs: atMs,
      question: null,
      reading: null,
      progress: { done: 0, total: probeIds.length, running: [...probeIds] },
    };
    this.#tell(reading, { ...basis, ownerPid: process.pid });
    this.#rereading.set(runId, saved);
    this.#collecting.start(reading, { probeIds, startedAtMs: atMs }, (_, results, end) => {
      this.#rereading.delete(runId);
      const revision: Revision = { kind: 'read', stepId, before: run };
      if (end === null) this.#finish(run, withResults(basis, results), null, { revision });
      else this.#saveSoon({ ...run, error: end.error, updatedAtMs: this.#options.nowMs() }, basis);
    });
    return reading;
  }

  resume(runId: string): DiagnosisRun {
    const { run, basis } = this.#runs.get(runId);
    if (this.#collecting.has(runId) || (run.state !== 'failed' && run.state !== 'cancelled')) {
      throw new ConflictError('diagnosis.notOver');
    }
    const set = this.#library.load();
    const probeIds = reachableProbes(set, findTree(set, run.treeId));
    const { inventory } = this.#options;
    const had = withKept(basis, inventory.results(run.hostId), { probeIds, startedAtMs: run.startedAtMs });
    const missing = missingProbes(had, probeIds);
    if (missing.length === 0) return this.#goOn(run, had);
    const atMs = this.#options.nowMs();
    const reading: DiagnosisRun = {
      ...run,
      state: 'collecting',
      error: null,
      updatedAtMs: atMs,
      progress: { done: 0, total: missing.length, running: missing },
    };
    this.#tell(reading, { ...had, ownerPid: process.pid });
    this.#collecting.start(reading, { probeIds: missing, startedAtMs: atMs }, (read, results, end) =>
      this.#finish(read, withMissing(had, results), end),
    );
    return reading;
  }

  back(runId: string, stepId: string): DiagnosisRun {
    const { run, basis } = this.#idle(runId);
    const at = run.path.findIndex((visit) => visit.stepId === stepId);
    if (at < 0) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    const forgotten = run.path.slice(at).map((visit) => visit.stepId);
    const keep = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(values).filter(([id]) => !forgotten.includes(id)));
    // Who goes back is there to answer from here on.
    return this.#goOn(run, {
      ...basis,
      answers: keep(basis.answers),
      forced: keep(basis.forced),
      unattended: passedQuestions(run.path.slice(0, at)),
    });
  }

  whatIf(runId: string, assumption: Assumption): DiagnosisRun {
    const saved = this.#idle(runId);
    const set = this.#library.load();
    const tree = findTree(set, saved.run.treeId);
    if (assumption.kind === 'answers') {
      const answers = this.#checked(set, tree, assumption.stepId, assumption.answers);
      return this.#assume(saved, assume(saved, { ...assumption, answers }, null));
    }
    const step = assumption.kind === 'branch' ? findStep(set, tree, assumption.stepId) : null;
    return this.#assume(saved, assume(saved, assumption, step ?? null));
  }

  #assume({ run }: SavedRun, { basis, assumedFacts }: ReturnType<typeof assume>): DiagnosisRun {
    const copy: DiagnosisRun = {
      ...run,
      id: randomUUID(),
      startedAtMs: this.#options.nowMs(),
      isWhatIf: true,
      whatIfOf: run.whatIfOf ?? run.id,
      assumedFacts,
    };
    return this.#goOn(copy, basis, { isFirstFresh: true });
  }

  cancel(runId: string): DiagnosisRun {
    const collecting = this.#collecting.cancel(runId);
    if (collecting !== undefined) return this.#rereading.get(runId)?.run ?? collecting;
    const { run, basis } = this.#runs.get(runId);
    if (run.state !== 'waiting') throw new ConflictError('diagnosis.alreadyOver');
    const cancelled = endRun(run, { state: 'cancelled', error: null }, this.#options.nowMs());
    return this.#tell(cancelled, basis);
  }

  watch(runId: string, signal?: AbortSignal): AsyncGenerator<DiagnosisRun> {
    return watchRun({
      store: this.#options.store,
      changes: this.#changes,
      runId,
      read: () => this.get(runId),
      isElsewhere: (run) => run.state === 'collecting' && !this.#collecting.has(runId),
      // Whoever looks at it may go back, or ask "what if".
      isLast: () => false,
      signal,
    });
  }

  settled(): Promise<void> {
    return this.#collecting.settled();
  }

  close(): Promise<void> {
    return this.#collecting.close();
  }

  /** A run that is not being collected, to go on from its basis. */
  #idle(runId: string): SavedRun {
    if (this.#collecting.has(runId)) throw new ConflictError('diagnosis.stillCollecting');
    const saved = this.#runs.get(runId);
    if (saved.run.state === 'failed' || saved.run.state === 'cancelled')
      throw new ConflictError('diagnosis.alreadyOver');
    return saved;
  }

  #checked(set: TreeSet, tree: CompiledTree, stepId: string, answers: Answers): Answers {
    const step = findStep(set, tree, stepId);
    if (step === undefined || !isKind(step, 'ask')) throw new InvalidError('diagnosis.notWaitingThere', { stepId });
    return checkAnswers(step, answers);
  }
}

/** Those that nobody was there to answer. */
function passedQuestions(path: DiagnosisRun['path']): string[] {
  return path.filter(({ chosenBranchId }) => chosenBranchId === 'unattended').map(({ stepId }) => stepId);
}
