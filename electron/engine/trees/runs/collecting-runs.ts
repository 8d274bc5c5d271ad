import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { ProbeResult } from '#shared/domain/probe';
import type { Inventory } from '../../inventory/inventory';
import type { WantedReadings } from '../walk/walk';
import { collectResults } from './collect-results';
import { endRun, failed, type RunEnd } from './diagnosis-runs';
import { type ReadAgain, readAgain } from './read-again';
import { probesOf } from './walk-run';

export interface CollectingRunsOptions {
  readonly inventory: Inventory;
  readonly nowMs: () => number;
  readonly wait: ReadAgain['wait'];
  readonly onDidChange: (run: DiagnosisRun) => void;
}

/** Takes over what was collected; `end` says why there is no more of it, null when all of it is there. */
export type OnCollected = (run: DiagnosisRun, results: readonly ProbeResult[], end: RunEnd | null) => void;

interface CollectingRun {
  run: DiagnosisRun;
  readonly controller: AbortController;
  done: Promise<void>;
}

/** What is done for a run, and what it found so far. */
interface Job {
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly found: () => readonly ProbeResult[];
}

/** Runs whose facts are being collected: how they stand is known here until they are done. */
export class CollectingRuns {
  readonly #options: CollectingRunsOptions;
  readonly #runs = new Map<string, CollectingRun>();
  #isClosed = false;

  constructor(options: CollectingRunsOptions) {
    this.#options = options;
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  get(runId: string): DiagnosisRun | undefined {
    return this.#runs.get(runId)?.run;
  }

  /** @param startedAtMs what was observed before is asked again. */
  start(
    run: DiagnosisRun,
    { probeIds, startedAtMs }: { probeIds: readonly string[]; startedAtMs: number },
    onCollected: OnCollected,
  ): void {
    const found = new Map<string, ProbeResult>();
    const { id, hostId } = run;
    this.#run(run, onCollected, {
      found: () => [...found.values()],
      work: (signal) =>
        collectResults(this.#options.inventory, found, {
          hostId,
          startedAtMs,
          probeIds,
          signal,
          onProgress: () => this.#progress(id, probeIds, found),
        }),
    });
  }

  /** Reads probes again for a walk that waits for them. */
  readAgain(run: DiagnosisRun, wanted: WantedReadings, onCollected: OnCollected): void {
    const found: ProbeResult[] = [];
    const onRead = (done: number): void =>
      this.#change(run.id, (now) => ({ ...now, reading: now.reading && { ...now.reading, done } }));
    this.#run(run, onCollected, {
      found: () => found,
      work: (signal) =>
        readAgain(this.#options.inventory, found, {
          ...wanted,
          hostId: run.hostId,
          signal,
          wait: this.#options.wait,
          onRead,
        }),
    });
  }

  /** The run as cancelled; undefined when it is not being collected. */
  cancel(runId: string): DiagnosisRun | undefined {
    const entry = this.#runs.get(runId);
    if (entry === undefined) return undefined;
    entry.controller.abort();
    this.#change(runId, (run) => endRun(run, { state: 'cancelled', error: null }, this.#options.nowMs()));
    return entry.run;
  }

  /** What is collected may have the walk read more. */
  async settled(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { controller } of this.#runs.values()) controller.abort();
    await this.settled();
  }

  #run(run: DiagnosisRun, onCollected: OnCollected, job: Job): void {
    const controller = new AbortController();
    if (this.#isClosed) controller.abort();
    const entry: CollectingRun = { run, controller, done: Promise.resolve() };
    this.#runs.set(run.id, entry);
    entry.done = this.#collect(entry, onCollected, job);
  }

  async #collect(entry: CollectingRun, onCollected: OnCollected, { work, found }: Job): Promise<void> {
    const { signal } = entry.controller;
    let end: RunEnd | null = null;
    try {
      await work(signal);
    } catch (error) {
      end = signal.aborted ? { state: 'cancelled', error: null } : failed(error);
    }
    this.#runs.delete(entry.run.id);
    onCollected(entry.run, found(), end);
  }

  #progress(runId: string, probeIds: readonly string[], results: ReadonlyMap<string, ProbeResult>): void {
    this.#change(runId, (run) => ({
      ...run,
      updatedAtMs: this.#options.nowMs(),
      progress: { done: results.size, total: probeIds.length, running: probeIds.filter((id) => !results.has(id)) },
      probes: probesOf([...results.values()]),
    }));
  }

  #change(runId: string, change: (run: DiagnosisRun) => DiagnosisRun): void {
    const entry = this.#runs.get(runId);
    if (entry === undefined) return;
    entry.run = change(entry.run);
    this.#options.onDidChange(entry.run);
  }
}
