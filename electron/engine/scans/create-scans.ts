import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { EventPublisher } from '@orpc/server';
import type { ExpectedGpus } from '#shared/domain/expected-gpus';
import type { ProbeInfo } from '#shared/domain/probe';
import { rankFindings } from '#shared/domain/scan/rank-findings';
import type { Scan, ScanNode, ScanSummary } from '#shared/domain/scan/scan';
import { ConflictError, InvalidError, NotFoundError } from '../errors';
import type { HostDirectory } from '../hosts/host-directory';
import type { Inventory } from '../inventory/inventory';
import type { PartsHistory } from '../inventory/parts-history';
import { LateSaves } from '../store/late-saves';
import { isOwnedElsewhere } from '../store/run-owner';
import type { Store } from '../store/store';
import { type RunChanges, watchRun } from '../store/watch-run';
import type { CompiledTree } from '../trees/compile/compiled-tree';
import type { TreeSet } from '../trees/compile/tree-set';
import type { Diagnosis } from '../trees/create-diagnosis';
import type { SavedRun } from '../trees/runs/diagnosis-repository';
import { NodeScan } from './node-scan';
import { recentChanges, withChanges } from './recent-changes';
import { openWalk, type ScanBasis } from './scan-basis';
import { type SavedNode, type SavedScan, ScanRepository } from './scan-repository';

export interface ScansOptions {
  readonly store: Store;
  readonly hosts: Pick<HostDirectory, 'spec'>;
  readonly inventory: Inventory;
  readonly history: Pick<PartsHistory, 'versions'>;
  readonly diagnosis: Pick<Diagnosis, 'treeSet' | 'alsoFrom'>;
  readonly probeInfo: readonly ProbeInfo[];
  /** How many GPUs a node should have; nothing is expected without it. */
  readonly expectedGpus?: (hostId: string) => ExpectedGpus | null;
  readonly nowMs: () => number;
  /** Waits until what was read first is old enough to be read again; by the clock without it. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Scans {
  /** Returns at once, `running`. Throws NotFoundError for a host there is not. */
  start(hostIds: readonly string[]): Scan;
  /** Newest first. */
  list(): ScanSummary[];
  get(scanId: string): Scan;
  /** What came until then is kept. */
  cancel(scanId: string): Scan;
  /** The scan as it is, then every change, also by another process, until it is over. */
  watch(scanId: string, signal?: AbortSignal): AsyncGenerator<Scan>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface RunningScan {
  scan: ScanSummary;
  readonly nodes: readonly { readonly hostId: string; readonly scan: NodeScan }[];
  readonly controller: AbortController;
  done: Promise<void>;
  timer: NodeJS.Timeout | undefined;
}

/** A collection of a large node is some hundred kilobytes. */
const keptScans = 20;
/** Results come in by the hundreds a second; nobody reads faster than this. */
const tellEveryMs = 250;

interface LateNode {
  readonly scanId: string;
  readonly saved: SavedNode;
  readonly basis: ScanBasis;
}

/** Scans: every probe and every tree on many nodes at once. */
export function createScans(options: ScansOptions): Scans {
  const scans = new ScanService(options);
  options.diagnosis.alsoFrom((runId) => scans.run(runId));
  return scans;
}

class ScanService implements Scans {
  readonly #options: ScansOptions;
  readonly #repository: ScanRepository;
  readonly #lateScans: LateSaves<SavedScan>;
  readonly #lateNodes: LateSaves<LateNode>;
  readonly #running = new Map<string, RunningScan>();
  readonly #changes: RunChanges<Scan> = new EventPublisher({ maxBufferedEvents: 10 });
  #isClosed = false;

  constructor(options: ScansOptions) {
    this.#options = options;
    this.#repository = new ScanRepository(options.store);
    this.#lateScans = new LateSaves(options.store, (saved) => this.#repository.save(saved));
    this.#lateNodes = new LateSaves(options.store, ({ scanId, saved, basis }) =>
      this.#repository.saveNode(scanId, saved, basis),
    );
  }

