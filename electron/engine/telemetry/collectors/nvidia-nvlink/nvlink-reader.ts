import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { LineReader, NodeFrame } from '../collector';

const KIB = 1024;

export const nvlinkTraffic = ['gpu.nvlinkSentBytesPerSecond', 'gpu.nvlinkReceivedBytesPerSecond'] as const;
export const nvlinkErrors = ['gpu.nvlinkReplays', 'gpu.nvlinkRecoveries', 'gpu.nvlinkCrcErrors'] as const;

/** A counter of one link by what the tool calls it. */
const labels: ReadonlyArray<readonly [label: RegExp, metric: MetricId]> = [
  [/^Data Tx: (\d{1,20}) KiB$/, 'gpu.nvlinkSentBytesPerSecond'],
  [/^Data Rx: (\d{1,20}) KiB$/, 'gpu.nvlinkReceivedBytesPerSecond'],
  [/^Replay Errors: (\d{1,20})$/, 'gpu.nvlinkReplays'],
  [/^Recovery Errors: (\d{1,20})$/, 'gpu.nvlinkRecoveries'],
  [/^CRC Errors: (\d{1,20})$/, 'gpu.nvlinkCrcErrors'],
];

const MAX_GPUS = 64;
const MAX_LINKS = 64;

/** Counters of one GPU, each by link. */
type Counters = Map<MetricId, Map<number, number>>;

interface Round {
  readonly nodeMs: number;
  readonly gpus: Map<string, Counters>;
}

/**
 * Reads rounds of `nvidia-smi nvlink -gt d` and `-e`, between `= UPTIME` and `.`. Errors are counters over all links; traffic is
 * what the links carried since the round before, of those that were there in both.
 *   GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-…)
 *   	 Link 0: Data Tx: 8299479 KiB
 *   	 Link 0: Replay Errors: 0
 */
export function nvlinkReader(wanted: ReadonlySet<MetricId>): LineReader {
  const traffic = nvlinkTraffic.filter((metric) => wanted.has(metric));
  const errors = nvlinkErrors.filter((metric) => wanted.has(metric));
  let before: Round | null = null;
  let round: Round | null = null;
  let counters: Counters | null = null;

  const framesOf = (now: Round): NodeFrame[] =>
    [...now.gpus].flatMap(([id, found]) => {
      const frame = (layout: readonly MetricId[], values: readonly number[]): NodeFrame[] =>
        values.every(Number.isNaN) ? [] : [{ subject: { kind: 'gpu', id }, layout, nodeMs: now.nodeMs, values }];
      const last = before?.gpus.get(id);
      const seconds = before ? (now.nodeMs - before.nodeMs) / 1000 : 0;
      return [
        ...frame(
          traffic,
          traffic.map((metric) => rateOf(last?.get(metric), found.get(metric), seconds)),
        ),
        ...frame(
          errors,
          errors.map((metric) => sumOf(found.get(metric))),
        ),
      ];
    });

  return {
    read(line) {
      const start = /^= (\d{1,12}(?:\.\d{1,3})?)$/.exec(line);
      if (start) {
        round = { nodeMs: Math.round(Number(start[1]) * 1000), gpus: new Map() };
        counters = null;
        return [];
      }
      if (round === null) return [];
      if (line === '.') {
        const frames = framesOf(round);
        before = round;
        round = null;
        return frames;
      }
      const gpu = /^GPU \d{1,3}: .{1,200}\(UUID: (GPU-[0-9a-f-]{8,64})\)\s*$/i.exec(line)?.[1];
      if (gpu !== undefined) {
        counters = round.gpus.get(gpu) ?? (round.gpus.size < MAX_GPUS ? new Map() : null);
        if (counters) round.gpus.set(gpu, counters);
        return [];
      }
      // Another GPU that could not be read: what follows is not of the one before.
      if (/^GPU /.test(line)) counters = null;
      const [, link, said = ''] = /^\s+Link (\d{1,3}): (.{1,60}?)\s*$/.exec(line) ?? [];
      if (link === undefined || Number(link) >= MAX_LINKS || counters === null) return [];
      for (const [label, metric] of labels) {
        const value = label.exec(said)?.[1];
        if (value === undefined) continue;
        const byLink = counters.get(metric) ?? new Map<number, number>();
        counters.set(metric, byLink.set(Number(link), Number(value)));
      }
      return [];
    },
  };
}

type ByLink = ReadonlyMap<number, number>;

function sumOf(byLink: ByLink | undefined): number {
  return byLink ? [...byLink.values()].reduce((sum, value) => sum + value, 0) : Number.NaN;
}

/** Bytes a second; unknown where a link counts from the start again. */
function rateOf(before: ByLink | undefined, now: ByLink | undefined, seconds: number): number {
  if (!before || !now || !(seconds > 0)) return Number.NaN;
  let kib = 0;
  let links = 0;
  for (const [link, value] of now) {
    const last = before.get(link);
    if (last === undefined) continue;
    if (value < last) return Number.NaN;
    kib += value - last;
    links += 1;
  }
  return links > 0 ? (kib * KIB) / seconds : Number.NaN;
}
