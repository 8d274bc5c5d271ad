import { z } from 'zod';
import type { GpuMemoryView } from './gpu-memory';

/** What a job sees of a node's GPUs with a given CUDA_VISIBLE_DEVICES, in CUDA's order. */
export const visibleDevicesSchema = z.object({
  /** nvidia-smi indexes; CUDA device 0 is the first. */
  indexes: z.array(z.number()),
  /** The first entry that names no device. It and everything after it is hidden without a word. */
  invalidEntry: z.string().nullable(),
  hiddenAfterInvalid: z.number(),
  /** The numbers may mean other cards: CUDA sorts by speed unless CUDA_DEVICE_ORDER=PCI_BUS_ID, and the cards differ. */
  isOrderAmbiguous: z.boolean(),
  minimumFreeBytes: z.number().nullable(),
  minimumTotalBytes: z.number().nullable(),
});
export type VisibleDevices = z.infer<typeof visibleDevicesSchema>;

interface VisibleDevicesOptions {
  readonly gpus: readonly GpuMemoryView[];
  /** The variable as pasted, with or without `CUDA_VISIBLE_DEVICES=`; null: not set, every GPU is visible. */
  readonly text: string | null;
  /** CUDA_DEVICE_ORDER as set in the job; null or empty: FASTEST_FIRST. */
  readonly order: string | null;
}

/**
 * Reads CUDA_VISIBLE_DEVICES the way CUDA does: integers and (prefixes of) UUIDs, up to the first entry that is invalid or
 * names a device twice (CUDA C++ Programming Guide, environment variables).
 */
export function readVisibleDevices({ gpus, text, order }: VisibleDevicesOptions): VisibleDevices {
  const list = text?.replace(/^\s*(?:export\s+)?CUDA_VISIBLE_DEVICES\s*=\s*/, '').replace(/["'\s]/g, '');
  const indexes: number[] = [];
  let invalidEntry: string | null = null;
  let hiddenAfterInvalid = 0;
  let hasNumbers = false;
  if (list === undefined) {
    indexes.push(...gpus.map(({ index }) => index));
    hasNumbers = true;
  } else if (list !== '') {
    const entries = list.split(',');
    for (const [at, entry] of entries.entries()) {
      const index = indexOf(entry, gpus);
      if (/^\d+$/.test(entry)) hasNumbers = true;
      if (index === null || indexes.includes(index)) {
        invalidEntry = entry;
        hiddenAfterInvalid = entries.length - at - 1;
        break;
      }
      indexes.push(index);
    }
  }
  const seen = gpus.filter(({ index }) => indexes.includes(index));
  const models = new Set(gpus.map(({ name }) => name));
  return {
    indexes,
    invalidEntry,
    hiddenAfterInvalid,
    isOrderAmbiguous: hasNumbers && models.size > 1 && (order ?? '').trim().toUpperCase() !== 'PCI_BUS_ID',
    minimumFreeBytes: minimum(seen.map(({ freeBytes }) => freeBytes)),
    minimumTotalBytes: minimum(seen.map(({ totalBytes }) => totalBytes)),
  };
}

function indexOf(entry: string, gpus: readonly GpuMemoryView[]): number | null {
  if (/^\d{1,4}$/.test(entry)) return gpus.find(({ index }) => index === Number(entry))?.index ?? null;
  if (!/^GPU-/i.test(entry) || entry.length < 5) return null;
  const matches = gpus.filter(({ uuid }) => uuid?.toLowerCase().startsWith(entry.toLowerCase()) === true);
  return matches.length === 1 ? (matches[0]?.index ?? null) : null;
}

function minimum(values: readonly (number | null)[]): number | null {
  return values.length === 0 || values.some((value) => value === null)
    ? null
    : Math.min(...values.map((value) => value ?? 0));
}
