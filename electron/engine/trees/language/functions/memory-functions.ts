import { z } from 'zod';
import { factsSchemas } from '#shared/domain/facts/index';
import { type GpuMemoryView, gpuMemory, gpuMemoryViewSchema, gpuUserSchema } from '#shared/domain/gpu-memory';
import { linkGroups, placementSchema, recommendPlacement, worstLinkOf } from '#shared/domain/gpu-placement';
import { gpuRecoverySchema, gpusToRecover } from '#shared/domain/gpu-recovery';
import { jobEnvironmentSchema, jobEnvironments } from '#shared/domain/job-environment';
import { modelFit, modelFitSchema } from '#shared/domain/model-fit';
import {
  kvBytesPerSequence,
  kvBytesPerToken,
  kvShareOfRank,
  trainingStateBytes,
  weightBytes,
  weightFormats,
} from '#shared/domain/model-sizing';
import { outOfMemoryTextSchema, parseOutOfMemoryText } from '#shared/domain/out-of-memory-text';
import { readVisibleDevices, visibleDevicesSchema } from '#shared/domain/visible-devices';
import { fatalXids, gpuModelNamed, modelCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { defineFunction, type TreeFunction } from './define-function';

const views = z.array(gpuMemoryViewSchema);
const number = z.number();
const text = z.string();

/** How a model is to be served, and on what. */
const serving = {
  contextTokens: number,
  sequences: number,
  kvBytes: number,
  tensorParallel: number,
  gpus: views,
  gpu: factsSchemas.gpu.nullable(),
};

/** Memory that a MIG slice has, with where it is. */
const sliceSchema = z.object({
  gpuIndex: z.number(),
  name: z.string(),
  totalBytes: z.number(),
  freeBytes: z.number(),
  usedBytes: z.number(),
});

const trainingFitSchema = z.object({
  params: z.number(),
  gpus: z.number(),
  stage: z.number(),
  stateBytesPerGpu: z.number(),
  totalBytesPerGpu: z.number().nullable(),
  freeBytesPerGpu: z.number().nullable(),
  verdict: z.enum(['fits', 'not-now', 'never', 'too-few-gpus']),
  bytesAtStage0: z.number(),
  bytesAtStage3: z.number(),
});

function slicesOf(gpu: z.infer<typeof factsSchemas.gpu> | null): z.infer<typeof sliceSchema>[] {
  return (gpu?.gpus ?? []).flatMap((one) =>
    (one.migDevices ?? []).flatMap(({ index, profile, memory }) =>
      memory.totalBytes == null
        ? []
        : [
            {
              gpuIndex: one.index,
              name: `GPU ${one.index} MIG ${index}${profile == null ? '' : ` (${profile})`}`,
              totalBytes: memory.totalBytes,
              usedBytes: memory.usedBytes ?? 0,
              freeBytes: memory.freeBytes ?? memory.totalBytes - (memory.usedBytes ?? 0),
            },
          ],
    ),
  );
}

function nthLargest(values: readonly (number | null)[], rank: number): number | null {
  const known = values.filter((value) => value !== null).sort((left, right) => right - left);
  return known[rank - 1] ?? null;
}

/** Who holds a GPU's memory, and what would fit: pure arithmetic over facts, each tested where it lives. */
export const memoryFunctions: readonly TreeFunction[] = [
  defineFunction(
    'gpuMemory',
    {
      gpu: factsSchemas.gpu,
      gpuProcesses: factsSchemas['gpu-processes'].nullable(),
      processes: factsSchemas.processes.nullable(),
      holders: factsSchemas['gpu-holders'].nullable(),
      processesAtMs: number.nullable(),
    },
    views,
    (sources) => gpuMemory(sources).map(withNominalMemory),
  ),
  defineFunction('gpuUsers', { gpus: views }, z.array(gpuUserSchema), ({ gpus }) => gpus.flatMap(({ users }) => users)),
  defineFunction(
    'gpusToRecover',
    {
      gpu: factsSchemas.gpu,
      kernelLog: factsSchemas['gpu-kernel-log'].nullable(),
      bootedAtMs: number.nullable(),
    },
    z.array(gpuRecoverySchema),
    (options) => gpusToRecover({ ...options, fatalXids: fatalXids() }),
  ),
  defineFunction(
    'placement',
    {
      gpus: views,
      topology: factsSchemas['gpu-topology'].nullable(),
      gpuCount: number,
      neededBytes: number.nullable(),
    },
    placementSchema,
    recommendPlacement,
  ),
  defineFunction(
    'worstLink',
    { indexes: z.array(z.number()), topology: factsSchemas['gpu-topology'] },
    text,
    ({ indexes, topology }) => worstLinkOf(indexes, topology),
  ),
  defineFunction(
    'linkGroups',
    { topology: factsSchemas['gpu-topology'], atLeast: text },
    z.array(z.string()),
    ({ topology, atLeast }) => linkGroups(topology, atLeast).map((group) => group.join(', ')),
  ),
  defineFunction(
    'visibleDevices',
    { gpus: views, text: text.nullable(), order: text.nullable() },
    visibleDevicesSchema,
    readVisibleDevices,
  ),
  defineFunction(
    'jobEnvironments',
    { gpus: views, environment: factsSchemas['gpu-process-environment'].nullable() },
    z.array(jobEnvironmentSchema),
    ({ gpus, environment }) => jobEnvironments(gpus, environment),
  ),
  defineFunction('outOfMemoryText', { text }, outOfMemoryTextSchema, ({ text: pasted }) =>
    parseOutOfMemoryText(pasted),
  ),
  defineFunction('migSlices', { gpu: factsSchemas.gpu }, z.array(sliceSchema), ({ gpu }) => slicesOf(gpu)),
  defineFunction(
    'catalogueFit',
    {
      modelId: text,
      formatId: text,
      ...serving,
    },
    modelFitSchema,
    ({ modelId, formatId, contextTokens, sequences, kvBytes, tensorParallel, gpus, gpu }) => {
      const model = modelCatalogue().find(({ id }) => id === modelId);
      const format = weightFormats.find(({ id }) => id === formatId);
      if (model === undefined || format === undefined) return null;
      return modelFit({
        params: model.paramsComputed,
        bitsPerWeight: format.bitsPerWeight,
        weightBytes: weightBytes(model, format),
        kvBytesPerToken: kvBytesPerToken(model, kvBytes),
        kvBytesPerSequence: kvBytesPerSequence(model, contextTokens, kvBytes),
        contextTokens,
        sequences,
        tensorParallel,
        heads: model.heads,
        feedForward: {
          hidden: model.hidden,
          intermediate: model.moe ? model.moe.activeExperts * model.moe.expertIntermediate : model.intermediate,
        },
        kvShare: (ranks) => kvShareOfRank(model, ranks),
        gpus,
        slices: slicesOf(gpu),
      });
    },
  ),
  defineFunction(
    'customFit',
    {
      paramsBillion: number,
      bitsPerWeight: number,
      layers: number,
      kvHeads: number,
      headDim: number,
      ...serving,
    },
    modelFitSchema,
    ({ paramsBillion, bitsPerWeight, layers, kvHeads, headDim, contextTokens, sequences, kvBytes, ...rest }) => {
      const perToken = 2 * layers * kvHeads * headDim * kvBytes;
      return modelFit({
        params: paramsBillion * 1e9,
        bitsPerWeight,
        weightBytes: (paramsBillion * 1e9 * bitsPerWeight) / 8,
        kvBytesPerToken: perToken,
        kvBytesPerSequence: perToken * contextTokens,
        contextTokens,
        sequences,
        tensorParallel: rest.tensorParallel,
        heads: null,
        feedForward: null,
        kvShare: (ranks) => kvShareOfRank({ kvHeads, mla: null }, ranks),
        gpus: rest.gpus,
        slices: slicesOf(rest.gpu),
      });
    },
  ),
  defineFunction(
    'trainingFit',
    { paramsBillion: number, gpuCount: number, stage: number, gpus: views },
    trainingFitSchema,
    ({ paramsBillion, gpuCount, stage, gpus }) => {
      if (stage !== 0 && stage !== 1 && stage !== 2 && stage !== 3) return null;
      const params = paramsBillion * 1e9;
      const state = trainingStateBytes(params, gpuCount, stage);
      const usable = gpus.filter(({ isUsable, isMigOn }) => isUsable && !isMigOn);
      const total = nthLargest(
        usable.map(({ totalBytes }) => totalBytes),
        gpuCount,
      );
      const free = nthLargest(
        usable.map(({ freeBytes }) => freeBytes),
        gpuCount,
      );
      const verdict: z.infer<typeof trainingFitSchema>['verdict'] =
        total === null || free === null ? 'too-few-gpus' : state > total ? 'never' : state > free ? 'not-now' : 'fits';
      return {
        params,
        gpus: gpuCount,
        stage,
        stateBytesPerGpu: state,
        totalBytesPerGpu: total,
        freeBytesPerGpu: free,
        verdict,
        bytesAtStage0: trainingStateBytes(params, gpuCount, 0),
        bytesAtStage3: trainingStateBytes(params, gpuCount, 3),
      };
    },
  ),
];

/** The total is the driver's; a card whose driver does not say is taken at its nominal memory, less 4 % for the driver. */
function withNominalMemory(view: GpuMemoryView): GpuMemoryView {
  if (view.totalBytes !== null || view.name === null) return view;
  const known = gpuModelNamed(view.name);
  return known === null ? view : { ...view, totalBytes: known.memoryGib * 0.96 * 1024 ** 3 };
}
