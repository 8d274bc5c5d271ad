import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import type { WalkedFinding } from '#shared/domain/scan/rank-findings';
import type { ScanWalk } from '#shared/domain/scan/scan';
import type { LocalizedText, Message } from '#shared/domain/text';
import { type CompiledTree, isKind, probesReadAgain } from '../trees/compile/compiled-tree';
import { findStep, reachableProbes, reachableTrees, type TreeSet } from '../trees/compile/tree-set';
import { walkRun } from '../trees/runs/walk-run';
import type { WantedReadings } from '../trees/walk/walk';
import { blankRun } from './scan-basis';

interface TreeWalkOptions {
  readonly tree: CompiledTree;
  readonly set: TreeSet;
  readonly hostId: string;
  readonly runId: string;
  readonly startedAtMs: number;
  readonly expected: ExpectedGpus | null;
  readonly probeInfo: readonly ProbeInfo[];
  readonly nowMs: () => number;
}

/** One tree on one node of a scan: how far its walk came by what was read. */
export class TreeWalk {
  readonly tree: CompiledTree;
  readonly #options: TreeWalkOptions;
  readonly #probeIds: ReadonlySet<string>;
  readonly #again = new Map<string, readonly ProbeResult[]>();
  #run: DiagnosisRun | null = null;
  /** What has to be read before the walk goes on. */
  wanted: WantedReadings | null = null;
  isQueued = false;
  /** Why it is not walked, or not to its end. */
  #reason: Message | null = null;

  constructor(options: TreeWalkOptions) {
    this.#options = options;
    this.tree = options.tree;
    this.#probeIds = new Set(reachableProbes(options.set, options.tree));
  }

  /** Everything it can need is there, and nobody has asked for its walk yet. */
  isReady(results: ReadonlyMap<string, ProbeResult>): boolean {
    return [...this.#probeIds].every((id) => results.has(id)) && this.canWalk(results);
  }

  /** Not walked yet; where the connection went before anything it needs came there is nothing to judge. */
  canWalk(results: ReadonlyMap<string, ProbeResult>): boolean {
    if (this.isQueued) return false;
    const own = [...this.#probeIds].flatMap((id) => results.get(id) ?? []);
    return own.some(({ reason }) => reason?.key !== 'probes.connectionLost');
  }

  walk(results: ReadonlyMap<string, ProbeResult>): void {
    const { tree, set, probeInfo, nowMs, hostId, runId, startedAtMs, expected } = this.#options;
    const basis = {
      results: [...results.values()].filter(({ probeId }) => this.#probeIds.has(probeId)),
      again: Object.fromEntries(this.#again),
      expected,
      answers: {},
      forced: {},
      unattended: 'all' as const,
    };
    const start = this.#run ?? blankRun({ id: runId, treeId: tree.id, hostId, startedAtMs });
    try {
      const { run, wanted } = walkRun(start, basis, { set, tree, probeInfo, nowMs: nowMs() });
      this.#run = run;
      this.wanted = wanted;
    } catch (error) {
      // One tree that can't be walked, of the user's own say, must not cost the others.
      this.wanted = null;
      this.#reason = { key: 'scan.walkFailed', params: { detail: String(error) } };
    }
  }

  /** Goes on with what was read again of what it wants, be it nothing. */
  takeReadings(later: readonly ProbeResult[]): void {
    if (this.wanted === null) return;
    const { stepId, probeIds } = this.wanted;
    this.#again.set(
      stepId,
      later.filter(({ probeId }) => probeIds.includes(probeId)),
    );
    this.wanted = null;
  }

  /** It came to its end, or can't. */
  get isOver(): boolean {
    return this.#reason !== null || (this.#run !== null && this.wanted === null);
  }

  /** The probes that its steps may come to want read again. */
  possiblyReadAgain(): string[] {
    return reachableTrees(this.#options.set, this.tree).flatMap(({ steps }) =>
      [...steps.values()].flatMap((step) => (isKind(step, 'probe') ? probesReadAgain(step.definition) : [])),
    );
  }

  /** By step: which of all later readings it stands on. */
  againBy(indexOf: ReadonlyMap<ProbeResult, number>): Record<string, number[]> {
    return Object.fromEntries(
      [...this.#again].map(([stepId, readings]) => [stepId, readings.flatMap((one) => indexOf.get(one) ?? [])]),
    );
  }

  /** Nothing more is read for it. */
  giveUp(reason: Message): void {
    if (this.#run === null || this.wanted !== null) this.#reason ??= reason;
    this.wanted = null;
  }

  findings(): WalkedFinding[] {
    return (this.#run?.findings ?? []).map((finding) => ({ finding, treeId: this.tree.id }));
  }

  view(): ScanWalk {
    const { runId } = this.#options;
    const question = this.#run?.question ?? null;
    return {
      treeId: this.tree.id,
      runId,
      state: this.#state(),
      reason: this.#reason,
      question: question && { stepId: question.stepId, title: this.#titleOf(question.stepId) ?? question.prompt },
      findings: (this.#run?.findings ?? []).map(({ code, state, severity }) => ({ code, state, severity })),
    };
  }

  /** Shorter than the question itself, which may list what it asks about. */
  #titleOf(stepId: string): LocalizedText | null {
    const step = findStep(this.#options.set, this.tree, stepId);
    return step !== undefined && isKind(step, 'ask') ? step.definition.title : null;
  }

  #state(): ScanWalk['state'] {
    if (this.#reason !== null) return 'not-walked';
    if (this.#run === null) return 'pending';
    if (this.wanted !== null || this.#run.state === 'collecting') return 'reading';
    return this.#run.state === 'waiting' ? 'waiting' : 'concluded';
  }
}
