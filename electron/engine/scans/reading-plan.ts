import type { ProbeResult } from '#shared/domain/probe';

/** What a walk wants read more often than once. */
export interface WantedReading {
  readonly probeIds: readonly string[];
  /** After the first reading. */
  readonly times: number;
  readonly everyMs: number;
}

/** Two batches don't start a command at the same place to the millisecond: this much less is far enough apart. */
const tolerance = 0.05;

export interface Round {
  readonly atMs: number;
  readonly probeIds: readonly string[];
}

/**
 * When each probe was read, oldest first. A walk's wish is met by readings that other walks wanted, and a round is put off as long
 * as no walk has to wait longer for it, so that one round serves as many as it can.
 */
export class ReadingPlan {
  readonly #readings = new Map<string, ProbeResult[]>();
  /** Probes that gave nothing when they were read again: nobody waits for them any more. */
  readonly #silent = new Set<string>();

  /** The first reading of each probe that came. */
  constructor(results: Iterable<ProbeResult>) {
    for (const result of results) if (result.state === 'ok') this.#readings.set(result.probeId, [result]);
  }

  add(result: ProbeResult): void {
    this.#readings.set(result.probeId, [...(this.#readings.get(result.probeId) ?? []), result]);
  }

  /** The node, or this probe, gives no more. */
  giveUp(probeIds: Iterable<string>): void {
    for (const id of probeIds) this.#silent.add(id);
  }

  isMet(wanted: WantedReading): boolean {
    return this.#openProbes(wanted).length === 0;
  }

  /** Everything these probes gave after the first time. */
  laterReadings(probeIds: readonly string[]): ProbeResult[] {
    return probeIds.flatMap((id) => this.#readings.get(id)?.slice(1) ?? []);
  }

  /** The next time something is read, and what; null when every wish is met. */
  next(wishes: readonly WantedReading[]): Round | null {
    const open = wishes.flatMap((wish) =>
      this.#openProbes(wish).map((probeId) => {
        const { count, lastMs } = this.#counted(probeId, wish);
        return { probeId, dueMs: lastMs + wish.everyMs, left: wish.times - count, everyMs: wish.everyMs };
      }),
    );
    if (open.length === 0) return null;
    const endMs = Math.max(...open.map(({ dueMs, left, everyMs }) => dueMs + (left - 1) * everyMs));
    const atMs = Math.min(...open.map(({ left, everyMs }) => endMs - (left - 1) * everyMs));
    const due = open.filter(({ dueMs }) => dueMs <= atMs);
    return { atMs, probeIds: [...new Set(due.map(({ probeId }) => probeId))] };
  }

  #openProbes(wish: WantedReading): string[] {
    return wish.probeIds.filter((id) => !this.#silent.has(id) && this.#counted(id, wish).count < wish.times);
  }

  /** Readings that are far enough apart for this wish, and when the last of them was. */
  #counted(probeId: string, { everyMs }: WantedReading): { count: number; lastMs: number } {
    const [first, ...later] = this.#readings.get(probeId) ?? [];
    let lastMs = first?.observedAtMs ?? 0;
    let count = 0;
    for (const { observedAtMs } of later) {
      if (observedAtMs < lastMs + everyMs * (1 - tolerance)) continue;
      lastMs = observedAtMs;
      count += 1;
    }
    return { count, lastMs };
  }
}
