/**
 * How much GPU memory a model takes. All results are bytes; GB is 10^9, GiB 2^30. Formulas and their sources: vLLM and
 * Hugging Face checkpoints for weights, llama.cpp quantize README for GGUF bits, arXiv 1910.02054 and DeepSpeed's estimators for
 * training, Korthikanti et al. 2022 for activations.
 */

/** The numbers of a model's architecture that sizing needs; a row of the model catalogue has them all. */
export interface ModelShape {
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly slidingWindowTokens: number | null;
  /** Layers that keep the whole context; the others keep the window. All of them without a window. */
  readonly fullAttentionLayers: number;
  readonly mla: { readonly kvLoraRank: number; readonly qkRopeHeadDim: number } | null;
}

export interface ModelWeights {
  readonly paramsComputed: number;
  readonly quantizableLinearParams: number;
  readonly hidden: number;
  readonly moe: { readonly experts: number; readonly expertIntermediate: number; readonly moeLayers: number } | null;
}

/** What of a model a weight format quantizes: everything, the linear layers, or the routed experts. The rest is 16 bit. */
export type QuantizedPart = 'all' | 'linears' | 'experts';

export interface WeightFormat {
  readonly id: string;
  readonly label: string;
  readonly bitsPerWeight: number;
  readonly part: QuantizedPart;
}

/** Bits of a 4-bit group format: the weight, a 16-bit scale and a 4-bit zero point for every group. */
export function groupedBits(group: number): number {
  return 4 + 16 / group + 4 / group;
}

/** Common weight formats with their real bits: scales and zero points count. */
export const weightFormats: readonly WeightFormat[] = [
  { id: 'fp32', label: 'FP32', bitsPerWeight: 32, part: 'all' },
  { id: 'bf16', label: 'BF16 / FP16', bitsPerWeight: 16, part: 'all' },
  { id: 'fp8', label: 'FP8', bitsPerWeight: 8, part: 'linears' },
  { id: 'fp8-block', label: 'FP8, blocks of 128x128', bitsPerWeight: 8.002, part: 'linears' },
  { id: 'int8', label: 'INT8 W8A8', bitsPerWeight: 8, part: 'linears' },
  { id: 'awq-4', label: 'AWQ / GPTQ 4-bit, group 128', bitsPerWeight: groupedBits(128), part: 'linears' },
  { id: 'nf4', label: 'bitsandbytes NF4', bitsPerWeight: 4.5, part: 'linears' },
  { id: 'mxfp4', label: 'MXFP4 experts', bitsPerWeight: 4.25, part: 'experts' },
  { id: 'nvfp4', label: 'NVFP4', bitsPerWeight: 4.5, part: 'linears' },
  { id: 'gguf-q8-0', label: 'GGUF Q8_0', bitsPerWeight: 8.5, part: 'all' },
  { id: 'gguf-q6-k', label: 'GGUF Q6_K', bitsPerWeight: 6.56, part: 'all' },
  { id: 'gguf-q5-k-m', label: 'GGUF Q5_K_M', bitsPerWeight: 5.68, part: 'all' },
  { id: 'gguf-q4-k-m', label: 'GGUF Q4_K_M', bitsPerWeight: 4.83, part: 'all' },
  { id: 'gguf-q4-0', label: 'GGUF Q4_0', bitsPerWeight: 4.5, part: 'all' },
  { id: 'gguf-q3-k-m', label: 'GGUF Q3_K_M', bitsPerWeight: 3.91, part: 'all' },
  { id: 'gguf-q2-k', label: 'GGUF Q2_K', bitsPerWeight: 3.35, part: 'all' },
];

/** Bytes of the weights in a format. Zero parameters are zero bytes. */
export function weightBytes(model: ModelWeights, format: Pick<WeightFormat, 'bitsPerWeight' | 'part'>): number {
  const quantized = quantizedParams(model, format.part);
  return (quantized * format.bitsPerWeight) / 8 + (model.paramsComputed - quantized) * 2;
}

function quantizedParams(model: ModelWeights, part: QuantizedPart): number {
  switch (part) {
    case 'all':
      return model.paramsComputed;
    case 'linears':
      return model.quantizableLinearParams;
    case 'experts':
      return model.moe === null
        ? model.quantizableLinearParams
        : model.moe.moeLayers * model.moe.experts * 3 * model.hidden * model.moe.expertIntermediate;
  }
}

/** KV cache of one token in one layer. MLA keeps one latent vector: no factor 2, no heads. */
export function kvBytesPerTokenAndLayer(model: ModelShape, bytesPerElement: number): number {
  return model.mla === null
    ? 2 * model.kvHeads * model.headDim * bytesPerElement
    : (model.mla.kvLoraRank + model.mla.qkRopeHeadDim) * bytesPerElement;
}

/** KV cache of one token in all layers, before any saving of a sliding window. */
export function kvBytesPerToken(model: ModelShape, bytesPerElement: number): number {
  return model.layers * kvBytesPerTokenAndLayer(model, bytesPerElement);
}

