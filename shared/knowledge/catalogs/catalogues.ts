/// <reference types="vite/types/importMeta.d.ts" />
import { parse } from 'yaml';
import { z } from 'zod';
import { type CompatibilityCatalogue, compatibilityFileSchema } from './compatibility-schema';

const files = import.meta.glob<string>('./*.yaml', { query: '?raw', import: 'default', eager: true });

/** One model architecture. Field names are those of the sizing formulas in `model-sizing.ts`. */
const modelSchema = z.strictObject({
  id: z.string(),
  family: z.string(),
  repository: z.string(),
  paramsComputed: z.number().int().positive(),
  quantizableLinearParams: z.number().int().positive(),
  decodeReadParams: z.number().int().positive(),
  layers: z.number().int().positive(),
  hidden: z.number().int().positive(),
  heads: z.number().int().positive(),
  kvHeads: z.number().int().positive(),
  headDim: z.number().int().positive(),
  intermediate: z.number().int().positive(),
  vocabulary: z.number().int().positive(),
  contextTokens: z.number().int().positive(),
  hasTiedEmbeddings: z.boolean(),
  attention: z.string(),
  slidingWindowTokens: z.number().int().positive().nullable(),
  fullAttentionLayers: z.number().int().min(0),
  /** Latent attention keeps one compressed vector a token instead of heads. */
  mla: z.strictObject({ kvLoraRank: z.number().int(), qkRopeHeadDim: z.number().int() }).nullable(),
  moe: z
    .strictObject({
      experts: z.number().int(),
      activeExperts: z.number().int(),
      expertIntermediate: z.number().int(),
      moeLayers: z.number().int(),
    })
    .nullable(),
  note: z.string().nullable(),
  source: z.string(),
});
export type Model = z.infer<typeof modelSchema>;

/** One GPU model by the names that nvidia-smi or amd-smi gives it, and what it should be. Null: not told, or not fixed. */
const gpuModelSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  vendor: z.enum(['NVIDIA', 'AMD']),
  nvidiaSmiNames: z.array(z.string()),
  amdSmiNames: z.array(z.string()).default([]),
  architecture: z.string(),
  /** e.g. `9.0`: what code must have been built for. */
  computeCapability: z.string(),
  memoryGib: z.number(),
  memoryKind: z.string(),
  /** SXM5, PCIe, OAM, superchip … */
  formFactor: z.string(),
  memoryBandwidthGBps: z.number().nullable(),
  /** The data sheet's peak of 16-bit matrix products, dense, accumulated in 32 bits: 10^12 operations a second. */
  fp16Tflops: z.number().nullable(),
  /** Nominal; boards of one name are sold with others, and some can be set. */
  tdpW: z.number().nullable(),
  tdpNote: z.string().nullable(),
  pcieGeneration: z.number().int().nullable(),
  pcieLanes: z.number().int().nullable(),
  /** 0: none. Null: as many as the bridge between the cards has. */
  nvlinkCount: z.number().int().nullable(),
  /** Both directions of all links together. */
  interconnectGBps: z.number().nullable(),
  migInstancesMax: z.number().nullable(),
  interconnect: z.string().nullable(),
  sources: z.array(z.string()),
});
export type GpuModel = z.infer<typeof gpuModelSchema>;

const fatalXidSchema = z.strictObject({
  code: z.number().int(),
  mnemonic: z.string(),
  name: z.string(),
  action: z.string(),
});
export type FatalXid = z.infer<typeof fatalXidSchema>;

/** A message of a command that failed, what it means and what to do. The first that matches counts: special ones come first. */
const failureSchema = z.strictObject({
  id: z.string(),
  /** A regular expression over what was printed in locale C. */
  pattern: z.string(),
  /** Lines as they were printed, each of which it matches. */
  examples: z.array(z.string()).min(1),
  cause: z.strictObject({ en: z.string(), 'zh-CN': z.string() }),
  remedy: z.strictObject({ en: z.string(), 'zh-CN': z.string() }),
  source: z.string(),
});
export type KnownFailure = z.infer<typeof failureSchema>;

/** Reads a catalogue the first time it is asked for: none is needed to start. */
function lazily<T>(file: string, schema: z.ZodType<T>): () => T {
  let value: T | undefined;
  return () => {
    value ??= schema.parse(parse(files[`./${file}`] ?? ''));
    return value;
  };
}

export const modelsFileSchema = z.strictObject({ models: z.array(modelSchema) });
export const gpusFileSchema = z.strictObject({ gpus: z.array(gpuModelSchema) });
export const failuresFileSchema = z.strictObject({ failures: z.array(failureSchema) });
/** Taken from the catalogue of the kernel log by a test: the trees need these few at once, and nothing else of it. */
const fatalXidsFileSchema = z.strictObject({ xids: z.array(fatalXidSchema) });

const models = lazily('models.yaml', modelsFileSchema);
const gpus = lazily('gpus.yaml', gpusFileSchema);
const xids = lazily('fatal-xids.generated.yaml', fatalXidsFileSchema);
/** Of programs first: what they say is special, what package managers and the net say is in much that fails. */
const failures = ['failures-programs.yaml', 'failures.yaml'].map((file) => lazily(file, failuresFileSchema));
const compatibility = lazily('compatibility.yaml', compatibilityFileSchema);

export const modelCatalogue = (): readonly Model[] => models().models;
export const gpuCatalogue = (): readonly GpuModel[] => gpus().gpus;
export const compatibilityCatalogue = (): CompatibilityCatalogue => compatibility();
export const failureCatalogue = (): readonly KnownFailure[] => failures.flatMap((file) => file().failures);
/** The model that a tool names so; null for one that is not in the catalogue. */
export function gpuModelNamed(name: string | null): GpuModel | null {
  if (name === null) return null;
  return gpuCatalogue().find((model) => [...model.nvidiaSmiNames, ...model.amdSmiNames].includes(name)) ?? null;
}
export const fatalXids = (): readonly FatalXid[] => xids().xids;
