import { z } from 'zod';
import { chooseVersions } from '#shared/domain/compatibility/choose-versions';
import { readStack } from '#shared/domain/compatibility/stack';
import { factsSchemas, type NodeFacts } from '#shared/domain/facts/index';
import { machineKind } from '#shared/domain/playbook/machine-kind';
import { platformOf } from '#shared/domain/playbook/platform';
import { compatibilityCatalogue, gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { defineFunction, type TreeFunction } from './define-function';

const text = z.string();

/** What setup would install of each, by what fits together; of a driver that stays its version. Null: not told, or none. */
const versionsSchema = z.object({
  driver: text.nullable(),
  /** `580`, whether it stays or not. */
  driverBranch: text.nullable(),
  /** `open` or `proprietary`. */
  kernelModule: text.nullable(),
  fabricManager: text.nullable(),
  cudaToolkit: text.nullable(),
  cudaImage: text.nullable(),
  /** At least. */
  docker: text.nullable(),
  /** At least. */
  containerToolkit: text.nullable(),
  python: text.nullable(),
  /** `2.13+cu130` */
  pytorch: text.nullable(),
  deepspeed: text.nullable(),
  /** Images with their tags. */
  triton: text.nullable(),
  vllm: text.nullable(),
});

function setupVersions(facts: NodeFacts): z.infer<typeof versionsSchema> {
  const catalogue = compatibilityCatalogue();
  // Pure: the month is that of the tables.
  const { choices } = chooseVersions(readStack(facts, { catalogue, gpuModels: gpuCatalogue(), month: catalogue.asOf }));
  const wanted = (part: string) => choices.find((one) => one.part === part)?.wanted ?? null;
  const driver = wanted('driver');
  return {
    driver,
    driverBranch: driver?.split('.')[0] ?? null,
    kernelModule: wanted('kernel-module'),
    fabricManager: wanted('fabric-manager'),
    cudaToolkit: wanted('cuda-toolkit'),
    cudaImage: wanted('cuda-image'),
    docker: wanted('docker'),
    containerToolkit: wanted('container-toolkit'),
    python: wanted('python'),
    pytorch: wanted('pytorch'),
    deepspeed: wanted('deepspeed'),
    triton: wanted('triton'),
    vllm: wanted('vllm'),
  };
}

/** What setup decides by. */
export const setupFunctions: readonly TreeFunction[] = [
  defineFunction('platformOf', { os: factsSchemas.os }, text, ({ os }) => platformOf(os)),
  defineFunction(
    'setupVersions',
    {
      os: factsSchemas.os,
      gpuDevices: factsSchemas['gpu-devices'],
      gpu: factsSchemas.gpu.nullable(),
      gpuDriver: factsSchemas['gpu-driver'].nullable(),
    },
    versionsSchema,
    ({ os, gpuDevices, gpu, gpuDriver }) =>
      setupVersions({
        os,
        'gpu-devices': gpuDevices,
        ...(gpu ? { gpu } : {}),
        ...(gpuDriver ? { 'gpu-driver': gpuDriver } : {}),
      }),
  ),
  defineFunction('machineKind', { os: factsSchemas.os }, text, ({ os }) => machineKind(os)),
];
