import type { MomentWanted } from '#shared/contract/telemetry';
import { type Frame, subjectOf } from '#shared/domain/telemetry/frame';
import { staleAfterMs } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { RATE_WITHIN_MS } from '../latest-values';
import type { SampleColumn } from './foreign-samples';
import type { ServerHistory } from './samples-elsewhere';
import { coarseTiers, type Tier } from './tiers';

/** So much of what comes next is read at once, since a replay goes on; at a quicker pace so many of its steps. */
const AHEAD_MS = 60_000;
const AHEAD_STEPS = 20;

export interface FramesElsewhere {
  of(hostId: string): readonly Frame[];
  /** How far apart a subject was sampled; undefined where nobody knows. */
  stepOf(hostId: string, subject: string): number | undefined;
  readonly tierMs: Tier;
}

const nothing: FramesElsewhere = { of: () => [], stepOf: () => undefined, tierMs: 0 };

interface Fetched {
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly columns: Promise<readonly SampleColumn[]>;
}

/** What a server has of a time in the past. Asks it once while a replay goes on. */
export class MomentsElsewhere {
  #fetched: Fetched | null = null;

  constructor(private readonly server: Pick<ServerHistory, 'kept' | 'columns'>) {}

  forget(): void {
    this.#fetched = null;
  }

  /** The last two of each series that there were by then. */
  async frames(wanted: MomentWanted, hostIds: readonly string[], signal?: AbortSignal): Promise<FramesElsewhere> {
    const { atMs, stepMs, metrics } = wanted;
    const goodForMs = goodFor(metrics);
    const kept = this.server.kept();
    if (!kept || atMs < kept.fromMs || atMs - goodForMs > kept.toMs) return nothing;
    const tierMs = coarseTiers.findLast((tier) => tier <= stepMs) ?? 0;
    const fromMs = atMs - 2 * goodForMs - 2 * tierMs;
    const wantedKey = JSON.stringify([tierMs, metrics, hostIds]);
    let fetched = this.#fetched;
    if (!fetched || fetched.key !== wantedKey || fetched.fromMs > fromMs || fetched.toMs < atMs) {
      const toMs = Math.min(kept.toMs, atMs + aheadMs(stepMs));
      const range = { fromMs: Math.max(kept.fromMs, fromMs), toMs };
      const columns = this.server.columns({ hostIds, subject: null, metrics, tierMs, ...range }, signal);
      fetched = { key: wantedKey, fromMs, toMs: Math.max(atMs, toMs), columns };
      this.#fetched = fetched;
    }
    try {
      const frames = new Map<string, Frame[]>();
      const steps = new Map<string, number>();
      for (const column of await fetched.columns) {
        const of = frames.get(column.hostId) ?? [];
        frames.set(column.hostId, of);
        const [older, newer] = lastTwo(column, atMs, fromMs, goodForMs);
        for (const frame of [older, newer]) if (frame) of.push(frame);
        const key = `${column.hostId} ${column.subject}`;
        if (older && newer) steps.set(key, Math.max(steps.get(key) ?? 0, newer.atMs - older.atMs));
      }
      return {
        of: (hostId) => frames.get(hostId) ?? [],
        stepOf: (hostId, subject) => steps.get(`${hostId} ${subject}`),
        tierMs,
      };
    } catch (error) {
      // Who asks next asks anew.
      if (this.#fetched === fetched) this.#fetched = null;
      throw error;
    }
  }
}

function lastTwo({ subject, metric, times, values }: SampleColumn, atMs: number, fromMs: number, goodForMs: number) {
  const last = lastUpTo(times, atMs);
  // Of what was older nobody knows how it was doing by then.
  if (last < 0 || (times[last] as number) < atMs - goodForMs) return [];
  return [last - 1, last].flatMap((at): Frame[] => {
    const time = times[at];
    if (time === undefined || time < fromMs) return [];
    return [{ subject: subjectOf(subject), layout: layoutOf(metric), atMs: time, values: [values[at] as number] }];
  });
}

export function aheadMs(stepMs: number): number {
  return Math.max(AHEAD_MS, AHEAD_STEPS * stepMs);
}

/** How long a value of any of them says how it is. */
export function goodFor(metrics: readonly MetricId[]): number {
  return metrics.reduce((most, metric) => Math.max(most, staleAfterMs(metricSpec(metric))), RATE_WITHIN_MS);
}

/** Layouts are known by identity. */
const layouts = new Map<MetricId, readonly MetricId[]>();
function layoutOf(metric: MetricId): readonly MetricId[] {
  const layout = layouts.get(metric) ?? [metric];
  layouts.set(metric, layout);
  return layout;
}

/** The place of the last time that is not later; -1 where all are. */
export function lastUpTo(times: ArrayLike<number>, atMs: number): number {
  let from = 0;
  let to = times.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((times[middle] as number) <= atMs) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
