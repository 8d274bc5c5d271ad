import { z } from 'zod';
import { absentGpus, expectedGpusSchema } from '#shared/domain/expected-gpus';
import { factsSchemas } from '#shared/domain/facts/index';
import { readingsSchema } from '#shared/domain/facts/readings';
import {
  chassisCooling,
  chassisCoolingSchema,
  coolingOutlierSchema,
  coolingOutliers,
  isHeatTrouble,
} from '#shared/domain/gpu-cooling';
import { gpuHeat, gpuHeatSchema } from '#shared/domain/gpu-heat';
import { gpuLinkSchema, gpuLinks } from '#shared/domain/gpu-links';
import { gpuLossSigns, gpuLossSignsSchema } from '#shared/domain/gpu-loss';
import { gpuMemoryErrors, gpuMemoryErrorsSchema } from '#shared/domain/gpu-memory-errors';
import { gpuPresence, gpuPresenceSchema } from '#shared/domain/gpu-presence';
import { defineFunction, type TreeFunction } from './define-function';
import {
  describeAbsent,
  describeGpuLinks,
  describeHeat,
  describeLost,
  describeMemoryErrors,
  describeOutliers,
  describeSilent,
} from './describe-gpus';

const number = z.number();
const text = z.string();
const kernelLog = factsSchemas['gpu-kernel-log'].nullable();
const heats = z.array(gpuHeatSchema);
const outliers = z.array(coolingOutlierSchema);
const lost = gpuPresenceSchema.shape.lost;
const silent = z.array(gpuPresenceSchema.shape.silent.unwrap().element);
const memoryErrors = z.array(gpuMemoryErrorsSchema);
const links = z.array(gpuLinkSchema);

/** Heat, presence, memory errors and PCIe links of GPUs: pure functions over facts, each tested where it lives. */
export const gpuFunctions: readonly TreeFunction[] = [
  defineFunction('gpuHeat', { readings: readingsSchema('gpu') }, heats, ({ readings }) =>
    readings.length === 0 ? null : gpuHeat(readings),
  ),
  defineFunction('heatTroubles', { gpus: heats }, heats, ({ gpus }) => gpus.filter(isHeatTrouble)),
  defineFunction('coolingOutliers', { gpus: heats }, outliers, ({ gpus }) => coolingOutliers(gpus)),
  defineFunction(
    'chassisCooling',
    { bmc: factsSchemas['bmc-sensors'].nullable(), redfish: factsSchemas.redfish.nullable() },
    chassisCoolingSchema,
    ({ bmc, redfish }) => chassisCooling(bmc, redfish),
  ),
  defineFunction(
    'gpuPresence',
    {
      devices: factsSchemas['gpu-devices'],
      list: factsSchemas['gpu-list'].nullable(),
      gpu: factsSchemas.gpu.nullable(),
      pci: factsSchemas.pci.nullable(),
      kernelLog,
      bootedAtMs: number.nullable(),
      product: text.nullable(),
    },
    gpuPresenceSchema,
    gpuPresence,
  ),
  defineFunction(
    'absentGpus',
    { expected: expectedGpusSchema, devices: factsSchemas['gpu-devices'], presence: gpuPresenceSchema },
    expectedGpusSchema.shape.gpus,
    ({ expected, devices, presence }) => absentGpus(expected, devices, presence),
  ),
  defineFunction(
    'gpuLossSigns',
    {
      presence: gpuPresenceSchema,
      bmc: factsSchemas['bmc-sensors'].nullable(),
      pci: factsSchemas.pci.nullable(),
      bootedAtMs: number.nullable(),
    },
    gpuLossSignsSchema,
    ({ presence, bmc, pci, bootedAtMs }) => gpuLossSigns(presence, bmc, pci, bootedAtMs),
  ),
  defineFunction(
    'gpuMemoryErrors',
    { gpu: factsSchemas.gpu, kernelLog, bootedAtMs: number.nullable(), uptimeSeconds: number.nullable() },
    memoryErrors,
    gpuMemoryErrors,
  ),
  defineFunction(
    'gpuLinks',
    {
      gpu: readingsSchema('gpu'),
      pci: readingsSchema('pci'),
      kernelLog,
      bootedAtMs: number.nullable(),
    },
    links,
    (sources) => (sources.gpu.length === 0 ? null : gpuLinks(sources)),
  ),
  defineFunction('describeHeat', { gpus: heats }, text, ({ gpus }, language) => describeHeat(gpus, language)),
  defineFunction('describeOutliers', { gpus: outliers }, text, ({ gpus }, language) =>
    describeOutliers(gpus, language),
  ),
  defineFunction('describeAbsent', { gpus: expectedGpusSchema.shape.gpus }, text, ({ gpus }, language) =>
    describeAbsent(gpus, language),
  ),
  defineFunction('describeLost', { gpus: lost }, text, ({ gpus }, language) => describeLost(gpus, language)),
  defineFunction('describeSilent', { gpus: silent }, text, ({ gpus }, language) => describeSilent(gpus, language)),
  defineFunction('describeMemoryErrors', { gpus: memoryErrors }, text, ({ gpus }, language) =>
    describeMemoryErrors(gpus, language),
  ),
  defineFunction('describeGpuLinks', { gpus: links }, text, ({ gpus }, language) => describeGpuLinks(gpus, language)),
];
