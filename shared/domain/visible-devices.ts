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
  /** NVIDIA_VISIBLE_DEVICES: what a container was given. Numbers in the job then count among these. */
  readonly container?: string | null;
}

/**
 * Reads CUDA_VISIBLE_DEVICES the way CUDA does: integers and (prefixes of) UUIDs, up to the first entry that is invalid or
 * names a device twice (CUDA C++ Programming Guide, environment variables). Null: it names MIG slices, which are no GPUs.
 */
export function readVisibleDevices({
  gpus: all,
  text,
  order,
  container,
}: VisibleDevicesOptions): VisibleDevices | null {
  const gpus = containerGpus(all, container ?? null);
  const list = text?.replace(/^\s*(?:export\s+)?CUDA_VISIBLE_DEVICES\s*=\s*/, '').replace(/["'\s]/g, '');
  if (list !== undefined && /(?:^|,)MIG-/i.test(list)) return null;
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

/**
 * The GPUs of a container, in nvidia-smi's order whatever order they were asked for in. `all`, `void` (a device plugin or
 * CDI decides) and what is not understood leave every GPU.
 */
function containerGpus(gpus: readonly GpuMemoryView[], given: string | null): readonly GpuMemoryView[] {
  if (given?.trim() === 'none') return [];
  const entries = (given ?? '').split(',').map((entry) => entry.trim());
  const found = entries.map((entry) => indexOf(entry, gpus));
  return found.includes(null) ? gpus : gpus.filter(({ index }) => found.includes(index));
}

/** A number counts among the GPUs that are there; they are in nvidia-smi's order. */
function indexOf(entry: string, gpus: readonly GpuMemoryView[]): number | null {
  if (/^\d{1,4}$/.test(entry)) return gpus[Number(entry)]?.index ?? null;
  if (!/^GPU-/i.test(entry) || entry.length < 5) return null;
  const matches = gpus.filter(({ uuid }) => uuid?.toLowerCase().startsWith(entry.toLowerCase()) === true);
  return matches.length === 1 ? (matches[0]?.index ?? null) : null;
}

function minimum(values: readonly (number | null)[]): number | null {
  return values.length === 0 || values.some((value) => value === null)
    ? null
    : Math.min(...values.map((value) => value ?? 0));
}
