import { z } from 'zod';
import {
  imageFit,
  imageFitSchema,
  proofImage,
  tritonFlavours,
  tritonImage,
} from '#shared/domain/compatibility/fitting-images';
import { readStack, type Stack } from '#shared/domain/compatibility/stack';
import { gpuSchema } from '#shared/domain/facts/gpu';
import { factsSchemas, type NodeFacts } from '#shared/domain/facts/index';
import { jsonHolds } from '#shared/domain/json-holds';
import {
  catalogueModel,
  readModelConfig,
  servedModelSchema,
  serverFit,
  serverFitSchema,
  weightFilesBytes,
} from '#shared/domain/served-model';
import {
  condaFileSchema,
  condaListSchema,
  condaProblemSchema,
  missingFromEnvironment,
  readCondaEnvironmentFile,
  readCondaList,
} from '#shared/domain/software/conda-file';
import { containerSettingsSchema, readContainerSettings } from '#shared/domain/software/container-settings';
import {
  readTorchProof,
  torchProofHolds,
  torchProofProblems,
  torchProofSchema,
} from '#shared/domain/software/torch-proof';
import {
  readTritonIndex,
  readTritonRepository,
  tritonIndexSchema,
  tritonRepositorySchema,
} from '#shared/domain/software/triton-repository';
import { compatibilityCatalogue, gpuCatalogue, modelCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { defineFunction, type TreeFunction } from './define-function';

const text = z.string();
const number = z.number();
const { gpu, 'gpu-driver': gpuDriver } = factsSchemas;

/** What fits a driver does not depend on the day. */
function stackOf(facts: NodeFacts): Stack {
  return readStack(facts, { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue(), month: '' });
}

/** Images, models and proofs of a node that is set up to serve: each is tested where it lives. */
export const serverFunctions: readonly TreeFunction[] = [
  defineFunction('proofImage', { gpu, gpuDriver }, text, ({ gpu: gpus, gpuDriver: driver }) =>
    proofImage(stackOf({ gpu: gpus, 'gpu-driver': driver })),
  ),
  defineFunction(
    'tritonImage',
    { gpu, gpuDriver, flavour: text },
    text,
    ({ gpu: gpus, gpuDriver: driver, flavour }) => {
      const known = tritonFlavours.find((one) => one === flavour);
      return known === undefined ? null : tritonImage(stackOf({ gpu: gpus, 'gpu-driver': driver }), known);
    },
  ),
  defineFunction(
    'imageFit',
    { gpu, gpuDriver, image: text },
    imageFitSchema,
    ({ gpu: gpus, gpuDriver: driver, image }) => imageFit(stackOf({ gpu: gpus, 'gpu-driver': driver }), image),
  ),
  defineFunction('containerSettings', { text }, containerSettingsSchema, ({ text: printed }) =>
    readContainerSettings(printed),
  ),
  defineFunction('torchProof', { text }, torchProofSchema, ({ text: printed }) => readTorchProof(printed)),
  defineFunction('torchProofProblems', { proof: torchProofSchema }, z.array(text), ({ proof }) =>
    torchProofProblems(proof),
  ),
  defineFunction(
    'torchProofHolds',
    { proof: torchProofSchema, gpu },
    z.boolean(),
    ({ proof, gpu: { driverVersion, gpus } }) => {
      const gpuUuids = gpus.flatMap(({ uuid }) => uuid ?? []);
      if (driverVersion === null || gpuUuids.length < gpus.length) return null;
      return torchProofHolds(proof, { driver: driverVersion, gpuUuids });
    },
  ),
  defineFunction('modelConfig', { text, weightBytes: number }, servedModelSchema, ({ text: printed, weightBytes }) =>
    readModelConfig(printed, weightBytes),
  ),
  defineFunction('catalogueModel', { repository: text, format: text }, servedModelSchema, ({ repository, format }) =>
    catalogueModel(modelCatalogue(), repository, format),
  ),
  defineFunction(
    'serverFit',
    {
      model: servedModelSchema,
      tensorParallel: number,
      contextTokens: number.nullable(),
      memoryShare: number,
      gpus: z.array(gpuSchema),
    },
    serverFitSchema,
    ({ model, gpus, ...wanted }) => serverFit(model, wanted, gpus),
  ),
  defineFunction('weightFilesBytes', { listing: text }, number, ({ listing }) => weightFilesBytes(listing)),
  defineFunction('jsonHolds', { text, part: text }, z.boolean(), ({ text: whole, part }) => jsonHolds(whole, part)),
  defineFunction('tritonRepository', { listing: text, folder: text }, tritonRepositorySchema, ({ listing, folder }) =>
    readTritonRepository(listing, folder),
  ),
  defineFunction('tritonIndex', { text }, tritonIndexSchema, ({ text: printed }) => readTritonIndex(printed)),
  defineFunction(
    'condaFile',
    { text, gpu: gpu.nullable(), gpuDriver: gpuDriver.nullable() },
    condaFileSchema,
    ({ text: printed, gpu: gpus, gpuDriver: driver }) =>
      readCondaEnvironmentFile(printed, {
        ...(gpus ? { gpu: gpus } : {}),
        ...(driver ? { 'gpu-driver': driver } : {}),
      }),
  ),
  defineFunction('condaProblems', { problems: z.array(condaProblemSchema) }, text, ({ problems }, language) =>
    problems.map(({ en, chinese }) => (language === 'en' ? en : chinese)).join('\n'),
  ),
  defineFunction(
    'missingFromEnvironment',
    {
      file: condaFileSchema,
      environment: condaListSchema,
    },
    z.array(text),
    ({ file, environment }) => missingFromEnvironment(file, environment),
  ),
  defineFunction('condaList', { text }, condaListSchema, ({ text: printed }) => readCondaList(printed)),
];
