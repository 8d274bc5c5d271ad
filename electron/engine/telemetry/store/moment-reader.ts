import { setImmediate as rest } from 'node:timers/promises';
import type { Moment, MomentWanted } from '#shared/contract/telemetry';
import { type Frame, subjectOf } from '#shared/domain/telemetry/frame';
import type { LiveRow } from '#shared/domain/telemetry/live';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { LatestValues } from '../latest-values';
import { decodedBlocks } from './decoded-blocks';
import { aheadMs, goodFor, lastUpTo, MomentsElsewhere } from './moments-elsewhere';
import type { SampleStore } from './sample-store';
import type { ServerHistory } from './samples-elsewhere';
import { coarseTiers, columnsOf, type Tier, tiers } from './tiers';
import type { Track } from './track';

/** Everything else waits so long at most while thousands of tracks are read. */
const WORK_MS = 8;
/** What was decoded is kept so long after it was last asked for. */
const KEPT_MS = 30_000;

/** A stretch of a track, decoded: some of its columns. */
interface Stretch {
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Up to where the track was in blocks then. */
  readonly writtenToMs: number;
  readonly layout: readonly MetricId[];
  readonly times: number[];
  /** How long what stands there lasted: 0 for a sample as it came. */
  readonly lengths: Tier[];
  readonly columns: number[][];
}

type Read = <T>(work: (samples: SampleStore) => T) => T;

/**
 * What was known at a time in the past, as it was seen live then: the last two samples of each track go through what tells
 * live values. Decodes a block once while a replay goes through it.
 */
export class MomentReader {
  readonly #stretches = new Map<Track, Stretch>();
  readonly #elsewhere: MomentsElsewhere;
  #forget: NodeJS.Timeout | null = null;

  constructor(
    private readonly read: Read,
    server: Pick<ServerHistory, 'kept' | 'columns'>,
  ) {
    this.#elsewhere = new MomentsElsewhere(server);
  }

  async at(wanted: MomentWanted, hostIds: Iterable<string>, signal?: AbortSignal): Promise<Moment> {
    if (this.#forget) clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#stretches.clear();
      this.#elsewhere.forget();
    }, KEPT_MS).unref();
    const { atMs, metrics } = wanted;
    const rows: LiveRow[] = [];
    const there = await this.#elsewhere.frames(wanted, [...hostIds], signal);
    let tierMs: number = there.tierMs;
    let sinceMs = performance.now();
    for (const hostId of hostIds) {
      const { frames, steps, tierMs: coarsest } = this.read((samples) => this.#frames(samples, hostId, wanted));
      tierMs = Math.max(tierMs, coarsest);
      const latest = new LatestValues();
      const known = new Set(frames.flatMap(namesOf));
      const more = there.of(hostId).filter((frame) => !namesOf(frame).some((name) => known.has(name)));
      latest.take(
        hostId,
        [...more, ...frames].sort((one, other) => one.atMs - other.atMs),
      );
      for (const row of latest.since(0, metrics, null).rows) {
        const stepMs = Math.max(steps.get(row.subject) ?? 0, there.stepOf(hostId, row.subject) ?? 0);
        rows.push({ ...row, atMs: Math.min(row.atMs, atMs), ...(stepMs === 0 ? {} : { stepMs }) });
      }
      if (performance.now() - sinceMs < WORK_MS) continue;
      await rest();
      signal?.throwIfAborted();
      sinceMs = performance.now();
    }
    return { atMs, rows, tierMs };
  }

