import { setImmediate } from 'node:timers/promises';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { ProbeInfo, ProbeResult } from '#shared/domain/probe';
import { type GpuPlace, gpuPlaces } from '#shared/domain/scan/gpu-places';
import type { WalkedFinding } from '#shared/domain/scan/rank-findings';
import type { ScanNode, ScanWalk } from '#shared/domain/scan/scan';
import type { ScanChange } from '#shared/domain/scan/scan-change';
import type { Message } from '#shared/domain/text';
import type { Inventory } from '../inventory/inventory';
import type { CompiledTree } from '../trees/compile/compiled-tree';
import type { TreeSet } from '../trees/compile/tree-set';
import { collectResults } from '../trees/runs/collect-results';
import { failed } from '../trees/runs/diagnosis-runs';
import { withChanges } from './recent-changes';
import type { ScanBasis } from './scan-basis';
import { TreeWalk } from './tree-walk';

export interface NodeScanOptions {
  readonly hostId: string;
  /** A saved collection: what is in it is all there is. */
  readonly isSaved: boolean;
  readonly startedAtMs: number;
  readonly expected: ExpectedGpus | null;
  readonly probeIds: readonly string[];
  readonly set: TreeSet;
  /** The trees of the set, which take longer to compile than a scan to start. */
  readonly trees: Promise<readonly CompiledTree[]>;
  readonly runIdOf: (treeId: string) => string;
  readonly inventory: Inventory;
  readonly probeInfo: readonly ProbeInfo[];
  readonly nowMs: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly changesOf: (results: readonly ProbeResult[]) => ScanChange[];
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** Closer together two readings say too little: whatever was read so lately is waited for. */
const leastApartMs = 1000;

const cutKeys: readonly string[] = ['probes.connectionLost', 'probes.collectionCut'];

/**
 * One node of a scan: all probes in one batch, each tree walked as soon as what it can need is there. What walks may want read again is
 * read once, as soon as all of it was read first: a scan has no minutes to wait, and trees judge by how far apart the readings are.
 */
export class NodeScan {
  readonly #options: NodeScanOptions;
  readonly #results = new Map<string, ProbeResult>();
  readonly #later: ProbeResult[] = [];
  #walks: readonly TreeWalk[] = [];
  readonly #due = new Set<TreeWalk>();
  #walking: Promise<void> | null = null;
  #readingAgain: Promise<void> | null = null;
  readonly #enough = new AbortController();
  #state: ScanNode['state'] = 'collecting';
  #error: Message | null = null;
  /** The connection went in the second reading, be its first one whole. */
  #isCutAgain = false;
  #reading: ScanNode['reading'] = null;
  #finishedAtMs: number | null = null;
  #changes: ScanChange[] = [];
  #places: readonly GpuPlace[] = [];

  constructor(options: NodeScanOptions) {
    this.#options = options;
  }

  /** Never throws: what went wrong is said by the node. */
  async run(): Promise<void> {
    const { inventory, hostId, probeIds, startedAtMs, signal, nowMs } = this.#options;
    try {
      const ready = this.#options.trees.then((trees) => this.#prepare(trees));
      const collected = collectResults(inventory, this.#results, {
        hostId,
        probeIds,
        startedAtMs,
        signal,
        onProgress: () => {
          this.#walkReady();
          this.#readAgainSoon();
          this.#options.onChange();
        },
      });
      // Of a node that fails at once the trees say so, which have to be there for it.
      await Promise.allSettled([ready, collected]);
      await ready;
      await collected;
      for (const walk of this.#walks) if (walk.canWalk(this.#results)) this.#walkSoon(walk);
      await this.#walked();
      await this.#goOn();
      if (this.#isCutAgain) this.#error ??= { key: 'scan.cutAgain' };
      this.#end(this.#error === null && ![...this.#results.values()].some(isCut) ? 'done' : 'cut');
    } catch (error) {
      await this.#walked();
      if (signal.aborted) this.#end('cancelled');
      else {
        this.#error = failed(error).error;
        this.#end('failed');
      }
    }
    this.#enough.abort();
    await this.#readingAgain;
    this.#lookAround();
    this.#finishedAtMs = nowMs();
    this.#options.onChange();
  }

  #prepare(trees: readonly CompiledTree[]): void {
    const { runIdOf } = this.#options;
    this.#walks = trees.map((tree) => new TreeWalk({ ...this.#options, tree, runId: runIdOf(tree.id) }));
    this.#walkReady();
    this.#readAgainSoon();
  }

