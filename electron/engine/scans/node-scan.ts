import { setImmediate } from 'node:timers/promises';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { type GpuPlace, gpuPlaces } from '#shared/domain/scan/gpu-places';
import type { WalkedFinding } from '#shared/domain/scan/rank-findings';
import type { ScanChange, ScanNode } from '#shared/domain/scan/scan';
import type { Message } from '#shared/domain/text';
import type { Inventory } from '../inventory/inventory';
import type { TreeSet } from '../trees/compile/tree-set';
import { collectResults } from '../trees/runs/collect-results';
import { failed } from '../trees/runs/diagnosis-runs';
import { ReadingPlan } from './reading-plan';
import type { ScanBasis } from './scan-basis';
import { TreeWalk } from './tree-walk';

export interface NodeScanOptions {
  readonly hostId: string;
  /** A saved collection: what is in it is all there is. */
  readonly isSaved: boolean;
  readonly startedAtMs: number;
  readonly probeIds: readonly string[];
  readonly set: TreeSet;
  readonly runIdOf: (treeId: string) => string;
  readonly inventory: Inventory;
  readonly probeInfo: readonly ProbeInfo[];
  readonly nowMs: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly changesOf: (results: readonly ProbeResult[]) => ScanChange[];
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** More than all trees together want; a clock that goes backwards must not make rounds without end. */
const maxRounds = 60;

const cutKeys: readonly string[] = ['probes.connectionLost', 'probes.collectionCut'];

/**
 * One node of a scan: all probes in one batch, each tree walked as soon as what it can need is there, and what walks want read again
 * in as few rounds as can be.
 */
export class NodeScan {
  readonly #options: NodeScanOptions;
  readonly #results = new Map<string, ProbeResult>();
  readonly #later: ProbeResult[] = [];
  readonly #walks: readonly TreeWalk[];
  readonly #due = new Set<TreeWalk>();
  #walking: Promise<void> | null = null;
  #state: ScanNode['state'] = 'collecting';
  #error: Message | null = null;
  #reading: ScanNode['reading'] = null;
  #finishedAtMs: number | null = null;
  #changes: ScanChange[] = [];
  #places: readonly GpuPlace[] = [];

  constructor(options: NodeScanOptions) {
    this.#options = options;
    const { set, runIdOf } = options;
    this.#walks = [...set.trees.values()].map((tree) => new TreeWalk({ ...options, tree, runId: runIdOf(tree.id) }));
  }

