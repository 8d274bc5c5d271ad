import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { ProbeResult } from '#shared/domain/probe';
import type { Inventory } from '../../inventory/inventory';
import { collectResults } from './collect-results';
import { endRun, failed, type RunEnd } from './diagnosis-runs';
import { probesOf } from './walk-run';

export interface CollectingRunsOptions {
  readonly inventory: Inventory;
  readonly nowMs: () => number;
  readonly onDidChange: (run: DiagnosisRun) => void;
}

/** Takes over what was collected; `end` says why there is no more of it, null when all of it is there. */
export type OnCollected = (run: DiagnosisRun, results: readonly ProbeResult[], end: RunEnd | null) => void;

interface CollectingRun {
  run: DiagnosisRun;
  readonly controller: AbortController;
  done: Promise<void>;
}

/** Runs whose facts are being collected: how they stand is known here until they are done. */
export class CollectingRuns {
  readonly #options: CollectingRunsOptions;
  readonly #runs = new Map<string, CollectingRun>();

  constructor(options: CollectingRunsOptions) {
    this.#options = options;
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  get(runId: string): DiagnosisRun | undefined {
    return this.#runs.get(runId)?.run;
  }

  start(run: DiagnosisRun, probeIds: readonly string[], onCollected: OnCollected): void {
    const entry: CollectingRun = { run, controller: new AbortController(), done: Promise.resolve() };
    this.#runs.set(run.id, entry);
    entry.done = this.#collect(entry, probeIds, onCollected);
  }

  /** The run as cancelled; undefined when it is not being collected. */
  cancel(runId: string): DiagnosisRun | undefined {
    const entry = this.#runs.get(runId);
    if (entry === undefined) return undefined;
    entry.controller.abort();
    this.#change(entry, endRun(entry.run, { state: 'cancelled', error: null }, this.#options.nowMs()));
    return entry.run;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }

  async close(): Promise<void> {
    for (const { controller } of this.#runs.values()) controller.abort();
    await this.settled();
  }

  async #collect(entry: CollectingRun, probeIds: readonly string[], onCollected: OnCollected): Promise<void> {
    const { signal } = entry.controller;
    const { id, hostId, startedAtMs } = entry.run;
    const results = new Map<string, ProbeResult>();
    let end: RunEnd | null = null;
    try {
      await collectResults(this.#options.inventory, results, {
        hostId,
        startedAtMs,
        probeIds,
        signal,
        onProgress: () => this.#progress(entry, probeIds, results),
      });
    } catch (error) {
      end = signal.aborted ? { state: 'cancelled', error: null } : failed(error);
    }
    this.#runs.delete(id);
    onCollected(entry.run, [...results.values()], end);
  }

  #progress(entry: CollectingRun, probeIds: readonly string[], results: ReadonlyMap<string, ProbeResult>): void {
    this.#change(entry, {
      ...entry.run,
      updatedAtMs: this.#options.nowMs(),
      progress: { done: results.size, total: probeIds.length, running: probeIds.filter((id) => !results.has(id)) },
      probes: probesOf([...results.values()]),
    });
  }

  #change(entry: CollectingRun, run: DiagnosisRun): void {
    entry.run = run;
    this.#options.onDidChange(run);
  }
}
