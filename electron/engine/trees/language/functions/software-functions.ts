import { z } from 'zod';
import { driverNeeds, driverNeedsSchema } from '#shared/domain/compatibility/driver-needs';
import type { Knowledge } from '#shared/domain/compatibility/stack';
import { factsSchemas, type NodeFacts } from '#shared/domain/facts/index';
import { clockState, clockStateSchema } from '#shared/domain/software/clock-state';
import { containerErrorTextSchema, parseContainerErrorText } from '#shared/domain/software/container-error-text';
import { cudaErrorTextSchema, parseCudaErrorText } from '#shared/domain/software/cuda-error-text';
import { driverVersions, driverVersionsSchema } from '#shared/domain/software/driver-versions';
import { gpuContainerSchema, gpuContainers } from '#shared/domain/software/gpu-containers';
import {
  compatFolders,
  compatLibraries,
  compatLibrarySchema,
  libraryCopies,
  libraryCopiesSchema,
  userSiteLeakSchema,
  userSiteLeaks,
} from '#shared/domain/software/loaded-libraries';
import {
  moduleBuildState,
  moduleBuildStateSchema,
  nextKernelSchema,
  pendingKernel,
} from '#shared/domain/software/module-build';
import { moduleFlavourSchema, wrongModuleFlavours } from '#shared/domain/software/module-flavour';
import { environmentNamed, judgeEnvironments, pythonVerdictSchema } from '#shared/domain/software/python-verdicts';
import { compatibilityCatalogue, gpuCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { defineFunction, type TreeFunction } from './define-function';

const text = z.string();

/** What none of these depends on is the day: branches that have ended are told elsewhere. */
function knowledge(): Knowledge {
  return { catalogue: compatibilityCatalogue(), gpuModels: gpuCatalogue(), month: '' };
}

/** Facts by probe id, without those that were not read. */
function nodeFacts(facts: { readonly [Id in keyof NodeFacts]?: NodeFacts[Id] | null }): NodeFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value != null)) as NodeFacts;
}

const environments = factsSchemas['gpu-process-environment'];

/** What driver, kernel, containers and Python have to do with each other; each is tested where it lives. */
export const softwareFunctions: readonly TreeFunction[] = [
  defineFunction('driverVersions', { gpuDriver: factsSchemas['gpu-driver'] }, driverVersionsSchema, ({ gpuDriver }) =>
    driverVersions(gpuDriver),
  ),
  defineFunction('cudaErrorText', { text }, cudaErrorTextSchema, ({ text: pasted }) => parseCudaErrorText(pasted)),
  defineFunction('containerErrorText', { text }, containerErrorTextSchema, ({ text: pasted }) =>
    parseContainerErrorText(pasted),
  ),
  defineFunction(
    'clockState',
    { timeSync: factsSchemas['time-sync'].nullable(), clockOffsetMs: z.number().nullable() },
    clockStateSchema,
    ({ timeSync, clockOffsetMs }) => clockState(timeSync, clockOffsetMs),
  ),
  defineFunction(
    'moduleBuildState',
    { gpuDriver: factsSchemas['gpu-driver'], pendingChanges: factsSchemas['pending-changes'].nullable() },
    moduleBuildStateSchema,
    ({ gpuDriver, pendingChanges }) => moduleBuildState(gpuDriver, pendingChanges),
  ),
  defineFunction(
    'pendingKernel',
    { pendingChanges: factsSchemas['pending-changes'] },
    nextKernelSchema,
    ({ pendingChanges }) => pendingKernel(pendingChanges),
  ),
  defineFunction(
    'wrongModuleFlavours',
    {
      gpuDriver: factsSchemas['gpu-driver'],
      gpuDevices: factsSchemas['gpu-devices'].nullable(),
      gpu: factsSchemas.gpu.nullable(),
    },
    z.array(moduleFlavourSchema),
    ({ gpuDriver, gpuDevices, gpu }) =>
      wrongModuleFlavours(nodeFacts({ 'gpu-driver': gpuDriver, 'gpu-devices': gpuDevices, gpu }), knowledge()),
  ),
  defineFunction('driverNeeds', { gpuDevices: factsSchemas['gpu-devices'] }, driverNeedsSchema, ({ gpuDevices }) =>
    driverNeeds({ 'gpu-devices': gpuDevices }, knowledge()),
  ),
  defineFunction('gpuContainers', { docker: factsSchemas.docker }, z.array(gpuContainerSchema), ({ docker }) =>
    gpuContainers(docker),
  ),
  defineFunction('libraryCopies', { environment: environments }, z.array(libraryCopiesSchema), ({ environment }) =>
    libraryCopies(environment),
  ),
  defineFunction('userSiteLeaks', { environment: environments }, z.array(userSiteLeakSchema), ({ environment }) =>
    userSiteLeaks(environment),
  ),
  defineFunction(
    'compatLibraries',
    { environment: environments, driverCuda: text.nullable() },
    z.array(compatLibrarySchema),
    ({ environment, driverCuda }) => compatLibraries(environment, driverCuda),
  ),
  defineFunction(
    'compatFolders',
    { libraryPath: text, driverCuda: text.nullable() },
    z.array(compatLibrarySchema),
    ({ libraryPath, driverCuda }) => compatFolders(libraryPath, driverCuda),
  ),
  defineFunction(
    'judgeEnvironments',
    {
      pythonEnvironments: factsSchemas['python-environments'],
      gpu: factsSchemas.gpu.nullable(),
      gpuDriver: factsSchemas['gpu-driver'].nullable(),
      amdGpu: factsSchemas['amd-gpu'].nullable(),
    },
    z.array(pythonVerdictSchema),
    ({ pythonEnvironments, gpu, gpuDriver, amdGpu }) =>
      judgeEnvironments(
        nodeFacts({ 'python-environments': pythonEnvironments, gpu, 'gpu-driver': gpuDriver, 'amd-gpu': amdGpu }),
        knowledge(),
      ),
  ),
  defineFunction(
    'environmentNamed',
    { verdicts: z.array(pythonVerdictSchema), text },
    pythonVerdictSchema,
    ({ verdicts, text: given }) => environmentNamed(verdicts, given),
  ),
];
