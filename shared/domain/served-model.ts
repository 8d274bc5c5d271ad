import { z } from 'zod';
import type { Model } from '../knowledge/catalogs/catalogues';
import type { Gpu } from './facts/gpu';
import {
  cacheTokens,
  inferenceOverheadBytes,
  kvBytesPerSequence,
  kvShareOfRank,
  weightBytes,
  weightFormats,
} from './model-sizing';

/** What of a model decides how much memory its server takes. */
export const servedModelSchema = z.object({
  weightBytes: z.number(),
  layers: z.number(),
  heads: z.number(),
  kvHeads: z.number(),
  headDim: z.number(),
  slidingWindowTokens: z.number().nullable(),
  fullAttentionLayers: z.number(),
  mla: z.object({ kvLoraRank: z.number(), qkRopeHeadDim: z.number() }).nullable(),
  /** The longest context that it was made for. */
  contextTokens: z.number(),
});
export type ServedModel = z.infer<typeof servedModelSchema>;

const count = z.number().int().positive();
const configSchema = z.object({
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  hidden_size: count,
  max_position_embeddings: count,
  kv_lora_rank: count.nullish(),
  qk_rope_head_dim: count.nullish(),
});

/**
 * A model by its own `config.json` (Hugging Face Transformers) and what its weight files take. A model of several parts keeps that of
 * its language part below `text_config`. Layers with a window are counted whole: that is more than they take, never less. Null: no
 * such file.
 */
export function readModelConfig(text: string, bytes: number): ServedModel | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const inner = typeof json === 'object' && json !== null && 'text_config' in json ? json.text_config : json;
  const { data } = configSchema.safeParse(inner);
  if (data === undefined || !(bytes > 0)) return null;
  const { num_hidden_layers: layers, num_attention_heads: heads, kv_lora_rank: rank, qk_rope_head_dim: rope } = data;
  return {
    weightBytes: bytes,
    layers,
    heads,
    kvHeads: data.num_key_value_heads ?? heads,
    headDim: data.head_dim ?? Math.floor(data.hidden_size / heads),
    slidingWindowTokens: null,
    fullAttentionLayers: layers,
    mla: rank != null && rope != null ? { kvLoraRank: rank, qkRopeHeadDim: rope } : null,
    contextTokens: data.max_position_embeddings,
  };
}

/**
 * What the weights of a folder take, by `du -abL --max-depth=1 FOLDER` (a size and a path on each line). Of several forms of the same
 * weights the one that vLLM takes counts: safetensors before PyTorch's own, those before GGUF. Null: there are none.
 */
export function weightFilesBytes(listing: string): number | null {
  const files = [...listing.matchAll(/^(\d+)\t(\S.*)$/gm)].map(([, size, path = '']) => ({
    bytes: Number(size),
    path,
  }));
  for (const pattern of [/\.safetensors$/, /\.(?:bin|pt|pth)$/, /\.gguf$/]) {
    const bytes = files.reduce((sum, one) => (pattern.test(one.path) ? sum + one.bytes : sum), 0);
    if (bytes > 0) return bytes;
  }
  return null;
}

/** A model of the catalogue by the name of its repository, in a weight format. Null: it has no such model or format. */
export function catalogueModel(models: readonly Model[], repository: string, formatId: string): ServedModel | null {
  const model = models.find((one) => one.repository.toLowerCase() === repository.toLowerCase());
  const format = weightFormats.find(({ id }) => id === formatId);
  if (model === undefined || format === undefined) return null;
  const { layers, heads, kvHeads, headDim, slidingWindowTokens, fullAttentionLayers, mla, contextTokens } = model;
  const shape = { layers, heads, kvHeads, headDim, slidingWindowTokens, fullAttentionLayers, mla, contextTokens };
  return { ...shape, weightBytes: weightBytes(model, format) };
}

/** The arithmetic of "does vLLM start with it", in bytes a GPU. */
export const serverFitSchema = z.object({
  weightBytesPerGpu: z.number(),
  overheadBytesPerGpu: z.number(),
  /** KV cache of one request of the longest context. */
  kvBytesPerGpu: z.number(),
  /** Of the smallest of the GPUs that it would get. */
  totalBytesPerGpu: z.number(),
  freeBytesPerGpu: z.number(),
  /** What the server takes at its start: a share of the total. */
  budgetBytesPerGpu: z.number(),
  /** Tokens of all requests together that fit into the cache. */
  cacheTokens: z.number(),
  contextTokens: z.number(),
  gpus: z.number(),
  /** `heads`: they don't divide evenly over the GPUs. `busy`: others have the memory that it takes at its start. */
  verdict: z.enum(['fits', 'too-big', 'too-long', 'busy', 'heads', 'too-few-gpus', 'beyond-model']),
});
export type ServerFit = z.infer<typeof serverFitSchema>;

/** 16-bit cache, as vLLM keeps it unless told otherwise. */
const kvBytes = 2;

/**
 * vLLM takes a share of each GPU's whole memory (`--gpu-memory-utilization`), loads weights, and gives what is left to the cache, which
 * has to hold one request of the longest context. Null: no GPU tells its memory. Source: model-sizing.md, section 4 (vLLM: Conserving
 * Memory); its default for what else a process takes is 2 GiB and 5 % of the weights.
 */
export function serverFit(
  model: ServedModel,
  wanted: { readonly tensorParallel: number; readonly contextTokens: number | null; readonly memoryShare: number },
  gpus: readonly Gpu[],
): ServerFit | null {
  const { tensorParallel, memoryShare } = wanted;
  const places = gpus
    .filter(({ state, mig }) => state === 'present' && mig.current?.toLowerCase() !== 'enabled')
    .flatMap(({ memory: { totalBytes, reservedBytes, usedBytes, freeBytes } }) => {
      if (totalBytes === null) return [];
      const total = totalBytes - (reservedBytes ?? 0);
      return [{ total, free: freeBytes ?? total - (usedBytes ?? 0) }];
    })
    .sort((a, b) => b.free - a.free);
  const contextTokens = wanted.contextTokens ?? model.contextTokens;
  const weights = model.weightBytes / tensorParallel;
  const overhead = inferenceOverheadBytes(weights);
  const kv = kvBytesPerSequence(model, contextTokens, kvBytes) * kvShareOfRank(model, tensorParallel);
  const mine = places.slice(0, tensorParallel);
  if (gpus.length > 0 && places.length === 0) return null;
  const smallest = (values: readonly number[]) => (values.length === 0 ? 0 : Math.min(...values));
  const total = smallest(mine.map((one) => one.total));
  const free = smallest(mine.map((one) => one.free));
  const budget = total * memoryShare;
  const verdict = (): ServerFit['verdict'] => {
    if (contextTokens > model.contextTokens) return 'beyond-model';
    if (model.heads % tensorParallel !== 0) return 'heads';
    if (mine.length < tensorParallel) return 'too-few-gpus';
    if (weights + overhead >= budget) return 'too-big';
    if (weights + overhead + kv > budget) return 'too-long';
    return free < budget ? 'busy' : 'fits';
  };
  return {
    weightBytesPerGpu: weights,
    overheadBytesPerGpu: overhead,
    kvBytesPerGpu: kv,
    totalBytesPerGpu: total,
    freeBytesPerGpu: free,
    budgetBytesPerGpu: budget,
    cacheTokens: cacheTokens({
      totalBytes: total,
      memoryShare,
      weightBytesPerGpu: weights,
      overheadBytes: overhead,
      kvBytesPerTokenPerGpu: kv / contextTokens,
    }),
    contextTokens,
    gpus: tensorParallel,
    verdict: verdict(),
  };
}