  #frames(
    samples: SampleStore,
    hostId: string,
    wanted: MomentWanted,
  ): { frames: Frame[]; steps: ReadonlyMap<string, number>; tierMs: number } {
    const frames: Frame[] = [];
    const steps = new Map<string, number>();
    let tierMs = 0;
    for (const [subject, tracks] of samples.subjectsOf(hostId)) {
      for (const track of tracks) {
        const told = wanted.metrics.filter((metric) => track.layout.includes(metric));
        if (told.length === 0) continue;
        const known = frames.length;
        tierMs = Math.max(tierMs, this.#lastTwo(samples, track, subject, told, wanted, frames));
        const [newer, older] = frames.slice(known);
        if (newer && older) steps.set(subject, Math.max(steps.get(subject) ?? 0, newer.atMs - older.atMs));
      }
    }
    return { frames: frames.sort((one, other) => one.atMs - other.atMs), steps, tierMs };
  }

  /** Adds the last two that there were by then; returns the tier that the newer one is of. */
  #lastTwo(
    samples: SampleStore,
    track: Track,
    subject: string,
    told: readonly MetricId[],
    { atMs, stepMs }: MomentWanted,
    into: Frame[],
  ): number {
    // Of what was older nobody knows how it was doing by then.
    const goodForMs = goodFor(told);
    const of = subjectOf(subject);
    let left = 2;
    let newestMs = atMs + 1;
    let tier = 0;
    const add = (startMs: number, lengthMs: Tier, layout: readonly MetricId[], values: number[]): boolean => {
      if (startMs >= newestMs) return true;
      if (left === 2 && startMs + lengthMs < atMs - goodForMs) return false;
      if (left === 2) tier = lengthMs;
      newestMs = startMs;
      into.push({ subject: of, layout, atMs: startMs + Math.max(0, lengthMs - 1), values });
      left -= 1;
      return left > 0;
    };
    const { times: newest } = track.head;
    const places = told.map((metric) => track.layout.indexOf(metric));
    for (let at = lastUpTo(newest, atMs); at >= 0; at -= 1) {
      const values = places.map((place) => track.head.column(place)[at] ?? Number.NaN);
      if (!add(newest[at] as number, 0, told, values)) return tier;
    }
    const stretch = this.#stretch(samples, track, told, atMs, stepMs, goodForMs);
    for (let at = lastUpTo(stretch.times, atMs); at >= 0; at -= 1) {
      const values = stretch.columns.map((column) => column[at] as number);
      if (!add(stretch.times[at] as number, stretch.lengths[at] as Tier, stretch.layout, values)) break;
    }
    return tier;
  }

  #stretch(
    samples: SampleStore,
    track: Track,
    told: readonly MetricId[],
    atMs: number,
    stepMs: number,
    goodForMs: number,
  ): Stretch {
    const wantedTier = coarseTiers.findLast((tier) => tier <= stepMs) ?? 0;
    const key = `${wantedTier} ${told.join(' ')}`;
    const lookBackMs = 2 * goodForMs + 2 * wantedTier;
    const known = this.#stretches.get(track);
    if (known && known.key === key && known.fromMs <= atMs - lookBackMs && atMs <= known.toMs) {
      // What was in memory only is in blocks by now.
      if (known.writtenToMs === track.writtenToMs || known.toMs <= known.writtenToMs) return known;
    }
    const stretch: Stretch = {
      key,
      fromMs: atMs - lookBackMs,
      toMs: atMs + aheadMs(stepMs),
      writtenToMs: track.writtenToMs,
      layout: told,
      times: [],
      lengths: [],
      columns: told.map(() => []),
    };
    this.#stretches.set(track, stretch);
    if (track.id === null) return stretch;
    let readToMs = stretch.fromMs;
    // The tier that is fine enough, what is newer from the finer ones; where those are given up, from a coarser one.
    for (const tier of [...tiers].reverse().filter((each) => each <= wantedTier)) {
      readToMs = readTier(samples, track.id, track.layout, tier, readToMs, stretch);
    }
    for (const tier of tiers.filter((each) => each > wantedTier)) {
      if (stretch.times.length === 0) readTier(samples, track.id, track.layout, tier, stretch.fromMs - tier, stretch);
    }
    return stretch;
  }
}

/** Returns from where on the rest is to be read. */
function readTier(
  samples: SampleStore,
  trackId: number,
  layout: readonly MetricId[],
  tier: Tier,
  fromMs: number,
  into: Stretch,
): number {
  const places = into.layout.map((metric) => {
    const { at, isBucket } = columnsOf(layout, layout.indexOf(metric), tier);
    if (!isBucket) return at;
    // A mean of bits means nothing; the greatest is one that there was.
    return metricSpec(metric).unit === 'bits' ? at + 2 : at + 1;
  });
  let readToMs = fromMs;
  for (const block of decodedBlocks(samples.repository.blocks(trackId, tier, fromMs, into.toMs), new Set(places))) {
    for (const [position, time] of block.times.entries()) {
      if (time < fromMs || time > into.toMs) continue;
      into.times.push(time);
      into.lengths.push(tier);
      for (const [index, place] of places.entries()) {
        into.columns[index]?.push(block.columns[place]?.[position] ?? Number.NaN);
      }
    }
    readToMs = Math.max(readToMs, block.endMs + 1);
  }
  return readToMs;
}

/** Each of its values by time, subject and metric. */
function namesOf({ atMs, subject, layout }: Frame): string[] {
  return layout.map((metric) => `${atMs} ${metric} ${subject.id}`);
}