  start(wanted: readonly string[]): Scan {
    const { hosts, nowMs, diagnosis, inventory, history, probeInfo, expectedGpus } = this.#options;
    const hostIds = [...new Set(wanted)];
    if (hostIds.length === 0) throw new InvalidError('scan.noHosts');
    const specs = hostIds.map((hostId) => hosts.spec(hostId));
    // Before anything is written: a store that can't be read is told at once.
    const expected = specs.map((spec) => expectedGpus?.(spec.id) ?? null);
    const set = diagnosis.treeSet();
    const atMs = nowMs();
    const id = randomUUID();
    const scan: ScanSummary = {
      id,
      state: 'running',
      startedAtMs: atMs,
      updatedAtMs: atMs,
      finishedAtMs: null,
      hostIds,
    };
    this.#repository.save({ scan, ownerPid: process.pid });
    this.#giveUpOld();
    const controller = new AbortController();
    // One for each node at least, which Node.js takes for a leak.
    setMaxListeners(0, controller.signal);
    if (this.#isClosed) controller.abort();
    const trees = compiledTrees(set);
    // Its errors are those of each node.
    trees.catch(() => {});
    const nodes = specs.map((spec, position) => ({
      hostId: spec.id,
      scan: new NodeScan({
        hostId: spec.id,
        isSaved: spec.kind === 'bundle',
        startedAtMs: atMs,
        expected: expected[position] ?? null,
        probeIds: probeInfo.map((probe) => probe.id),
        set,
        trees,
        runIdOf: (treeId) => `${id}:${position}:${treeId}`,
        inventory,
        probeInfo,
        nowMs,
        wait: this.#options.wait ?? ((ms, signal) => pause(ms, undefined, { signal })),
        changesOf: (results) => recentChanges(history.versions(spec.id), results, nowMs()),
        signal: controller.signal,
        onChange: () => this.#tellSoon(id),
      }),
    }));
    const running: RunningScan = { scan, nodes, controller, done: Promise.resolve(), timer: undefined };
    this.#running.set(id, running);
    running.done = this.#carryOut(running);
    return this.get(id);
  }

  async #carryOut(running: RunningScan): Promise<void> {
    const { nodes, controller } = running;
    const { id } = running.scan;
    await Promise.all(
      nodes.map(async ({ hostId, scan }) => {
        await scan.run();
        // Of one that is done nothing is lost, whatever becomes of the others.
        this.#lateNodes.add(`${id} ${hostId}`, { scanId: id, saved: savedNode(scan), basis: scan.basis() });
        this.#tellSoon(id);
      }),
    );
    const atMs = this.#options.nowMs();
    const state = controller.signal.aborted ? 'cancelled' : 'done';
    running.scan = { ...running.scan, state, updatedAtMs: atMs, finishedAtMs: atMs };
    clearTimeout(running.timer);
    this.#lateScans.add(id, { scan: running.scan, ownerPid: process.pid });
    const over = this.get(id);
    this.#running.delete(id);
    this.#changes.publish(id, over);
  }

  list(): ScanSummary[] {
    return this.#repository.list().map((saved) => this.#standing(saved));
  }

