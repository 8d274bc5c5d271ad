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
import type { CompiledTree } from './compiled-tree';
import { edgesOf, isKind } from './compiled-tree';
import type { SavedBasis, SavedRun } from './diagnosis-repository';
import { DiagnosisRepository } from './diagnosis-repository';
import { runCases } from './run-cases';
import type { TreeLibrary, TreeSet } from './tree-library';
import { builtInActionIds, createTreeLibrary } from './tree-library';
import { walk } from './walk';
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
  readonly #repository: DiagnosisRepository;
  readonly #publisher = new EventPublisher<Record<string, DiagnosisRun>>({ maxBufferedEvents: 100 });
  /** Runs being collected: their state is here until they are done. */
  readonly #collecting = new Map<string, { run: DiagnosisRun; controller: AbortController; done: Promise<void> }>();
  /** Runs whose end could not be saved: in the store they still look as if they were being collected. */
  readonly #unsaved = new Map<string, SavedRun>();

  constructor(options: DiagnosisOptions) {
    this.#options = options;
    this.#library = createTreeLibrary({ treesFolder: options.treesFolder, actionIds: builtInActionIds });
    this.#repository = new DiagnosisRepository(options.store);
    for (const { run, basis } of this.#repository.unfinished()) {
      const { ownerPid } = basis;
      const isStale = run.startedAtMs < options.nowMs() - staleAfterMs;
      if (ownerPid !== undefined && ownerPid !== process.pid && !isStale && isProcessAlive(ownerPid)) continue;
      this.#unsaved.set(run.id, { run: this.#ended(run, 'failed', { key: 'diagnosis.interrupted' }), basis });
    }
    // Where the disk is full, what is known can still be read.
    this.#saveLate();
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
    this.#saveLate();
    return this.#repository
      .list(hostId)
      .map((run) => this.#collecting.get(run.id)?.run ?? this.#unsaved.get(run.id)?.run ?? run);
  }

  get(runId: string): DiagnosisRun {
    return this.#collecting.get(runId)?.run ?? this.#saved(runId).run;
  }

  results(runId: string): readonly ProbeResult[] {
    return this.#saved(runId).basis.results;
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
    this.#repository.save({ run, basis: { results: [], answers: checked, forced: {}, ownerPid: process.pid } });
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
    const { inventory } = this.#options;
    const { signal } = controller;
    const results = new Map<string, ProbeResult>();
    const onResult = (result: ProbeResult): void => {
      if (!probeIds.includes(result.probeId) || signal.aborted) return;
      results.set(result.probeId, result);
      this.#progress(started.id, probeIds, results);
    };
    const basis = (): SavedBasis => ({ results: [...results.values()], answers, forced: {} });
    try {
      await inventory.refresh(started.hostId, { probeIds, signal, onResult });
      // A refresh that was under way may have been joined; what it did not cover is fetched now.
      const missing = probeIds.filter((id) => !results.has(id));
      for (const result of inventory.results(started.hostId)) {
        if (missing.includes(result.probeId) && result.observedAtMs >= started.startedAtMs) onResult(result);
      }
      const still = probeIds.filter((id) => !results.has(id));
      if (still.length > 0) await inventory.refresh(started.hostId, { probeIds: still, signal, onResult });
      // A saved collection has old results only; they are its facts all the same.
      for (const result of inventory.results(started.hostId)) if (!results.has(result.probeId)) onResult(result);
      signal.throwIfAborted();
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
      this.#repository.save({ run, basis });
    } catch (error) {
      told = this.#ended(run, 'failed', messageOf(error));
      this.#unsaved.set(run.id, { run: told, basis });
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
    const { run, basis } = this.#saved(runId);
    if (run.state !== 'waiting') throw new ConflictError('diagnosis.alreadyOver');
    const cancelled = this.#ended(run, 'cancelled', null);
    this.#repository.save({ run: cancelled, basis });
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
    this.#repository.save({ run: walked, basis });
    this.#publisher.publish(run.id, walked);
    return walked;
  }

  #walked(run: DiagnosisRun, basis: SavedBasis): DiagnosisRun {
    const set = this.#library.load();
    const tree = this.#find(set, run.treeId);
    const nowMs = this.#options.nowMs();
    const result = walk(
      tree,
      { hostId: run.hostId, runId: run.id, ...basis, nowMs },
      { treeById: (id) => set.trees.get(id), probeInfo: this.#options.probeInfo ?? probeInfo },
    );
    const total = reachableProbes(set, tree).length;
    return {
      ...run,
      state: result.state,
      updatedAtMs: nowMs,
      progress: { done: basis.results.length, total, running: [] },
      probes: probesOf(basis.results),
      // A step that is still on the path keeps the time it was first come to.
      path: result.path.map((visit) => ({
        ...visit,
        atMs: run.path.find(({ stepId }) => stepId === visit.stepId)?.atMs ?? visit.atMs,
      })),
      question: result.question,
      findings: result.findings,
      error: null,
    };
  }

  #ended(run: DiagnosisRun, state: 'failed' | 'cancelled', error: Message | null): DiagnosisRun {
    const { done, total } = run.progress;
    return {
      ...run,
      state,
      error,
      question: null,
      progress: { done, total, running: [] },
      updatedAtMs: this.#options.nowMs(),
    };
  }

  /** What a full disk kept out of the store goes in as soon as there is room. */
  #saveLate(): void {
    for (const [runId, saved] of this.#unsaved) {
      try {
        this.#repository.save(saved);
      } catch {
        return;
      }
      this.#unsaved.delete(runId);
    }
  }

  #saved(runId: string): SavedRun {
    this.#saveLate();
    const saved = this.#unsaved.get(runId) ?? this.#repository.find(runId);
    if (saved === null) throw new NotFoundError('diagnosis', runId);
    return saved;
  }

  /** A run that is not being collected, to go on from its basis. */
  #idle(runId: string): SavedRun {
    if (this.#collecting.has(runId)) throw new ConflictError('diagnosis.stillCollecting');
    const saved = this.#saved(runId);
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

/** No collection takes this long; a run that says so lost its engine, whoever has its process id now. */
const staleAfterMs = 60 * 60_000;

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Every probe a walk can need: those of the tree and of the trees it can go to. */
export function reachableProbes(set: TreeSet, tree: CompiledTree): string[] {
  const probeIds = new Set<string>();
  const seen = new Set<string>();
  const add = (one: CompiledTree): void => {
    if (seen.has(one.id)) return;
    seen.add(one.id);
    for (const id of one.probeIds) probeIds.add(id);
    for (const { definition } of one.steps.values()) {
      const next = definition.kind === 'goto' ? set.trees.get(definition.tree) : undefined;
      if (next !== undefined) add(next);
    }
  };
  add(tree);
  return [...probeIds];
}

function probesOf(results: readonly ProbeResult[]): DiagnosisRun['probes'] {
  return results.map(({ probeId, state, reason }) => ({ probeId, state, reason }));
}

function messageOf(error: unknown): Message {
  if (error instanceof HostUnavailableError)
    return { key: 'diagnosis.hostUnavailable', params: { code: error.hostError.code } };
  return { key: 'diagnosis.collectFailed', params: { detail: error instanceof Error ? error.message : String(error) } };
}
