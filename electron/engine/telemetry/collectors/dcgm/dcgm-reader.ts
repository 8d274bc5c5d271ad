import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { LineReader } from '../collector';
import { numberOf } from '../number-of';

/** A field by DCGM's number, which its releases keep, unlike the names. */
export interface DcgmField {
  readonly id: number;
  readonly metric: MetricId;
  /** From DCGM's unit into ours; NaN for what can't be. */
  readonly read: (value: number) => number;
}

/** A little more than 1 comes of rounding. */
const MOST_SHARE = 1.01;

/** A share of 1, printed with three digits. */
const share = (value: number): number => (value <= MOST_SHARE ? Math.round(value * 1e5) / 1e3 : Number.NaN);
const asItIs = (value: number): number => value;
const thousandths = (value: number): number => value / 1e3;
const nanoseconds = (value: number): number => value / 1e9;

export const dcgmFields: readonly DcgmField[] = [
  { id: 156, metric: 'gpu.energyJ', read: thousandths },
  { id: 202, metric: 'gpu.pcieReplays', read: asItIs },
  { id: 230, metric: 'gpu.xid', read: asItIs },
  { id: 240, metric: 'gpu.powerThrottleSeconds', read: nanoseconds },
  { id: 241, metric: 'gpu.thermalThrottleSeconds', read: nanoseconds },
  { id: 409, metric: 'gpu.nvlinkCrcErrors', read: asItIs },
  { id: 419, metric: 'gpu.nvlinkDataCrcErrors', read: asItIs },
  { id: 429, metric: 'gpu.nvlinkReplays', read: asItIs },
  { id: 439, metric: 'gpu.nvlinkRecoveries', read: asItIs },
  { id: 1001, metric: 'gpu.graphicsActivePercent', read: share },
  { id: 1002, metric: 'gpu.smActivePercent', read: share },
  { id: 1003, metric: 'gpu.smOccupancyPercent', read: share },
  { id: 1004, metric: 'gpu.tensorActivePercent', read: share },
  { id: 1005, metric: 'gpu.dramActivePercent', read: share },
  { id: 1009, metric: 'gpu.pcieSentBytesPerSecond', read: asItIs },
  { id: 1010, metric: 'gpu.pcieReceivedBytesPerSecond', read: asItIs },
  { id: 1011, metric: 'gpu.nvlinkSentBytesPerSecond', read: asItIs },
  { id: 1012, metric: 'gpu.nvlinkReceivedBytesPerSecond', read: asItIs },
];

/**
 * Reads `dcgmi dmon -e …`: values in the order in which they were asked for, `N/A` where one is blank. Rows of MIG
 * instances (`GPU-I 0`) and of switches are others' than the GPU's.
 *   #Entity   SMACT        TENSO
 *   ID
 *   GPU 0     0.981        0.412
 */
export function dcgmReader(fields: readonly DcgmField[], gpus: ReadonlyMap<number, string>): LineReader {
  const layout = fields.map(({ metric }) => metric);
  return {
    read(line) {
      const [, index, rest = ''] = /^\s*GPU\s+(\d{1,4})\s+(\S.*)$/.exec(line) ?? [];
      const id = index === undefined ? undefined : gpus.get(Number(index));
      const cells = rest.trim().split(/\s+/);
      if (id === undefined || cells.length !== fields.length) return [];
      const values = fields.map(({ read }, at) => {
        const value = numberOf(cells[at] ?? '');
        return value >= 0 ? read(value) : Number.NaN;
      });
      return [{ subject: { kind: 'gpu', id }, layout, nodeMs: null, values }];
    },
  };
}

/** `dcgmi discovery -l`: UUIDs by DCGM's own number of a GPU. */
export function readDcgmGpus(text: string): ReadonlyMap<number, string> {
  const gpus = new Map<number, string>();
  let index: number | null = null;
  for (const line of text.split('\n', 10_000)) {
    const number = /^\|\s*(\d{1,4})\s*\|/.exec(line)?.[1];
    if (number !== undefined) index = Number(number);
    const uuid = /\|\s*Device UUID:\s*(GPU-[0-9a-f-]{8,64})\s*\|/i.exec(line)?.[1];
    if (index !== null && uuid !== undefined) gpus.set(index, uuid);
  }
  return gpus;
}

/** `dcgmi profile -l`: the numbers of the profiling fields that the GPUs can tell. */
export function readProfilingFields(text: string): ReadonlySet<number> {
  const rows = text.split('\n', 10_000).map((line) => /^\|\s*\S{1,20}\s*\|\s*(1\d{3})\s*\|/.exec(line)?.[1]);
  return new Set(rows.filter((id) => id !== undefined).map(Number));
}
