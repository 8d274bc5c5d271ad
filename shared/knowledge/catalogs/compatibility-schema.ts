import { z } from 'zod';

/** Dots between whole numbers; compared part by part, never as text or decimals. */
const version = z.string().regex(/^\d+(\.\d+)*$/);
/** A key of `sources`. */
const source = z.string();
const month = z.string().regex(/^\d{4}-\d{2}$/);

const tritonImageSchema = z.strictObject({ tag: z.string(), cuda: version, packagedDriver: version });

/** What runs with what. Null: not published, or not known. */
export const compatibilityFileSchema = z.strictObject({
  asOf: z.string(),
  sources: z.record(z.string(), z.string()),
  /** How the tables are to be read; a row of a judgement names the one that it followed. */
  rules: z.array(z.strictObject({ id: z.string(), text: z.string(), source })),
  cudaMajors: z.array(z.strictObject({ cudaMajor: z.number(), minDriver: version, note: z.string(), source })),
  /** Newest first. `update` 0: the first release of that version. `packagedDriver` has all of its features. */
  cudaReleases: z.array(
    z.strictObject({ cuda: version, update: z.number(), packagedDriver: version, minDriver: version, source }),
  ),
  driverBranches: z.array(
    z.strictObject({
      branch: z.number(),
      designation: z.enum(['legacy', 'production', 'long-term-support', 'new-feature', 'unknown']),
      hasEnded: z.boolean(),
      maxCudaMajor: z.number(),
      /** The last month with security fixes. */
      endOfLife: month.nullable(),
      note: z.string().nullable(),
      confidence: z.enum(['high', 'medium', 'low']),
      source,
    }),
  ),
  architectures: z.array(
    z.strictObject({
      architecture: z.string(),
      computeCapabilities: z.array(
        z.strictObject({ capability: version, firstCuda: version, lastCudaMajor: z.number().nullable() }),
      ),
      firstDriverBranch: z.number().nullable(),
      lastDriverBranch: z.number().nullable(),
      kernelModules: z.enum(['proprietary', 'either', 'open']),
      kernelModulesNote: z.string(),
      source,
    }),
  ),
  pytorch: z.array(
    z.strictObject({
      torch: version,
      pythonMin: version,
      pythonMax: version,
      pythonExperimental: version.nullable(),
      /** `0.20`: the one torchvision that was built for it. */
      torchvision: version,
      /** Whether the channel `pytorch` of conda has it; 2.6 and later are wheels or conda-forge's. */
      isInCondaChannel: z.boolean(),
      stableCuda: z.array(version),
      experimentalCuda: z.array(version),
      minDrivers: z.record(z.string(), version),
      source,
    }),
  ),
  /** What the wheels of a range of releases hold code for. */
  pytorchArchitectures: z.array(
    z.strictObject({
      torchFrom: version,
      torchTo: version,
      cuda: version,
      capabilities: z.array(version),
      ptx: version.nullable(),
      source,
    }),
  ),
  /** The first wheels with code for a generation. */
  pytorchMinimums: z.array(z.strictObject({ capability: version, torch: version, cuda: version, source })),
  /** Packages beside which some releases do not work. */
  pytorchConflicts: z.array(
    z.strictObject({
      torchFrom: version,
      torchTo: version,
      /** Only where PyTorch came from there. */
      installedBy: z.enum(['conda', 'pip']).nullable(),
      package: z.string(),
      below: version,
      source,
    }),
  ),
  deepspeed: z.array(
    z.strictObject({
      deepspeed: version,
      torchFrom: version,
      torchTo: version.nullable(),
      note: z.string().nullable(),
      source,
    }),
  ),
  containerStack: z.array(
    z.strictObject({
      component: z.enum(['container-toolkit', 'docker', 'driver']),
      minVersion: version,
      brings: z.string(),
      source,
    }),
  ),
  operatingSystems: z.array(
    z.strictObject({
      name: z.string(),
      /** `ID` of /etc/os-release. */
      ids: z.array(z.string()),
      version: z.string(),
      kernels: z.array(version),
      driverBranches: z.array(z.number()),
      cudaRepository: z.string(),
      kernelCompilerNote: z.string().nullable(),
      source,
    }),
  ),
  triton: z.array(
    z.strictObject({
      release: version,
      trtllm: tritonImageSchema,
      vllm: tritonImageSchema,
      tensorrt: z.string(),
      tensorrtLlm: z.string(),
      torch: z.string(),
      python: version,
      onnxruntime: z.string(),
      vllmVersion: z.string(),
      source,
    }),
  ),
  /** What the sources say beside the rows. */
  notes: z.array(z.strictObject({ about: z.string(), text: z.string(), source })),
});
export type CompatibilityCatalogue = z.infer<typeof compatibilityFileSchema>;
