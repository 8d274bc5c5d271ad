import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** Facts of probe `os`: distribution, kernel, boot, clock and machine model. */
export const osFactsSchema = z.object({
  hostname: text,
  id: text,
  versionId: text,
  prettyName: text,
  kernelRelease: text,
  architecture: text,
  kernelCommandLine: text,
  uptimeSeconds: number,
  loadAverages: z.array(z.number()),
  /** Changes at each boot: counters from another boot can't be compared. */
  bootId: text,
  /** Node's wall clock minus this workstation's, in ms, without half the round trip. Null when not measured. */
  clockOffsetMs: number,
  /** none, kvm, docker, … as systemd-detect-virt prints it. */
  virtualization: text,
  vendor: text,
  product: text,
  biosVersion: text,
});
export type OsFacts = z.infer<typeof osFactsSchema>;

/** Facts of probe `cpu` (`lscpu -J`, old text layout as fallback) with the NUMA nodes of sysfs. */
export const cpuFactsSchema = z.object({
  architecture: text,
  model: text,
  vendor: text,
  sockets: number,
  coresPerSocket: number,
  threadsPerCore: number,
  logicalCpus: number,
  onlineCpus: text,
  maxMHz: number,
  minMHz: number,
  virtualization: text,
  flags: z.array(z.string()),
  /** As the kernel prints it; different ones in one machine are joined by a comma. */
  microcode: text,
  isSmtActive: z.boolean().nullable(),
  /** What the cores run at just now. Null where the kernel does not say it cheaply. */
  clock: z.object({ lowestMHz: z.number(), highestMHz: z.number() }).nullable(),
  /** Frequency policies of the same settings together. Empty where the kernel does not scale (most virtual machines). */
  scaling: z.array(
    z.object({
      driver: text,
      governor: text,
      energyPreference: text,
      minMHz: number,
      maxMHz: number,
      hardwareMaxMHz: number,
      policyCount: z.number(),
    }),
  ),
  vulnerabilities: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['not-affected', 'mitigated', 'vulnerable', 'unknown']),
      text: z.string(),
    }),
  ),
});
export type CpuFacts = z.infer<typeof cpuFactsSchema>;

/** Facts of probe `numa`: one entry a NUMA node. `cpus` is a kernel list such as `0-15,64-79`; distances by node order. */
export const numaFactsSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      cpus: z.string(),
      memoryTotalBytes: number,
      memoryFreeBytes: number,
      distances: z.array(z.number()),
    }),
  ),
});
export type NumaFacts = z.infer<typeof numaFactsSchema>;

/** Facts of probe `memory` (/proc/meminfo). Huge page counts are pages. */
export const memoryFactsSchema = z.object({
  totalBytes: number,
  availableBytes: number,
  freeBytes: number,
  cachedBytes: number,
  sharedBytes: number,
  swapTotalBytes: number,
  swapFreeBytes: number,
  hugePagesTotal: number,
  hugePagesFree: number,
  hugePageSizeBytes: number,
  /** Pools of huge pages by size, with each NUMA node's share. Empty where sysfs shows none. */
  hugePagePools: z.array(
    z.object({
      sizeBytes: z.number(),
      total: number,
      free: number,
      reserved: number,
      surplus: number,
      nodes: z.array(z.object({ id: z.number(), total: number, free: number })),
    }),
  ),
  /** always, madvise or never. */
  transparentHugePages: text,
  transparentHugePageDefrag: text,
});
export type MemoryFacts = z.infer<typeof memoryFactsSchema>;

/** Facts of probe `processes`: every process of the node, without arguments of kernel threads. */
export const processesFactsSchema = z.object({
  processes: z.array(
    z.object({
      pid: z.number(),
      parentPid: number,
      user: text,
      /** `ps` state with flags, e.g. `Sl`, `Z`, `D`. */
      state: text,
      elapsedSeconds: number,
      /** Processor time of all its threads since it began, in whole seconds. Absent in older results. */
      cpuSeconds: number.optional(),
      /** The processor it ran on last. Absent in older results. */
      lastCpu: number.optional(),
      residentBytes: number,
      cgroup: text,
      commandLine: text,
    }),
  ),
  /** Users with a login session (`who`, `loginctl`). Null when that could not be read. */
  loggedInUsers: z.array(z.string()).nullable(),
});
export type ProcessesFacts = z.infer<typeof processesFactsSchema>;
export type ProcessFact = ProcessesFacts['processes'][number];
