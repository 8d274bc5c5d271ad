import { ORPCError } from '@orpc/client';
import { create } from 'zustand';
import type { HostSpec } from '#shared/domain/host';
import { isAbort, runTask, type TaskContext } from './tasks-store';
import { refreshHost } from './use-host-actions';

/** More at once gain nothing: the engine limits handshakes per gateway by itself. */
const atOnce = 16;

/** What became of one node. `error` of a failed one, for `describeError`. */
export type RefreshOutcome =
  | { readonly state: 'waiting' | 'running' | 'cancelled' }
  | { readonly state: 'done'; readonly ok: number; readonly total: number }
  | { readonly state: 'failed'; readonly error: unknown };

export interface RefreshRun {
  readonly hosts: readonly HostSpec[];
  readonly outcomes: ReadonlyMap<string, RefreshOutcome>;
  readonly done: number;
  readonly isRunning: boolean;
  readonly cancel: () => void;
}

interface RefreshState {
  run: RefreshRun | null;
  areResultsOpen: boolean;
}

/** The last refresh of many nodes, also while another screen is open. */
export const useRefreshRun = create<RefreshState>(() => ({ run: null, areResultsOpen: false }));

export function resetRefreshRun(): void {
  current = null;
  useRefreshRun.setState({ run: null, areResultsOpen: false });
}

export function showRefreshResults(areResultsOpen: boolean): void {
  useRefreshRun.setState({ areResultsOpen });
}

export interface RefreshEnd {
  readonly failed: number;
  readonly total: number;
  /** Trouble of this workstation, of which no row tells: once for all nodes. */
  readonly storeError: unknown;
}

/** The refresh under way; what is asked for meanwhile becomes part of it. */
let current: FleetRefresh | null = null;

/** Collects the inventory of many nodes. Null when there is nothing to collect, or it became part of a refresh under way. */
export async function refreshFleet(specs: readonly HostSpec[], title: string): Promise<RefreshEnd | null> {
  const hosts = specs.filter((spec) => spec.kind !== 'bundle');
  if (hosts.length === 0) return null;
  if (current) {
    current.add(hosts);
    return null;
  }
  const run = new FleetRefresh();
  current = run;
  run.add(hosts);
  try {
    return await runTask(title, (task) => run.work(task), { signal: run.controller.signal });
  } finally {
    if (current === run) current = null;
    run.end();
  }
}

class FleetRefresh {
  readonly controller = new AbortController();
  private readonly hosts: HostSpec[] = [];
  private readonly queue: HostSpec[] = [];
  private readonly outcomes = new Map<string, RefreshOutcome>();
  private readonly repeated = new Set<string>();
  private readonly workers = new Set<Promise<void>>();
  private task: TaskContext | null = null;
  private done = 0;
  private failed = 0;
  private storeError: unknown = null;

  add(specs: readonly HostSpec[]): void {
    for (const spec of specs) {
      const before = this.outcomes.get(spec.id)?.state;
      if (before === 'waiting' || before === 'running') continue;
      if (before === undefined) this.hosts.push(spec);
      else this.done -= 1;
      this.outcomes.set(spec.id, { state: 'waiting' });
      this.queue.push(spec);
    }
    this.show(true);
    if (this.task) this.staff(this.task);
  }

  async work(task: TaskContext): Promise<RefreshEnd> {
    this.task = task;
    this.staff(task);
    while (this.workers.size > 0) await Promise.race(this.workers);
    return { failed: this.failed, total: this.hosts.length, storeError: this.storeError };
  }

  end(): void {
    for (const [id, { state }] of this.outcomes) if (state === 'waiting') this.outcomes.set(id, { state: 'cancelled' });
    this.show(false);
  }

  private staff(task: TaskContext): void {
    const places = Math.min(atOnce - this.workers.size, this.queue.length);
    for (let place = 0; place < places; place += 1) {
      const worker = this.takeAll(task).finally(() => this.workers.delete(worker));
      this.workers.add(worker);
    }
  }

  private async takeAll({ signal, report }: TaskContext): Promise<void> {
    for (let spec = this.queue.shift(); spec && !signal.aborted; spec = this.queue.shift()) {
      const { id } = spec;
      this.outcomes.set(id, { state: 'running' });
      this.show(true);
      const outcome = await refreshHost(id, signal).then(
        ({ ok, total }): RefreshOutcome => ({ state: 'done', ok, total }),
        (error: unknown): RefreshOutcome => ({ state: 'failed', error }),
      );
      const error = outcome.state === 'failed' ? outcome.error : null;
      // The engine ended meanwhile; the one after it collects the node once more.
      if (isAbort(error) && !signal.aborted && !this.repeated.has(id)) {
        this.repeated.add(id);
        this.outcomes.set(id, { state: 'waiting' });
        this.queue.push(spec);
        continue;
      }
      if (error instanceof ORPCError && error.code === 'STORE_FAILED') this.storeError ??= error;
      else if (outcome.state === 'failed' && !signal.aborted) this.failed += 1;
      this.outcomes.set(id, outcome.state === 'failed' && signal.aborted ? { state: 'cancelled' } : outcome);
      this.done += 1;
      report({ done: this.done, total: this.hosts.length });
      this.show(true);
    }
  }

  private show(isRunning: boolean): void {
    const { hosts, outcomes, done, controller } = this;
    const run = { hosts: [...hosts], outcomes: new Map(outcomes), done, isRunning, cancel: () => controller.abort() };
    useRefreshRun.setState({ run });
  }
}
