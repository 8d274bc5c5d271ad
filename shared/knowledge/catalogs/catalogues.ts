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

/** One NVIDIA GPU model by the names nvidia-smi gives it. */
const gpuModelSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  nvidiaSmiNames: z.array(z.string()),
  architecture: z.string(),
  /** e.g. `9.0`: what code must have been built for. */
  computeCapability: z.string(),
  memoryGib: z.number(),
  memoryKind: z.string(),
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
  sources: z.array(z.string()),
});
export type FatalXid = z.infer<typeof fatalXidSchema>;

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
export const fatalXidsFileSchema = z.strictObject({
  sources: z.record(z.string(), z.string()),
  xids: z.array(fatalXidSchema),
});

const models = lazily('models.yaml', modelsFileSchema);
const gpus = lazily('gpus.yaml', gpusFileSchema);
const xids = lazily('fatal-xids.yaml', fatalXidsFileSchema);
const compatibility = lazily('compatibility.yaml', compatibilityFileSchema);

export const modelCatalogue = (): readonly Model[] => models().models;
export const gpuCatalogue = (): readonly GpuModel[] => gpus().gpus;
export const compatibilityCatalogue = (): CompatibilityCatalogue => compatibility();
export const fatalXids = (): readonly FatalXid[] => xids().xids;