  get(scanId: string): Scan {
    const running = this.#running.get(scanId);
    if (running !== undefined)
      return composed(
        running.scan,
        running.nodes.map(({ scan }) => savedNode(scan)),
      );
    const saved = this.#repository.find(scanId);
    if (saved === null) throw new NotFoundError('scan', scanId);
    const scan = this.#standing(saved);
    const known = new Map(this.#repository.nodes(scanId).map((one) => [one.node.hostId, one]));
    const nodes = scan.hostIds.map((hostId) => {
      const late = this.#lateNodes.get(`${scanId} ${hostId}`)?.saved;
      return late ?? known.get(hostId) ?? unknownNode(hostId, scan.state === 'running');
    });
    return composed(scan, nodes);
  }

  cancel(scanId: string): Scan {
    const running = this.#running.get(scanId);
    if (running === undefined) {
      this.get(scanId);
      throw new ConflictError('scan.alreadyOver');
    }
    running.controller.abort();
    return this.get(scanId);
  }

  watch(scanId: string, signal?: AbortSignal): AsyncGenerator<Scan> {
    return watchRun({
      store: this.#options.store,
      changes: this.#changes,
      runId: scanId,
      read: () => this.get(scanId),
      isElsewhere: ({ state }) => state === 'running' && !this.#running.has(scanId),
      isLast: ({ state }) => state !== 'running',
      signal,
    });
  }

  /** The walk of a tree as a diagnosis; null where no scan that is kept has it. */
  run(runId: string): SavedRun | null {
    const [scanId = '', position = '', treeId = ''] = runId.split(':');
    const running = this.#running.get(scanId);
    const scan = running?.scan ?? this.#repository.find(scanId)?.scan;
    const hostId = scan?.hostIds[Number(position)];
    const set = this.#options.diagnosis.treeSet();
    const tree = set.trees.get(treeId);
    if (scan === undefined || hostId === undefined || tree === undefined) return null;
    const basis =
      running?.nodes[Number(position)]?.scan.basis() ??
      this.#lateNodes.get(`${scanId} ${hostId}`)?.basis ??
      this.#repository.basis(scanId, hostId);
    if (basis === null || basis.results.length === 0) return null;
    const { probeInfo } = this.#options;
    const saved = openWalk({ runId, hostId, startedAtMs: scan.startedAtMs, basis, set, tree, probeInfo });
    const changes = this.get(scanId).nodes[Number(position)]?.changes ?? [];
    const findings = saved.run.findings.map((finding) => withChanges(finding, changes, basis.results));
    return { ...saved, run: { ...saved.run, findings } };
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { controller } of this.#running.values()) controller.abort();
    await this.settled();
  }

  #tellSoon(scanId: string): void {
    const running = this.#running.get(scanId);
    if (running === undefined || running.timer !== undefined) return;
    running.timer = setTimeout(() => {
      running.timer = undefined;
      if (this.#running.has(scanId)) this.#changes.publish(scanId, this.get(scanId));
    }, tellEveryMs);
    running.timer.unref();
  }

  /** One that nobody carries out any more was interrupted; what was saved of its nodes stays. */
  #standing(saved: SavedScan): ScanSummary {
    const { scan, ownerPid } = this.#lateScans.get(saved.scan.id) ?? saved;
    const running = this.#running.get(scan.id);
    if (running !== undefined) return running.scan;
    const isOver = scan.state !== 'running';
    if (isOver || isOwnedElsewhere({ ownerPid, startedAtMs: scan.startedAtMs }, this.#options.nowMs())) return scan;
    const interrupted: ScanSummary = { ...scan, state: 'interrupted' };
    this.#lateScans.add(scan.id, { scan: interrupted, ownerPid });
    return interrupted;
  }

  #giveUpOld(): void {
    for (const saved of this.#repository.list().slice(keptScans)) {
      if (this.#standing(saved).state !== 'running') this.#repository.remove(saved.scan.id);
    }
  }
}

/** One in a turn of the event loop: all take a second or more, in which nodes can be asked already. */
async function compiledTrees({ trees }: TreeSet): Promise<CompiledTree[]> {
  const compiled: CompiledTree[] = [];
  for (const id of trees.keys()) {
    await setImmediate();
    const tree = trees.get(id);
    if (tree !== undefined) compiled.push(tree);
  }
  return compiled;
}

function savedNode(scan: NodeScan): SavedNode {
  return { node: scan.view(), findings: scan.findings(), places: scan.places() };
}

function composed(scan: ScanSummary, nodes: readonly SavedNode[]): Scan {
  const places = new Map(nodes.map((one) => [one.node.hostId, one.places]));
  const ranked = rankFindings(
    nodes.flatMap(({ findings }) => findings),
    places,
  );
  return { ...scan, nodes: nodes.map(({ node }) => node), ...ranked };
}

/** Of a node whose scan was never saved: another process is at it, or it went with the process. */
function unknownNode(hostId: string, isRunning: boolean): SavedNode {
  const node: ScanNode = {
    hostId,
    state: isRunning ? 'collecting' : 'failed',
    error: isRunning ? null : { key: 'scan.interrupted' },
    progress: { done: 0, total: 0, running: [] },
    reading: null,
    finishedAtMs: null,
    unread: [],
    walks: [],
    changes: [],
  };
  return { node, findings: [], places: [] };
}
