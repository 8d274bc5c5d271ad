import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { EventPublisher } from '@orpc/server';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { LogEvidence } from '#shared/domain/kernel-log/log-evidence';
import type { ProbeInfo } from '#shared/domain/probe';
import { ConflictError } from '../../errors';
import type { Inventory } from '../../inventory/inventory';
import type { Store } from '../../store/store';
import { type RunChanges, watchRun } from '../../store/watch-run';
import type { CompiledTree } from '../compile/compiled-tree';
import type { TreeLibrary } from '../compile/tree-library';
import { findTree, reachableProbes, reachableTrees, type TreeSet } from '../compile/tree-set';
import { checkAnswersOf } from './check-answers';
import { CollectingRuns } from './collecting-runs';
import { changeOf, type Revision } from './compare-runs';
import type { SavedBasis, SavedRun } from './diagnosis-repository';
import { DiagnosisRuns, endRun, failed, type RunEnd } from './diagnosis-runs';
import { isOutdated, withResults } from './fresh-results';
import type { ReadAgain } from './read-again';
import { TreeTexts } from './tree-texts';
import { walkRun } from './walk-run';

export interface WalkingRunsOptions {
  readonly store: Store;
  readonly inventory: Inventory;
  readonly nowMs: () => number;
  /** What each probe is called, for the evidence of findings. */
  readonly probeInfo: readonly ProbeInfo[];
  /** How many GPUs a node should have; nothing is expected without it. */
  readonly expectedGpus?: (hostId: string) => ExpectedGpus | null;
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
  /** What it is started for, and the incident it then belongs to. */
  readonly logLine?: LogEvidence | undefined;
  readonly incidentId?: string | null | undefined;
}

export interface GoOn {
  /** What is being done to a walk that was made before. */
  readonly revision?: Revision;
  /** The first reading of what is read again was just made, or is taken as it is. */
  readonly isFirstFresh?: boolean;
}

/** Diagnosis runs from their start: collected once, walked as far as that goes, saved, and told of. */
export class WalkingRuns {
  readonly options: WalkingRunsOptions;
  readonly saved: DiagnosisRuns;
  readonly texts: TreeTexts;
  readonly collecting: CollectingRuns;
  readonly #library: TreeLibrary;
  readonly #changes: RunChanges<DiagnosisRun> = new EventPublisher({ maxBufferedEvents: 100 });

  /** Told of each run that this process brings to an end. */
  readonly endListeners: Array<(run: DiagnosisRun) => void> = [];

  constructor(options: WalkingRunsOptions, library: TreeLibrary) {
    this.options = options;
    this.#library = library;
    this.saved = new DiagnosisRuns(options);
    this.texts = new TreeTexts(options.store);
    const onDidChange = (run: DiagnosisRun): void => this.#changes.publish(run.id, run);
    const wait: ReadAgain['wait'] = (ms, signal) => setTimeout(ms, undefined, { signal });
    this.collecting = new CollectingRuns({ wait, ...options, onDidChange });
  }

  list(hostId?: string): DiagnosisRun[] {
    return this.saved.list(hostId).map((run) => this.collecting.get(run.id) ?? run);
  }

  get(runId: string): DiagnosisRun {
    return this.collecting.get(runId) ?? this.saved.get(runId).run;
  }

  runs(runIds: readonly string[]): DiagnosisRun[] {
    const saved = new Map(this.saved.some(runIds).map((run) => [run.id, run]));
    return runIds.flatMap((runId) => this.collecting.get(runId) ?? saved.get(runId) ?? []);
  }

  isCollecting(runId: string): boolean {
    return this.collecting.has(runId);
  }

  onDidChange(runId: string, listener: (run: DiagnosisRun) => void): () => void {
    return this.#changes.subscribe(runId, (run) => listener(run ?? this.get(runId)));
  }

  /** The trees as they are now, and the one of this id. Throws NotFoundError. */
  treeOf(treeId: string): { set: TreeSet; tree: CompiledTree } {
    const set = this.#library.load();
    return { set, tree: findTree(set, treeId) };
  }