  /** Never throws: what went wrong is said by the node. */
  async run(): Promise<void> {
    const { inventory, hostId, probeIds, startedAtMs, signal, nowMs } = this.#options;
    try {
      await collectResults(inventory, this.#results, {
        hostId,
        probeIds,
        startedAtMs,
        signal,
        onProgress: () => {
          for (const walk of this.#walks) if (walk.isReady(this.#results)) this.#walkSoon(walk);
          this.#options.onChange();
        },
      });
      for (const walk of this.#walks) if (walk.canWalk(this.#results)) this.#walkSoon(walk);
      await this.#walked();
      await this.#readAgain();
      this.#end(this.#error === null && !this.#isCut() ? 'done' : 'cut');
    } catch (error) {
      await this.#walked();
      if (signal.aborted) this.#end('cancelled');
      else {
        this.#error = failed(error).error;
        this.#end('failed');
      }
    }
    this.#lookAround();
    this.#finishedAtMs = nowMs();
    this.#options.onChange();
  }

  view(): ScanNode {
    const { hostId, probeIds } = this.#options;
    const isOver = this.#finishedAtMs !== null;
    return {
      hostId,
      state: this.#state,
      error: this.#error,
      progress: {
        done: this.#results.size,
        total: probeIds.length,
        running: isOver ? [] : probeIds.filter((id) => !this.#results.has(id)),
      },
      reading: this.#reading,
      finishedAtMs: this.#finishedAtMs,
      unread: [...this.#results.values()].flatMap(({ probeId, state, reason }) =>
        state === 'ok' || state === 'missing-tool' ? [] : [{ probeId, state, reason }],
      ),
      walks: this.#walks.map((walk) => walk.view()),
      changes: this.#changes,
    };
  }

  findings(): WalkedFinding[] {
    return this.#walks.flatMap((walk) => walk.findings());
  }

  /** Where its GPUs are, once it is done with. */
  places(): readonly GpuPlace[] {
    return this.#places;
  }

  basis(): ScanBasis {
    const indexOf = new Map(this.#later.map((result, index) => [result, index]));
    return {
      results: [...this.#results.values()],
      later: this.#later,
      again: Object.fromEntries(this.#walks.map((walk) => [walk.tree.id, walk.againBy(indexOf)])),
    };
  }

  /** One walk in a turn of the event loop: other nodes are being read meanwhile. */
  #walkSoon(walk: TreeWalk): void {
    this.#due.add(walk);
    walk.isQueued = true;
    this.#walking ??= this.#walkAll();
  }

  async #walkAll(): Promise<void> {
    for (;;) {
      await setImmediate();
      const [walk] = this.#due;
      if (walk === undefined) break;
      this.#due.delete(walk);
      walk.walk(this.#results);
    }
    this.#walking = null;
    this.#options.onChange();
  }

  async #walked(): Promise<void> {
    while (this.#walking !== null) await this.#walking;
  }

  async #readAgain(): Promise<void> {
    const plan = new ReadingPlan(this.#results.values());
    if (this.#options.isSaved) plan.giveUp(this.#options.probeIds);
    for (let rounds = 0; ; ) {
      const waiting = this.#walks.filter(({ wanted }) => wanted !== null);
      if (waiting.length === 0) break;
      const met = waiting.filter(({ wanted }) => wanted !== null && plan.isMet(wanted));
      for (const walk of met) {
        walk.takeReadings(plan.laterReadings(walk.wanted?.probeIds ?? []));
        this.#walkSoon(walk);
      }
      if (met.length > 0) {
        await this.#walked();
        continue;
      }
      rounds += 1;
      if (rounds > maxRounds) plan.giveUp(this.#options.probeIds);
      else await this.#readRound(plan, waiting);
    }
    this.#reading = null;
  }

  async #readRound(plan: ReadingPlan, waiting: readonly TreeWalk[]): Promise<void> {
    const { wait, nowMs, signal, inventory, hostId } = this.#options;
    const wanted = waiting.flatMap((walk) => walk.wanted ?? []);
    const longestMs = Math.max(...wanted.map(({ times, everyMs }) => times * everyMs));
    // What a walk may come to want further on is read in the same rounds, where nobody waits longer for it.
    const possible = waiting
      .flatMap((walk) => walk.possibleReadings(this.#results))
      .filter(({ times, everyMs }) => times * everyMs <= longestMs);
    const round = plan.next([...wanted, ...possible]);
    if (round === null) return;
    this.#state = 'reading';
    this.#reading = { probeIds: [...round.probeIds], atMs: round.atMs };
    this.#options.onChange();
    await wait(Math.min(Math.max(0, round.atMs - nowMs()), longestMs), signal);
    const came = new Set<string>();
    const onResult = (result: ProbeResult): void => {
      if (result.state !== 'ok' || !round.probeIds.includes(result.probeId)) return;
      came.add(result.probeId);
      plan.add(result);
      this.#later.push(result);
    };
    try {
      await inventory.refresh(hostId, { probeIds: round.probeIds, signal, isFresh: true, onResult });
    } catch (error) {
      signal.throwIfAborted();
      this.#error = failed(error).error;
      plan.giveUp(this.#options.probeIds);
    }
    signal.throwIfAborted();
    plan.giveUp(round.probeIds.filter((id) => !came.has(id)));
  }

  /** What helps to judge the findings together. */
  #lookAround(): void {
    const results = [...this.#results.values()];
    const facts = results.flatMap((one) => (one.state === 'ok' ? [[one.probeId, one.facts]] : []));
    try {
      this.#places = gpuPlaces(Object.fromEntries(facts) as NodeFacts);
      this.#changes = results.length > 0 ? this.#options.changesOf(results) : [];
    } catch {
      // It stands beside the findings, which must not be lost with it; a store that can't be read is told by what needs it.
    }
  }

  #isCut(): boolean {
    return [...this.#results.values()].some(({ reason }) => reason !== null && cutKeys.includes(reason.key));
  }

  #end(state: ScanNode['state']): void {
    this.#state = state;
    this.#reading = null;
    const reason: Message = this.#error ?? { key: state === 'cancelled' ? 'scan.cancelledBefore' : 'scan.notRead' };
    for (const walk of this.#walks) walk.giveUp(reason);
  }
}