  #walkReady(): void {
    for (const walk of this.#walks) if (walk.isReady(this.#results)) this.#walkSoon(walk);
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
      walks: this.#walks.length > 0 ? this.#walks.map((walk) => walk.view()) : this.#unprepared(),
      changes: this.#changes,
    };
  }

  #unprepared(): ScanWalk[] {
    const { set, runIdOf } = this.#options;
    return [...set.trees.keys()].map((treeId) => ({
      treeId,
      runId: runIdOf(treeId),
      state: 'pending',
      reason: null,
      question: null,
      findings: [],
    }));
  }

  findings(): WalkedFinding[] {
    const found = this.#walks.flatMap((walk) => walk.findings());
    if (this.#changes.length === 0) return found;
    const results = [...this.#results.values()];
    return found.map((one) => ({ ...one, finding: withChanges(one.finding, this.#changes, results) }));
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
      expected: this.#options.expected,
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

  /** What walks that are still open may want read again, of what could be read. */
  #possiblyAgain(): string[] {
    return [...new Set(this.#walks.filter(({ isOver }) => !isOver).flatMap((walk) => walk.possiblyReadAgain()))];
  }

  /** Not before all of it was read first: it is one more round for all trees. */
  #readAgainSoon(): void {
    if (this.#readingAgain !== null || this.#options.isSaved || this.#walks.length === 0) return;
    const probeIds = this.#possiblyAgain();
    if (probeIds.length === 0 || !probeIds.every((id) => this.#results.has(id))) return;
    const readable = probeIds.filter((id) => this.#results.get(id)?.state === 'ok');
    if (readable.length === 0) return;
    this.#readingAgain = this.#readOnceMore(readable);
  }

  /** Goes on with the walks that wait for a second reading. */
  async #goOn(): Promise<void> {
    const waiting = () => this.#walks.filter(({ wanted }) => wanted !== null);
    if (waiting().length === 0) return;
    this.#state = 'reading';
    this.#options.onChange();
    await this.#readingAgain;
    this.#options.signal.throwIfAborted();
    for (let open = waiting(); open.length > 0; open = waiting()) {
      for (const walk of open) {
        walk.takeReadings(this.#later);
        this.#walkSoon(walk);
      }
      await this.#walked();
    }
  }

  /** Never throws: what could not be read is not there, and why is said by the node. */
  async #readOnceMore(probeIds: readonly string[]): Promise<void> {
    const { wait, nowMs, inventory, hostId } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#enough.signal]);
    const lastMs = Math.max(...probeIds.map((id) => this.#results.get(id)?.observedAtMs ?? 0));
    // By a clock that goes backwards it would be long.
    const waitMs = Math.min(Math.max(0, lastMs + leastApartMs - nowMs()), leastApartMs);
    this.#reading = { probeIds: [...probeIds], atMs: nowMs() + waitMs };
    this.#options.onChange();
    const onResult = (result: ProbeResult): void => {
      if (!probeIds.includes(result.probeId)) return;
      if (result.state === 'ok') this.#later.push(result);
      else if (isCut(result)) this.#isCutAgain = true;
    };
    try {
      if (waitMs > 0) await wait(waitMs, signal);
      await inventory.refresh(hostId, { probeIds, signal, isFresh: true, onResult });
    } catch (error) {
      if (!signal.aborted) this.#error = failed(error).error;
    }
    this.#reading = null;
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

  #end(state: ScanNode['state']): void {
    this.#state = state;
    this.#reading = null;
    const reason: Message = this.#error ?? { key: state === 'cancelled' ? 'scan.cancelledBefore' : 'scan.notRead' };
    for (const walk of this.#walks) walk.giveUp(reason);
  }
}

function isCut({ reason }: ProbeResult): boolean {
  return reason !== null && cutKeys.includes(reason.key);
}
