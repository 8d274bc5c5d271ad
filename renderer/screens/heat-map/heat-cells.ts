import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import { paces } from '#shared/domain/telemetry/pace';
import { type HeatMetric, isThrottled, judge, metricsFor } from './heat-metrics';

/** One GPU. */
export interface HeatCell {
  /** Unique in the fleet. */
  readonly key: string;
  readonly node: FleetNode;
  /** Null: its driver can't open it and does not say which it is. */
  readonly subject: string | null;
  /** Null: it is not listed any more. */
  readonly index: number | null;
  readonly model: string | null;
  /** PCI bus id of one that the driver can't open. */
  readonly pciBusId: string | null;
}

/**
 * `gone`: its driver lists it no more or tells nothing of it, while the node goes on. `stale`: samples stopped. `offline`: the
 * node is not connected. `off`: it is not to be watched. `waiting`: no sample came yet. `absent`: of the time that is played
 * back there is none.
 */
export const cellKinds = [
  'gone',
  'critical',
  'warn',
  'unknown',
  'stale',
  'offline',
  'off',
  'waiting',
  'absent',
  'ok',
] as const;
export type CellKind = (typeof cellKinds)[number];

export interface JudgedCell {
  readonly kind: CellKind;
  /** What is known, of whatever age. */
  readonly value: number | null;
  readonly isThrottled: boolean;
  /** When `value` was measured; null: never. */
  readonly atMs: number | null;
}

export type Samples = ReadonlyMap<string, LiveRow>;
export type Watches = ReadonlyMap<string, Pick<WatchState, 'state' | 'intervalMs'>>;

export function cellKey(hostId: string, subject: string): string {
  return `${hostId}\n${subject}`;
}

/** The GPUs of nodes in the order of their drivers; after them those that samples came of and that are listed no more. */
export function cellsOf(
  nodes: readonly FleetNode[],
  gpus: ReadonlyMap<string, NodeGpus>,
  sampled: ReadonlyMap<string, ReadonlySet<string>>,
): HeatCell[] {
  return nodes.flatMap((node): HeatCell[] => {
    const known = gpus.get(node.id);
    const listed = (known?.gpus ?? []).map(
      ({ subject, index, model }): HeatCell => ({
        key: cellKey(node.id, subject),
        node,
        subject,
        index,
        model,
        pciBusId: null,
      }),
    );
    const missing = [...(sampled.get(node.id) ?? [])]
      .filter((subject) => !known?.gpus.some((gpu) => gpu.subject === subject))
      .sort()
      .map(
        (subject): HeatCell => ({
          key: cellKey(node.id, subject),
          node,
          subject,
          index: null,
          model: null,
          pciBusId: null,
        }),
      );
    // A GPU that was sampled before it was lost is among the missing ones already.
    const lost = (known?.lost ?? []).slice(missing.length).map(
      (pciBusId): HeatCell => ({
        key: cellKey(node.id, pciBusId),
        node,
        subject: null,
        index: null,
        model: null,
        pciBusId,
      }),
    );
    return [...listed, ...missing, ...lost];
  });
}

/** A sample is looked for once a second, so it may be that much older than it would have to be. */
const deliveryMs = 1500;
const staleIntervals = 3;
/** So long a change of pace may take: until then what is there may be as old as the slowest has it. */
const settlingMs = 10_000;
/** As the engine has it: a GPU that others of its node outlived by so much is gone. */
const outlivedIntervals = 5;

interface JudgeOptions {
  readonly samples: Samples;
  readonly watches: Watches;
  readonly metric: HeatMetric;
  readonly nowMs: number;
  /** Since when someone looks. */
  readonly sinceMs: number;
  /** How nodes are connected and watched now says nothing of then. */
  readonly isReplayed: boolean;
}

/** What each cell is like now. */
export function judgeCells(cells: readonly HeatCell[], options: JudgeOptions): JudgedCell[] {
  const { samples } = options;
  const newest = new Map<string, number>();
  for (const { key, node } of cells) {
    const atMs = samples.get(key)?.atMs;
    if (atMs !== undefined && atMs > (newest.get(node.id) ?? 0)) newest.set(node.id, atMs);
  }
  return cells.map((cell) => judgeCell(cell, newest.get(cell.node.id) ?? null, options));
}

function judgeCell(
  cell: HeatCell,
  newestMs: number | null,
  { samples, watches, metric, nowMs, sinceMs, isReplayed }: JudgeOptions,
): JudgedCell {
  const row = samples.get(cell.key);
  const watch = isReplayed ? undefined : watches.get(cell.node.id);
  const value = row ? metric.read(row.values) : null;
  const told = { value, isThrottled: false, atMs: row?.atMs ?? null };
  if (cell.pciBusId !== null) return { ...told, kind: 'gone' };
  if (watch?.state === 'off') return { ...told, kind: 'off' };
  if (!isReplayed && cell.node.host.status.connection !== 'connected') return { ...told, kind: 'offline' };
  if (!row) return { ...told, kind: newestMs !== null ? 'gone' : isReplayed ? 'absent' : 'waiting' };

  const intervalMs = watch?.intervalMs ?? (isReplayed ? replayedStepMs(row) : paces.hidden);
  const isSettling = !isReplayed && nowMs - sinceMs < settlingMs;
  const limitMs = staleIntervals * (isSettling ? Math.max(intervalMs, paces.hidden) : intervalMs) + deliveryMs;
  if (nowMs - row.atMs > limitMs) {
    const isNodeHeard = newestMs !== null && nowMs - newestMs <= limitMs;
    const isOutlived = isNodeHeard && newestMs - row.atMs > Math.max(5000, outlivedIntervals * intervalMs);
    return { ...told, kind: isOutlived ? 'gone' : 'stale' };
  }
  if (row.values.every((one) => one === null)) return { ...told, kind: 'gone' };
  const throttled = isThrottled(row.values[metricsFor(metric).indexOf('gpu.throttleReasons')]);
  if (value === null) return { ...told, isThrottled: throttled, kind: 'unknown' };
  return { ...told, isThrottled: throttled, kind: judge(value, metric.thresholds) };
}

/** As far apart as it was sampled then, or as hosts are that somebody has before them. */
function replayedStepMs({ stepMs = 0 }: LiveRow): number {
  return Math.min(paces.hidden, Math.max(paces.shown, stepMs));
}

/** How many cells there are of each kind, and how many are held back. */
export interface HeatCounts extends Readonly<Record<CellKind, number>> {
  readonly throttled: number;
}

export function countCells(judged: readonly JudgedCell[]): HeatCounts {
  const counts: Record<CellKind | 'throttled', number> = {
    ...(Object.fromEntries(cellKinds.map((kind) => [kind, 0])) as Record<CellKind, number>),
    throttled: 0,
  };
  for (const { kind, isThrottled: held } of judged) {
    counts[kind] += 1;
    if (held) counts.throttled += 1;
  }
  return counts;
}

const ranks: Readonly<Record<CellKind, number>> = {
  gone: 8,
  critical: 7,
  warn: 6,
  stale: 5,
  unknown: 4,
  ok: 3,
  waiting: 2,
  absent: 2,
  offline: 1,
  off: 0,
};

/** The greater the worse; of cells in one state the one that is further along the scale. */
export function badness({ kind, value, isThrottled: held }: JudgedCell, [from, to]: readonly [number, number]): number {
  const share = value === null || from === to ? 0 : Math.min(1, Math.max(0, (value - from) / (to - from)));
  return 10 * ranks[kind] + (held ? 5 : 0) + share;
}
