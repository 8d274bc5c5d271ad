import { z } from 'zod';
import {
  imageFit,
  imageFitSchema,
  proofImage,
  tritonFlavours,
  tritonImage,
} from '#shared/domain/compatibility/fitting-images';
import { readStack, type Stack } from '#shared/domain/compatibility/stack';
import { factsSchemas, type NodeFacts } from '#shared/domain/facts/index';
import {
  catalogueModel,
  readModelConfig,
  servedModelSchema,
  serverFit,
  serverFitSchema,
} from '#shared/domain/served-model';
import { containerSettingsSchema, readContainerSettings } from '#shared/domain/software/container-settings';
import {
  readTorchProof,
  torchProofHolds,
  torchProofProblems,
  torchProofSchema,
} from '#shared/domain/software/torch-proof';
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
  defineFunction('tritonImage', { gpu, gpuDriver, flavour: text }, text, ({ gpu: gpus, gpuDriver: driver, flavour }) => {
    const known = tritonFlavours.find((one) => one === flavour);
    return known === undefined ? null : tritonImage(stackOf({ gpu: gpus, 'gpu-driver': driver }), known);
  }),
  defineFunction('imageFit', { gpu, gpuDriver, image: text }, imageFitSchema, ({ gpu: gpus, gpuDriver: driver, image }) =>
    imageFit(stackOf({ gpu: gpus, 'gpu-driver': driver }), image),
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
    ({ proof, gpu: { driverVersion, gpus } }) =>
      driverVersion === null
        ? null
        : torchProofHolds(proof, { driver: driverVersion, gpuUuids: gpus.map(({ uuid }) => uuid) }),
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
      gpu,
    },
    serverFitSchema,
    ({ model, gpu: gpus, ...wanted }) => serverFit(model, wanted, gpus),
  ),
];
