import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { LineReader } from '../collector';
import { numberOf } from '../number-of';

const MB = 1e6;

/** Columns of `nvidia-smi dmon -s te`: throughput in MB/s as the GPU sees it, replays as a counter. */
export const dmonColumns: ReadonlyArray<readonly [name: string, metric: MetricId, factor: number]> = [
  ['txpci', 'gpu.pcieSentBytesPerSecond', MB],
  ['rxpci', 'gpu.pcieReceivedBytesPerSecond', MB],
  ['pci', 'gpu.pcieReplays', 1],
];

/**
 * Reads lines of dmon. It repeats its header (`# gpu rxpci …`) now and then; columns are found by it, since drivers differ.
 * `uuids` are the GPUs in the driver's order: dmon names them by their number only.
 */
export function dmonReader(uuids: readonly string[]): LineReader {
  let layout: readonly MetricId[] = [];
  let reads: ReadonlyArray<{ at: number; factor: number }> = [];
  let gpuAt = -1;
  let width = 0;
  return {
    read(line) {
      const words = line.trim().split(/\s+/);
      if (words[0]?.startsWith('#')) {
        const names = line.replace('#', ' ').trim().split(/\s+/);
        if (!names.includes('gpu')) return [];
        const found = dmonColumns.filter(([name]) => names.includes(name));
        width = names.length;
        gpuAt = names.indexOf('gpu');
        layout = sameAs(
          layout,
          found.map(([, metric]) => metric),
        );
        reads = found.map(([name, , factor]) => ({ at: names.indexOf(name), factor }));
        return [];
      }
      const uuid = /^\d{1,4}$/.test(words[gpuAt] ?? '') ? uuids[Number(words[gpuAt])] : undefined;
      if (uuid === undefined || words.length !== width || layout.length === 0) return [];
      const values = reads.map(({ at, factor }) => numberOf(words[at] ?? '') * factor);
      return [{ subject: { kind: 'gpu', id: uuid }, layout, nodeMs: null, values }];
    },
  };
}

/** A header that says the same keeps the layout's identity. */
function sameAs(before: readonly MetricId[], after: readonly MetricId[]): readonly MetricId[] {
  return before.join() === after.join() ? before : after;
}
