import { z } from 'zod';
import { factsSchemas } from '#shared/domain/facts/index';
import { readingsSchema } from '#shared/domain/facts/readings';
import {
  idleHugePages,
  idleHugePagesSchema,
  memoryErrors,
  memoryErrorsSchema,
  numaShortageSchema,
  numaShortages,
  oomKillSchema,
  oomKills,
  stealPercent,
  throttledGroupSchema,
  throttledGroups,
} from '#shared/domain/host-memory-states';
import {
  heldGpuSchema,
  heldGpus,
  powerFeed,
  powerFeedSchema,
  upsPlightSchema,
  upsPlights,
} from '#shared/domain/node-power';
import {
  nvlinkEventSchema,
  nvlinkEvents,
  nvlinkFabric,
  nvlinkFabricSchema,
  nvlinkGrowth,
  nvlinkGrowthSchema,
  pairsWithoutNvlink,
  peersWithoutNvlink,
} from '#shared/domain/nvlink-fabric';
import {
  arrayStateSchema,
  arrayStates,
  diskGrowth,
  diskGrowthSchema,
  diskLoadSchema,
  diskLoads,
  diskStateSchema,
  diskStates,
  mountOf,
  mountStateSchema,
  mountStates,
  nfsGrowth,
  nfsGrowthSchema,
  slowDiskLinks,
  slowLinkSchema,
  storedFileSchema,
  stubFiles,
} from '#shared/domain/storage-states';
import { defineFunction, type TreeFunction } from './define-function';

const number = z.number();
const text = z.string();

/** Links between GPUs, storage, memory and power of a node: pure arithmetic over facts, each tested where it lives. */
export const platformFunctions: readonly TreeFunction[] = [
  defineFunction(
    'nvlinkFabric',
    {
      gpu: factsSchemas.gpu,
      nvlink: factsSchemas.nvlink.nullable(),
      devices: factsSchemas['gpu-devices'].nullable(),
      services: factsSchemas.services.nullable(),
      packages: factsSchemas.packages.nullable(),
    },
    nvlinkFabricSchema,
    nvlinkFabric,
  ),
  defineFunction('nvlinkGrowth', { readings: readingsSchema('nvlink') }, z.array(nvlinkGrowthSchema), ({ readings }) =>
    nvlinkGrowth(readings),
  ),
  defineFunction(
    'nvlinkEvents',
    { log: factsSchemas['gpu-kernel-log'], bootedAtMs: number.nullable() },
    z.array(nvlinkEventSchema),
    ({ log, bootedAtMs }) => nvlinkEvents(log, bootedAtMs),
  ),
  defineFunction('pairsWithoutNvlink', { topology: factsSchemas['gpu-topology'] }, z.array(text), ({ topology }) =>
    pairsWithoutNvlink(topology),
  ),
  defineFunction('peersWithoutNvlink', { text }, z.array(text), ({ text: pasted }) => peersWithoutNvlink(pasted)),
  defineFunction(
    'powerFeed',
    {
      bmc: factsSchemas.bmc.nullable(),
      sensors: factsSchemas['bmc-sensors'].nullable(),
      redfish: factsSchemas.redfish.nullable(),
    },
    powerFeedSchema,
    powerFeed,
  ),
  defineFunction('upsPlights', { ups: factsSchemas.ups }, z.array(upsPlightSchema), ({ ups }) => upsPlights(ups)),
  defineFunction(
    'heldGpus',
    { gpu: factsSchemas.gpu, readings: readingsSchema('gpu') },
    z.array(heldGpuSchema),
    ({ gpu, readings }) => heldGpus(gpu, readings),
  ),
  defineFunction(
    'diskStates',
    {
      nvme: factsSchemas.nvme.nullable(),
      health: factsSchemas['disk-health'].nullable(),
      blocks: factsSchemas['block-devices'].nullable(),
    },
    z.array(diskStateSchema),
    diskStates,
  ),
  defineFunction('diskGrowth', { readings: readingsSchema('nvme') }, z.array(diskGrowthSchema), ({ readings }) =>
    diskGrowth(readings),
  ),
  defineFunction('slowDiskLinks', { pci: factsSchemas.pci }, z.array(slowLinkSchema), ({ pci }) => slowDiskLinks(pci)),
  defineFunction('arrayStates', { raid: factsSchemas.raid }, z.array(arrayStateSchema), ({ raid }) =>
    arrayStates(raid),
  ),
  defineFunction('mountStates', { mounts: factsSchemas['file-systems'] }, z.array(mountStateSchema), ({ mounts }) =>
    mountStates(mounts),
  ),
  defineFunction('mountOf', { path: text, mounts: z.array(mountStateSchema) }, mountStateSchema, ({ path, mounts }) =>
    mountOf(path, mounts),
  ),
  defineFunction('stubFiles', { text }, z.array(storedFileSchema), ({ text: pasted }) => stubFiles(pasted)),
  defineFunction('nfsGrowth', { readings: readingsSchema('nfs') }, z.array(nfsGrowthSchema), ({ readings }) =>
    nfsGrowth(readings),
  ),
  defineFunction('diskLoads', { readings: readingsSchema('pressure') }, z.array(diskLoadSchema), ({ readings }) =>
    diskLoads(readings),
  ),
  defineFunction(
    'oomKills',
    { log: factsSchemas['gpu-kernel-log'], bootedAtMs: number.nullable() },
    z.array(oomKillSchema),
    ({ log, bootedAtMs }) => oomKills(log, bootedAtMs),
  ),
  defineFunction('numaShortages', { numa: factsSchemas.numa }, z.array(numaShortageSchema), ({ numa }) =>
    numaShortages(numa),
  ),
  defineFunction('idleHugePages', { memory: factsSchemas.memory }, idleHugePagesSchema, ({ memory }) =>
    idleHugePages(memory),
  ),
  defineFunction(
    'throttledGroups',
    { readings: readingsSchema('pressure') },
    z.array(throttledGroupSchema),
    ({ readings }) => throttledGroups(readings),
  ),
  defineFunction('stealPercent', { readings: readingsSchema('pressure') }, number, ({ readings }) =>
    stealPercent(readings),
  ),
  defineFunction(
    'memoryErrors',
    { edac: factsSchemas.edac, modules: factsSchemas['memory-modules'].nullable() },
    z.array(memoryErrorsSchema),
    ({ edac, modules }) => memoryErrors(edac, modules),
  ),
];