  start(wanted: DiagnosisStart): DiagnosisRun {
    const { treeId, hostId, answers = {}, isUnattended = false, strandsId, logLine, incidentId } = wanted;
    const { set, tree } = this.treeOf(treeId);
    const checked = Object.fromEntries(
      Object.entries(answers).map(([stepId, given]) => [stepId, checkAnswersOf({ set, tree, stepId }, given)]),
    );
    const probeIds = reachableProbes(set, tree);
    const atMs = this.options.nowMs();
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
      ...(logLine && { logLine }),
      ...(incidentId && { incidentId }),
      progress: { done: 0, total: probeIds.length, running: [...probeIds] },
      probes: [],
      path: [],
      question: null,
      findings: [],
      error: null,
    };
    const basis: SavedBasis = {
      results: [],
      expected: this.options.expectedGpus?.(hostId) ?? null,
      answers: checked,
      forced: {},
      ...(isUnattended && { unattended: 'all' as const }),
    };
    this.saved.save({ run, basis: { ...basis, ownerPid: process.pid } });
    this.collecting.start(run, { probeIds, startedAtMs: atMs }, (collected, results, end) =>
      this.finish(collected, { ...basis, results }, end),
    );
    return run;
  }

  /** Saves before anything is acknowledged, then tells. A store that fails is said in the run, never swallowed. */
  finish(run: DiagnosisRun, basis: SavedBasis, end: RunEnd | null, options: GoOn = {}): void {
    try {
      if (end === null) this.goOn(run, basis, options);
      else this.tell(endRun(run, end, this.options.nowMs()), basis);
    } catch (error) {
      this.saveSoon(endRun(run, failed(error), this.options.nowMs()), basis);
    }
  }

  /** Walks as far as the basis goes; what the walk then wants read again is read, and it goes on from there. */
  goOn(run: DiagnosisRun, stoodOn: SavedBasis, { revision, isFirstFresh = false }: GoOn = {}): DiagnosisRun {
    const { nowMs, probeInfo } = this.options;
    const { set, tree } = this.treeOf(run.treeId);
    const basis = { ...stoodOn, trees: this.texts.keep(reachableTrees(set, tree)) };
    const { run: bare, wanted } = walkRun(run, basis, { set, tree, probeInfo, nowMs: nowMs() });
    const walked = { ...bare, change: revision === undefined ? null : changeOf(revision, bare) };
    if (wanted === null) return this.tell(walked, basis);
    const owned = { ...basis, ownerPid: process.pid };
    this.tell(walked, owned);
    if (!isFirstFresh && isOutdated(basis, wanted.probeIds, nowMs())) {
      this.collecting.start(
        { ...walked, reading: null },
        { probeIds: wanted.probeIds, startedAtMs: nowMs() },
        (read, results, end) =>
          this.finish(read, withResults(owned, results), end, { ...(revision && { revision }), isFirstFresh: true }),
      );
      return walked;
    }
    this.collecting.readAgain(walked, wanted, (read, results, end) =>
      this.finish(read, { ...owned, again: { ...owned.again, [wanted.stepId]: results } }, end, {
        ...(revision && { revision }),
        isFirstFresh,
      }),
    );
    return walked;
  }

  saveSoon(run: DiagnosisRun, basis: SavedBasis): void {
    this.saved.saveSoon({ run, basis });
    this.#publish(run);
  }

  tell(run: DiagnosisRun, basis: SavedBasis): DiagnosisRun {
    this.saved.save({ run, basis });
    this.#publish(run);
    return run;
  }

  #publish(run: DiagnosisRun): void {
    this.#changes.publish(run.id, run);
    if (run.state === 'collecting' || run.state === 'waiting' || run.isWhatIf) return;
    for (const listener of this.endListeners) listener(run);
  }

  watch(runId: string, signal?: AbortSignal): AsyncGenerator<DiagnosisRun> {
    return watchRun({
      store: this.options.store,
      changes: this.#changes,
      runId,
      read: () => this.get(runId),
      isElsewhere: (run) => run.state === 'collecting' && !this.collecting.has(runId),
      // Whoever looks at it may go back, or ask "what if".
      isLast: () => false,
      signal,
    });
  }

  /** A run that is not being collected, to go on from its basis. */
  idle(runId: string): SavedRun {
    if (this.collecting.has(runId)) throw new ConflictError('diagnosis.stillCollecting');
    const saved = this.saved.get(runId);
    if (saved.run.state === 'failed' || saved.run.state === 'cancelled')
      throw new ConflictError('diagnosis.alreadyOver');
    return saved;
  }
}
