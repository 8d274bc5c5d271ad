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
  virtualization: text,
  flags: z.array(z.string()),
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

/** Facts of probe `block-devices` (`lsblk -J -b`). Children (partitions, RAID, crypt) nest. */
export interface BlockDevice {
  name: string;
  kind: string | null;
  sizeBytes: number | null;
  model: string | null;
  serial: string | null;
  isRotational: boolean | null;
  transport: string | null;
  fileSystem: string | null;
  mountPoints: string[];
  children: BlockDevice[];
}
export const blockDeviceSchema: z.ZodType<BlockDevice> = z.lazy(() =>
  z.object({
    name: z.string(),
    kind: text,
    sizeBytes: number,
    model: text,
    serial: text,
    isRotational: z.boolean().nullable(),
    transport: text,
    fileSystem: text,
    mountPoints: z.array(z.string()),
    children: z.array(blockDeviceSchema),
  }),
);
export const blockDevicesFactsSchema = z.object({ devices: z.array(blockDeviceSchema) });
export type BlockDevicesFacts = z.infer<typeof blockDevicesFactsSchema>;

/** Facts of probe `file-systems` (`df -P -B1` joined with /proc/self/mounts). Pseudo file systems are left out. */
export const fileSystemsFactsSchema = z.object({
  fileSystems: z.array(
    z.object({
      mountPoint: z.string(),
      source: z.string(),
      type: text,
      options: z.array(z.string()),
      sizeBytes: number,
      usedBytes: number,
      availableBytes: number,
      /** Network file systems are listed but not measured when their server does not answer. */
      isNetwork: z.boolean(),
    }),
  ),
});
export type FileSystemsFacts = z.infer<typeof fileSystemsFactsSchema>;

/** Facts of probe `network` (`ip -j -d link`, `ip -j address`, sysfs speed). Speed -1 or unknown is null. */
export const networkFactsSchema = z.object({
  interfaces: z.array(
    z.object({
      name: z.string(),
      kind: text,
      macAddress: text,
      mtu: number,
      operationalState: text,
      speedMbitPerSec: number,
      driver: text,
      pciBusId: text,
      numaNode: number,
      addresses: z.array(z.string()),
      master: text,
    }),
  ),
});
export type NetworkFacts = z.infer<typeof networkFactsSchema>;

/** Facts of probe `rdma` (sysfs /sys/class/infiniband): InfiniBand and RoCE devices with their ports. */
export const rdmaFactsSchema = z.object({
  devices: z.array(
    z.object({
      name: z.string(),
      firmwareVersion: text,
      boardId: text,
      nodeGuid: text,
      pciBusId: text,
      numaNode: number,
      ports: z.array(
        z.object({
          port: z.number(),
          /** ACTIVE, DOWN, INIT, ARMED */
          state: text,
          /** LinkUp, Polling, Disabled, … */
          physicalState: text,
          rateGbitPerSec: number,
          /** e.g. `4X NDR`, as the kernel prints it after the rate. */
          rateText: text,
          linkLayer: text,
          lid: number,
          netdev: text,
        }),
      ),
    }),
  ),
});
export type RdmaFacts = z.infer<typeof rdmaFactsSchema>;

/** Facts of probe `docker` (`docker info`) with the running containers (`docker ps`). */
export const dockerFactsSchema = z.object({
  serverVersion: text,
  defaultRuntime: text,
  runtimes: z.array(z.string()),
  cgroupDriver: text,
  cgroupVersion: text,
  storageDriver: text,
  cdiSpecDirs: z.array(z.string()),
  containers: z.array(z.object({ id: z.string(), name: text, image: text, state: text, status: text, command: text })),
});
export type DockerFacts = z.infer<typeof dockerFactsSchema>;

/** Facts of probe `nvidia-container-toolkit` (`nvidia-ctk --version`, `nvidia-ctk cdi list`). */
export const containerToolkitFactsSchema = z.object({
  version: text,
  cdiDevices: z.array(z.string()),
});
export type ContainerToolkitFacts = z.infer<typeof containerToolkitFactsSchema>;
