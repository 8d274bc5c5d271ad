import { z } from 'zod';
import type { GpuMemoryView } from './gpu-memory';
import { inferenceOverheadBytes, prefillActivationBytes } from './model-sizing';

/** The arithmetic of "does it fit", every line of it, in bytes. */
export const modelFitSchema = z.object({
  params: z.number(),
  bitsPerWeight: z.number(),
  weightBytes: z.number(),
  tensorParallel: z.number(),
  /** Attention heads, where the model is known; they have to divide evenly over the GPUs. */
  heads: z.number().nullable(),
  dividesHeads: z.boolean(),
  weightBytesPerGpu: z.number(),
  contextTokens: z.number(),
  sequences: z.number(),
  kvBytesPerToken: z.number(),
  kvBytesPerSequence: z.number(),
  kvBytes: z.number(),
  /** Heads are copied when there are more ranks than KV heads. */
  kvBytesPerGpu: z.number(),
  overheadBytesPerGpu: z.number(),
  /** The part of the overhead that activations of one prefill chunk take; null where the model's shape is not known. */
  activationBytesPerGpu: z.number().nullable(),
  prefillChunkTokens: z.number(),
  needBytesPerGpu: z.number(),
  /** Least of the GPUs (or slices) the job would get, largest first. */
  totalBytesPerGpu: z.number().nullable(),
  freeBytesPerGpu: z.number().nullable(),
  gpusAvailable: z.number(),
  /** never: more than the card has. not-now: would fit if the rest were freed. */
  verdict: z.enum(['fits', 'not-now', 'never', 'too-few-gpus']),
  /** Smallest power of two of GPUs on which it would fit here; null when none of this node's would do. */
  gpusNeeded: z.number().nullable(),
  /** Weights alone, by common formats, for the advice. */
  weightBytesAt8Bit: z.number(),
  weightBytesAt4Bit: z.number(),
});
export type ModelFit = z.infer<typeof modelFitSchema>;

export interface FitOptions {
  readonly params: number;
  readonly bitsPerWeight: number;
  readonly weightBytes: number;
  readonly kvBytesPerToken: number;
  readonly kvBytesPerSequence: number;
  readonly contextTokens: number;
  readonly sequences: number;
  readonly tensorParallel: number;
  readonly heads: number | null;
  readonly feedForward: { readonly hidden: number; readonly intermediate: number } | null;
  /** Share of the KV cache on one rank for a number of ranks. */
  readonly kvShare: (ranks: number) => number;
  readonly gpus: readonly GpuMemoryView[];
  /** Memory of the slices a process could get, instead of whole GPUs; empty without MIG. */
  readonly slices: readonly { totalBytes: number; freeBytes: number }[];
}

/** What an engine reads of a prompt at a time unless told otherwise (vLLM: max_num_batched_tokens). */
const defaultChunkTokens = 8192;

/** Compares what a model needs on each GPU with what the node's GPUs have and have free. */
export function modelFit(options: FitOptions): ModelFit {
  const { weightBytes, kvBytesPerSequence, sequences, tensorParallel, kvShare } = options;
  const kvBytes = kvBytesPerSequence * sequences;
  const prefillChunkTokens = Math.min(options.contextTokens, defaultChunkTokens);
  const needOn = (ranks: number): { weights: number; kv: number; overhead: number; need: number } => {
    const weights = weightBytes / ranks;
    const kv = kvBytes * kvShare(ranks);
    const overhead = inferenceOverheadBytes(weights);
    return { weights, kv, overhead, need: weights + kv + overhead };
  };
  const places =
    options.slices.length > 0
      ? [...options.slices]
      : options.gpus
          .filter(({ isUsable, totalBytes, isMigOn }) => isUsable && !isMigOn && totalBytes !== null)
          .map(({ totalBytes, freeBytes }) => ({ totalBytes: totalBytes ?? 0, freeBytes: freeBytes ?? 0 }));
  const nth = (values: readonly number[], rank: number): number | null =>
    [...values].sort((a, b) => b - a)[rank - 1] ?? null;
  const totals = places.map(({ totalBytes }) => totalBytes);
  const mine = needOn(tensorParallel);
  const total = nth(totals, tensorParallel);
  const free = nth(
    places.map(({ freeBytes }) => freeBytes),
    tensorParallel,
  );
  const divides = (ranks: number): boolean => options.heads === null || options.heads % ranks === 0;
  const steps = [1, 2, 4, 8, 16].filter((ranks) => ranks <= places.length && divides(ranks));
  return {
    params: options.params,
    bitsPerWeight: options.bitsPerWeight,
    weightBytes,
    tensorParallel,
    heads: options.heads,
    dividesHeads: divides(tensorParallel),
    weightBytesPerGpu: mine.weights,
    contextTokens: options.contextTokens,
    sequences,
    kvBytesPerToken: options.kvBytesPerToken,
    kvBytesPerSequence,
    kvBytes,
    kvBytesPerGpu: mine.kv,
    overheadBytesPerGpu: mine.overhead,
    activationBytesPerGpu:
      options.feedForward && prefillActivationBytes(options.feedForward, prefillChunkTokens, tensorParallel),
    prefillChunkTokens,
    needBytesPerGpu: mine.need,
    totalBytesPerGpu: total,
    freeBytesPerGpu: free,
    gpusAvailable: places.length,
    verdict:
      total === null || free === null
        ? 'too-few-gpus'
        : mine.need > total
          ? 'never'
          : mine.need > free
            ? 'not-now'
            : 'fits',
    gpusNeeded: steps.find((ranks) => needOn(ranks).need <= (nth(totals, ranks) ?? 0)) ?? null,
    weightBytesAt8Bit: options.params,
    weightBytesAt4Bit: options.params / 2,
  };
}
