import { randomUUID } from 'node:crypto';
import { EventPublisher } from '@orpc/server';
import type { Answers, DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import type { Message } from '#shared/domain/text';
import { HostUnavailableError } from '../hosts/host';
import { probeInfo } from '../probes/probe-info';
import type { Inventory } from '../service-types';
import { ConflictError, InvalidError, NotFoundError } from '../service-types';
import type { Store } from '../store/store';
import { checkAnswers } from './check-answers';
import { collectResults } from './collect-results';
import type { CompiledTree } from './compiled-tree';
import { edgesOf, isKind } from './compiled-tree';
import type { SavedBasis, SavedRun } from './diagnosis-repository';
import { DiagnosisRuns, endRun } from './diagnosis-runs';
import { reachableProbes } from './reachable-probes';
import { runCases } from './run-cases';
import type { TreeLibrary, TreeSet } from './tree-library';
import { builtInActionIds, createTreeLibrary } from './tree-library';
import { probesOf, walkRun } from './walk-run';
import type { TreeProblem } from './yaml-source';

export interface DiagnosisOptions {
  readonly store: Store;
  readonly inventory: Inventory;
  readonly nowMs: () => number;
  /** Where the user keeps trees; null without such a folder. */
  readonly treesFolder: () => string | null;
  /** Where facts come from; the built-in probes unless a test says otherwise. */
  readonly probeInfo?: readonly ProbeInfo[];
}

export interface DiagnosisStart {
  readonly treeId: string;
  readonly hostId: string;
  readonly answers?: Readonly<Record<string, Answers>> | undefined;
}

export interface Diagnosis {
  trees(): { trees: TreeGraph[]; problems: readonly TreeProblem[] };
  tree(treeId: string): TreeGraph;
  checkTree(file: string, text: string): readonly TreeProblem[];
  /** Runs the table tests of a tree. */
  testTree(file: string, text: string): ReturnType<typeof runCases>;
  list(hostId?: string): DiagnosisRun[];
  get(runId: string): DiagnosisRun;
  /** The probe results a run stands on. */
  results(runId: string): readonly ProbeResult[];
  /** Returns at once, `collecting`. */
  start(options: DiagnosisStart): DiagnosisRun;
  answer(runId: string, stepId: string, answers: Answers): DiagnosisRun;
  back(runId: string, stepId: string): DiagnosisRun;
  whatIf(runId: string, stepId: string, branchId: string): DiagnosisRun;
  cancel(runId: string): DiagnosisRun;
  /** The run as it is, then every change, until `signal` ends it. */
  watch(runId: string, signal?: AbortSignal): AsyncGenerator<DiagnosisRun>;
  /** Waits for collections that are under way, for tests and an orderly end. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Diagnosis runs: collect once, walk, and keep enough to walk again. */
export function createDiagnosis(options: DiagnosisOptions): Diagnosis {
  return new DiagnosisService(options);
}

class DiagnosisService implements Diagnosis {
  readonly #options: DiagnosisOptions;
  readonly #library: TreeLibrary;
  readonly #runs: DiagnosisRuns;
  readonly #publisher = new EventPublisher<Record<string, DiagnosisRun>>({ maxBufferedEvents: 100 });
  /** Runs being collected: their state is here until they are done. */
  readonly #collecting = new Map<string, { run: DiagnosisRun; controller: AbortController; done: Promise<void> }>();

  constructor(options: DiagnosisOptions) {
    this.#options = options;
    this.#library = createTreeLibrary({ treesFolder: options.treesFolder, actionIds: builtInActionIds });
    this.#runs = new DiagnosisRuns(options);
  }

  trees(): { trees: TreeGraph[]; problems: readonly TreeProblem[] } {
    const { trees, problems } = this.#library.load();
    return { trees: [...trees.values()].map((tree) => this.#library.graph(tree)), problems };
  }

  tree(treeId: string): TreeGraph {
    return this.#library.graph(this.#find(this.#library.load(), treeId));
  }

  checkTree(file: string, text: string): readonly TreeProblem[] {
    return this.#library.check(file, text);
  }

  testTree(file: string, text: string): ReturnType<typeof runCases> {
    return runCases(file, text, this.#library.load().trees);
  }

  list(hostId?: string): DiagnosisRun[] {
    return this.#runs.list(hostId).map((run) => this.#collecting.get(run.id)?.run ?? run);
  }

  get(runId: string): DiagnosisRun {
    return this.#collecting.get(runId)?.run ?? this.#runs.get(runId).run;
  }

  results(runId: string): readonly ProbeResult[] {
    return this.#runs.get(runId).basis.results;
  }

  start({ treeId, hostId, answers = {} }: DiagnosisStart): DiagnosisRun {
    const set = this.#library.load();
    const tree = this.#find(set, treeId);
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
      progress: { done: 0, total: probeIds.length, running: [...probeIds] },
      probes: [],
      path: [],
      question: null,
      findings: [],
      error: null,
    };
    this.#runs.save({ run, basis: { results: [], answers: checked, forced: {}, ownerPid: process.pid } });
    const controller = new AbortController();
    const entry = { run, controller, done: Promise.resolve() };
    this.#collecting.set(run.id, entry);
    entry.done = this.#collect(run, probeIds, checked, controller);
    return run;
  }

  async #collect(
    started: DiagnosisRun,
    probeIds: readonly string[],
    answers: SavedBasis['answers'],
    controller: AbortController,
  ): Promise<void> {
    const { signal } = controller;
    const results = new Map<string, ProbeResult>();
    const basis = (): SavedBasis => ({ results: [...results.values()], answers, forced: {} });
    try {
      await collectResults(this.#options.inventory, results, {
        hostId: started.hostId,
        startedAtMs: started.startedAtMs,
        probeIds,
        signal,
        onProgress: () => this.#progress(started.id, probeIds, results),
      });
      this.#finish(this.#walked(this.#current(started), basis()), basis());
    } catch (error) {
      const run = this.#current(started);
      if (signal.aborted) this.#finish(this.#ended(run, 'cancelled', null), basis());
      else this.#finish(this.#ended(run, 'failed', messageOf(error)), basis());
    }
  }

  #current(run: DiagnosisRun): DiagnosisRun {
    return this.#collecting.get(run.id)?.run ?? run;
  }

  #progress(runId: string, probeIds: readonly string[], results: ReadonlyMap<string, ProbeResult>): void {
    const entry = this.#collecting.get(runId);
    if (entry === undefined) return;
    entry.run = {
      ...entry.run,
      updatedAtMs: this.#options.nowMs(),
      progress: { done: results.size, total: probeIds.length, running: probeIds.filter((id) => !results.has(id)) },
      probes: probesOf([...results.values()]),
    };
    this.#publisher.publish(runId, entry.run);
  }

  /** Saves before anything is acknowledged, then tells. A store that fails is said in the run, never swallowed. */
  #finish(run: DiagnosisRun, basis: SavedBasis): void {
    let told = run;
    try {
      this.#runs.save({ run, basis });
    } catch (error) {
      told = this.#ended(run, 'failed', messageOf(error));
      this.#runs.saveLater({ run: told, basis });
    }
    this.#collecting.delete(run.id);
    this.#publisher.publish(run.id, told);
  }

  answer(runId: string, stepId: string, answers: Answers): DiagnosisRun {
    const { run, basis } = this.#idle(runId);
    if (run.state !== 'waiting' || run.question?.stepId !== stepId) {
      throw new ConflictError('diagnosis.notWaitingThere', { stepId });
    }
    const set = this.#library.load();
    const checked = this.#checked(set, this.#find(set, run.treeId), stepId, answers);
    return this.#rewalked(run, { ...basis, answers: { ...basis.answers, [stepId]: checked } });
  }

  back(runId: string, stepId: string): DiagnosisRun {
    const { run, basis } = this.#idle(runId);
    const at = run.path.findIndex((visit) => visit.stepId === stepId);
    if (at < 0) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    const forgotten = run.path.slice(at).map((visit) => visit.stepId);
    const keep = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(Object.entries(values).filter(([id]) => !forgotten.includes(id)));
    return this.#rewalked(run, { ...basis, answers: keep(basis.answers), forced: keep(basis.forced) });
  }

  whatIf(runId: string, stepId: string, branchId: string): DiagnosisRun {
    const { run, basis } = this.#idle(runId);
    const at = run.path.findIndex((visit) => visit.stepId === stepId);
    if (at < 0) throw new InvalidError('diagnosis.stepNotVisited', { stepId });
    const set = this.#library.load();
    const step = this.#step(set, this.#find(set, run.treeId), stepId);
    if (step === undefined || !edgesOf(step.definition).some(({ id }) => id === branchId)) {
      throw new InvalidError('diagnosis.noSuchBranch', { stepId, branchId });
    }
    const atMs = this.#options.nowMs();
    const copy: DiagnosisRun = {
      ...run,
      id: randomUUID(),
      startedAtMs: atMs,
      isWhatIf: true,
      whatIfOf: run.whatIfOf ?? run.id,
    };
    // What was forced further on belongs to the path that is being left.
    const before = run.path.slice(0, at).map((visit) => visit.stepId);
    const forced = Object.fromEntries(Object.entries(basis.forced).filter(([id]) => before.includes(id)));
    return this.#rewalked(copy, { ...basis, forced: { ...forced, [stepId]: branchId } });
  }

  cancel(runId: string): DiagnosisRun {
    const entry = this.#collecting.get(runId);
    if (entry !== undefined) {
      entry.controller.abort();
      entry.run = this.#ended(entry.run, 'cancelled', null);
      this.#publisher.publish(runId, entry.run);
      return entry.run;
    }
    const { run, basis } = this.#runs.get(runId);
    if (run.state !== 'waiting') throw new ConflictError('diagnosis.alreadyOver');
    const cancelled = this.#ended(run, 'cancelled', null);
    this.#runs.save({ run: cancelled, basis });
    this.#publisher.publish(runId, cancelled);
    return cancelled;
  }

  async *watch(runId: string, signal?: AbortSignal): AsyncGenerator<DiagnosisRun> {
    const changes = this.#publisher.subscribe(runId, signal === undefined ? {} : { signal });
    yield this.get(runId);
    yield* changes;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#collecting.values()].map(({ done }) => done));
  }

  async close(): Promise<void> {
    for (const { controller } of this.#collecting.values()) controller.abort();
    await this.settled();
  }

  #rewalked(run: DiagnosisRun, basis: SavedBasis): DiagnosisRun {
    const walked = this.#walked(run, basis);
    this.#runs.save({ run: walked, basis });
    this.#publisher.publish(run.id, walked);
    return walked;
  }

  #walked(run: DiagnosisRun, basis: SavedBasis): DiagnosisRun {
    const { nowMs, probeInfo: infos = probeInfo } = this.#options;
    const set = this.#library.load();
    return walkRun(run, basis, { set, tree: this.#find(set, run.treeId), probeInfo: infos, nowMs: nowMs() });
  }

  #ended(run: DiagnosisRun, state: 'failed' | 'cancelled', error: Message | null): DiagnosisRun {
    return endRun(run, { state, error, atMs: this.#options.nowMs() });
  }

  /** A run that is not being collected, to go on from its basis. */
  #idle(runId: string): SavedRun {
    if (this.#collecting.has(runId)) throw new ConflictError('diagnosis.stillCollecting');
    const saved = this.#runs.get(runId);
    if (saved.run.state === 'failed' || saved.run.state === 'cancelled')
      throw new ConflictError('diagnosis.alreadyOver');
    return saved;
  }

  #find(set: TreeSet, treeId: string): CompiledTree {
    const tree = set.trees.get(treeId);
    if (tree === undefined) throw new NotFoundError('tree', treeId);
    return tree;
  }

  #step(set: TreeSet, tree: CompiledTree, stepId: string) {
    const [first, second] = stepId.split(':');
    return second === undefined ? tree.steps.get(stepId) : set.trees.get(first ?? '')?.steps.get(second);
  }

  #checked(set: TreeSet, tree: CompiledTree, stepId: string, answers: Answers): Answers {
    const step = this.#step(set, tree, stepId);
    if (step === undefined || !isKind(step, 'ask')) throw new InvalidError('diagnosis.notWaitingThere', { stepId });
    return checkAnswers(step, answers);
  }
}

function messageOf(error: unknown): Message {
  if (error instanceof HostUnavailableError)
    return { key: 'diagnosis.hostUnavailable', params: { code: error.hostError.code } };
  return { key: 'diagnosis.collectFailed', params: { detail: error instanceof Error ? error.message : String(error) } };
}