/** KV cache of one sequence; layers with a window keep at most the window. */
export function kvBytesPerSequence(model: ModelShape, contextTokens: number, bytesPerElement: number): number {
  const perLayer = kvBytesPerTokenAndLayer(model, bytesPerElement);
  if (model.slidingWindowTokens === null) return model.layers * perLayer * contextTokens;
  const windowLayers = model.layers - model.fullAttentionLayers;
  return (
    perLayer *
    (model.fullAttentionLayers * contextTokens + windowLayers * Math.min(contextTokens, model.slidingWindowTokens))
  );
}

/**
 * The share of the KV cache that one rank keeps: heads are split until one is left on each rank, then copied. The MLA latent
 * is on every rank.
 */
export function kvShareOfRank(model: Pick<ModelShape, 'kvHeads' | 'mla'>, tensorParallel: number): number {
  if (model.mla !== null) return 1;
  return Math.max(1, model.kvHeads / tensorParallel) / model.kvHeads;
}

/**
 * Activations while a chunk of a prompt is read, on one of the GPUs that share the model: about eight copies of the hidden
 * state, and the two halves of the feed-forward layer, which are split. 16 bit.
 */
export function prefillActivationBytes(
  { hidden, intermediate }: { readonly hidden: number; readonly intermediate: number },
  chunkTokens: number,
  tensorParallel: number,
): number {
  return chunkTokens * (hidden * 8 + (intermediate * 2) / tensorParallel) * 2;
}

/** Context, workspaces, activations, graphs and buffers of one process on one GPU: 2 GiB and 5 % of its weights, a default to edit. */
export function inferenceOverheadBytes(weightBytesPerGpu: number): number {
  return 2 * 1024 ** 3 + 0.05 * weightBytesPerGpu;
}

/** Tokens that fit into what vLLM leaves for the cache: a share of the total, less weights and other needs. */
export function cacheTokens(options: {
  totalBytes: number;
  memoryShare: number;
  weightBytesPerGpu: number;
  overheadBytes: number;
  kvBytesPerTokenPerGpu: number;
}): number {
  const budget = options.totalBytes * options.memoryShare - options.weightBytesPerGpu - options.overheadBytes;
  return Math.max(0, Math.floor(budget / options.kvBytesPerTokenPerGpu));
}

export type ZeroStage = 0 | 1 | 2 | 3;

/** Weights, gradients and Adam states of one GPU in mixed precision: 16 bytes a parameter, split by ZeRO stage. */
export function trainingStateBytes(params: number, gpus: number, stage: ZeroStage): number {
  switch (stage) {
    case 0:
      return 16 * params;
    case 1:
      return 4 * params + (12 * params) / gpus;
    case 2:
      return 2 * params + (14 * params) / gpus;
    case 3:
      return (16 * params) / gpus;
  }
}

export type DeepSpeedCase = 'zero2' | 'zero2-offload' | 'zero3' | 'zero3-offload-optimizer' | 'zero3-offload-all';

/**
 * DeepSpeed's own estimate for model states (`estimate_zero2/3_model_states_mem_needs`), buffer factor 1.5.
 * `largestLayerParams` is the largest single module, which ZeRO-3 gathers.
 */
export function deepSpeedEstimate(
  kind: DeepSpeedCase,
  {
    params,
    largestLayerParams,
    gpusPerNode,
    nodes,
  }: { params: number; largestLayerParams: number; gpusPerNode: number; nodes: number },
): { gpuBytes: number; cpuBytes: number } {
  const all = gpusPerNode * nodes;
  const buffer = 1.5;
  switch (kind) {
    case 'zero2':
      return { gpuBytes: 2 * params + (18 * params) / all, cpuBytes: params * 4 * gpusPerNode * buffer };
    case 'zero2-offload':
      return { gpuBytes: 2 * params, cpuBytes: params * Math.max(4 * all, 16) * buffer };
    case 'zero3':
      return {
        gpuBytes: 4 * largestLayerParams + (18 * params) / all,
        cpuBytes: largestLayerParams * 4 * gpusPerNode * buffer,
      };
    case 'zero3-offload-optimizer':
      return { gpuBytes: 4 * largestLayerParams + (2 * params) / all, cpuBytes: ((16 * params) / nodes) * buffer };
    case 'zero3-offload-all':
      return { gpuBytes: 4 * largestLayerParams, cpuBytes: ((18 * params) / nodes) * buffer };
  }
}

/** Parameters of a LoRA adapter of rank r over linear layers given as [in, out]. */
export function loraParams(rank: number, linears: readonly (readonly [number, number])[], layers: number): number {
  return layers * linears.reduce((sum, [inputs, outputs]) => sum + rank * (inputs + outputs), 0);
}

export type ActivationKind = 'plain' | 'flash-attention' | 'checkpointing';

/** Activations of one micro batch in 16 bit. `checkpointing` leaves out the one layer that is live. */
export function activationBytes(
  { layers, hidden, heads }: { layers: number; hidden: number; heads: number },
  sequenceTokens: number,
  microBatch: number,
  kind: ActivationKind,
): number {
  const base = sequenceTokens * microBatch * hidden;
  switch (kind) {
    case 'plain':
      return layers * base * (34 + (5 * heads * sequenceTokens) / hidden);
    case 'flash-attention':
      return layers * base * 34;
    case 'checkpointing':
      return layers * base * 2;
  }
}
