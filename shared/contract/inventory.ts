import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { evidenceSchema } from '../domain/command';
import { exportFormats } from '../domain/fleet/export/export-formats';
import { compatibilityStates, profileStates } from '../domain/fleet/states';
import { hostSpecSchema } from '../domain/host';
import { platforms } from '../domain/playbook/playbook';
import { probeInfoSchema, probeResultSchema } from '../domain/probe';
import { procedure } from './errors';

const texts = z.array(z.string()).nullable();
const numbers = z.array(z.number()).nullable();

/**
 * What the fleet shows of a node, for hundreds of nodes at once: figures and short texts from its last facts. A list has each
 * value once. Null: not known; an empty list: known that there is none.
 */
export const nodeSummarySchema = z.object({
  hostId: z.string(),
  observedAtMs: z.number().nullable(),
  isCollecting: z.boolean(),
  probesOk: z.number(),
  probesTotal: z.number(),
  osName: z.string().nullable(),
  /** Null: one that no playbook knows, or not read. */
  platform: z.enum(platforms).nullable().optional(),
  kernelRelease: z.string().nullable(),
  architecture: z.string().nullable(),
  virtualization: z.string().nullable(),
  bootedAtMs: z.number().nullable(),
  vendor: z.string().nullable(),
  product: z.string().nullable(),
  serial: z.string().nullable(),
  biosVersion: z.string().nullable(),
  cpuModel: z.string().nullable(),
  cpuSockets: z.number().nullable(),
  cpuCores: z.number().nullable(),
  logicalCpus: z.number().nullable(),
  memoryTotalBytes: z.number().nullable(),
  driverVersion: z.string().nullable(),
  cudaVersion: z.string().nullable(),
  gpuModels: z.array(z.object({ name: z.string(), count: z.number() })).nullable(),
  gpuSerials: texts,
  gpuVbiosVersions: texts,
  gpuEccModes: texts,
  gpuMigModes: texts,
  gpuPowerLimitsW: numbers,
  /** Of one GPU. */
  gpuMemorySizesBytes: numbers,
  gpuMemoryTotalBytes: z.number().nullable(),
  gpuMemoryUsedBytes: z.number().nullable(),
  maxGpuTemperatureC: z.number().nullable(),
  maxGpuUtilizationPercent: z.number().nullable(),
  rdmaPortsActive: z.number().nullable(),
  rdmaPortsTotal: z.number().nullable(),
  /** Of active ports. */
  rdmaRatesGbitPerSec: numbers,
  nicFirmwareVersions: texts,
  /** Of interfaces that are up. */
  networkSpeedsMbitPerSec: numbers,
  fullestFileSystemPercent: z.number().nullable(),
  /** How the tiers of storage stand: present, insufficient or missing. */
  cacheTier: z.string().nullable(),
  datasetTier: z.string().nullable(),
  archiveTier: z.string().nullable(),
  isRebootRequired: z.boolean().nullable(),
  upgradablePackages: z.number().nullable(),
  cudaToolkitVersions: texts,
  dockerVersion: z.string().nullable(),
  containerToolkitVersion: z.string().nullable(),
  /** How it stands to its profile; `none`: it has none. */
  profileState: z.enum(profileStates).nullable(),
  /** Null where there is no profile to differ from, too. */
  profileDifferences: z.number().nullable(),
  /** Whether its software fits together, by the worst of what was judged. Null: too little is known, or there is nothing to judge. */
  compatibility: z.enum(compatibilityStates).nullable(),
  /** Plain facts that need a look (GPU lost, driver mismatch, probe hung), as message keys; not a diagnosis. */
  attention: z.array(
    z.object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  ),
});
export type NodeSummary = z.infer<typeof nodeSummarySchema>;

export const probes = {
  list: procedure.output(z.array(probeInfoSchema)),
  /** Runs one parser on a recorded output. Total: garbage gives state `unparsable`. */
  parse: procedure
    .input(
      z.object({
        probeId: z.string(),
        commandId: z.string().optional(),
        text: z.string(),
        exitCode: z.number().optional(),
      }),
    )
    .output(probeResultSchema.pick({ probeId: true, state: true, reason: true, facts: true })),
  /** Runs probes on a host in one round trip and yields each result as it comes. All of them when `probeIds` is empty. */
  run: procedure
    .input(z.object({ hostId: z.string(), probeIds: z.array(z.string()) }))
    .output(eventIterator(probeResultSchema)),
};

export const inventory = {
  list: procedure.output(z.array(nodeSummarySchema)),
  /**
   * Last result of each probe of a host. `staleResults` has the last one with facts of each probe whose last run had
   * none: to be shown with its time, never judged.
   */
  get: procedure.input(z.object({ hostId: z.string() })).output(
    z.object({
      hostId: z.string(),
      isCollecting: z.boolean(),
      results: z.array(probeResultSchema),
      staleResults: z.array(probeResultSchema),
    }),
  ),
  /**
   * Collects, after what is running already: it may have read things that have changed since. Returns when it is done; cancel
   * ends the remote commands.
   */
  refresh: procedure.input(z.object({ hostId: z.string(), probeIds: z.array(z.string()).optional() })).output(
    z.object({
      ok: z.number(),
      total: z.number(),
      durationMs: z.number(),
      roundTrips: z.number(),
      /** Processor time it took on the node; null where the node can't tell. */
      nodeCpuMs: z.number().nullable(),
    }),
  ),
  cancelRefresh: procedure.input(z.object({ hostId: z.string() })).output(z.object({})),
  /** Every summary at once, then those of the hosts that change, gathered a few times a second. */
  watchSummaries: procedure.output(eventIterator(z.array(nodeSummarySchema))),
  /** Each probe result of one host as it arrives. */
  watch: procedure.input(z.object({ hostId: z.string() })).output(eventIterator(probeResultSchema)),
  evidence: procedure.input(z.object({ evidenceId: z.string() })).output(evidenceSchema),
  /** Puts into the audit log that the fleet was saved to a file, and what of it. */
  noteExport: procedure
    .input(
      z.object({
        format: z.enum(exportFormats),
        hosts: z.number().int().nonnegative(),
        fields: z.array(z.string().max(60)).max(200),
        filter: z.string().max(5000),
      }),
    )
    .output(z.object({})),
  /** The offline collector: a plain sh program that prints a bundle. */
  collectorScript: procedure.output(z.object({ script: z.string() })),
  /** Takes the output of the collector; the bundle becomes a host with facts and evidence. A cut one is told as such. */
  importBundle: procedure
    .input(z.object({ name: z.string().optional(), bytes: z.instanceof(Uint8Array) }))
    .output(z.object({ host: hostSpecSchema, ok: z.number(), total: z.number(), isComplete: z.boolean() })),
};
