import { z } from 'zod';

const text = z.string().nullable();
const number = z.number().nullable();
const flag = z.boolean().nullable();

/** Facts of probe `docker` (`docker info`) with the running containers (`docker ps`; null: that did not answer). */
export const dockerFactsSchema = z.object({
  serverVersion: text,
  defaultRuntime: text,
  runtimes: z.array(z.string()),
  cgroupDriver: text,
  cgroupVersion: text,
  storageDriver: text,
  cdiSpecDirs: z.array(z.string()),
  /** Where images lie. Absent: not told. */
  rootDir: z.string().optional(),
  containers: z
    .array(z.object({ id: z.string(), name: text, image: text, state: text, status: text, command: text, ports: text }))
    .nullable(),
  /** How the running containers were made, as far as GPUs are concerned (`docker inspect`). Null: not read. Absent in older results. */
  containerSettings: z
    .array(
      z.object({
        id: z.string(),
        startedAtMs: number,
        runtime: text,
        ipcMode: text,
        sharedMemoryBytes: number,
        deviceRequests: z.array(
          z.object({ driver: text, count: number, deviceIds: z.array(z.string()), capabilities: z.array(z.string()) }),
        ),
        /** Device files that were named one by one. */
        devices: z.array(z.string()),
        /** NVIDIA_VISIBLE_DEVICES and NVIDIA_DRIVER_CAPABILITIES; no other name is read. */
        environment: z.record(z.string(), z.string()),
      }),
    )
    .nullable()
    .optional(),
  /** When systemd last read its units: it then sets the devices of its control groups anew. Null: not told. */
  unitsLoadedAtMs: number.optional(),
});
export type DockerFacts = z.infer<typeof dockerFactsSchema>;

/**
 * Facts of probe `nvidia-container-toolkit` (`nvidia-ctk --version`, `nvidia-ctk cdi list`, the CDI files). `driverVersion` of
 * a CDI file: of the libraries that it hands to a container.
 */
export const containerToolkitFactsSchema = z.object({
  version: text,
  cdiDevices: z.array(z.string()),
  cdiFiles: z.array(z.object({ path: z.string(), kind: text, cdiVersion: text, driverVersion: text })),
});
export type ContainerToolkitFacts = z.infer<typeof containerToolkitFactsSchema>;

/**
 * Facts of probe `cuda`: toolkits found on disk, the one `nvcc` on PATH belongs to, and the cuDNN, NCCL and ROCm of the system
 * (by file name or header). Libraries inside a Python environment are packages of that environment.
 */
export const cudaFactsSchema = z.object({
  toolkits: z.array(z.object({ path: z.string(), version: text })),
  nvccVersion: text,
  libraries: z.array(z.object({ name: z.enum(['cudnn', 'nccl', 'rocm']), version: z.string(), path: z.string() })),
});
export type CudaFacts = z.infer<typeof cudaFactsSchema>;

/**
 * Facts of probe `kernel-modules` (/proc/modules). `taints`: letters after which the kernel is no longer the distribution's
 * own (P proprietary, O out of tree, E unsigned).
 */
export const kernelModulesFactsSchema = z.object({
  modules: z.array(z.object({ name: z.string(), sizeBytes: number, usedBy: z.array(z.string()), taints: text })),
  /** Bit mask of /proc/sys/kernel/tainted. */
  kernelTaint: number,
});
export type KernelModulesFacts = z.infer<typeof kernelModulesFactsSchema>;

/** Facts of probe `packages`: those of the GPU, container, fabric, storage and cluster software, of all that are installed. */
export const packagesFactsSchema = z.object({
  manager: z.enum(['dpkg', 'rpm']),
  installedCount: z.number(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), architecture: text })),
  /** Kept at their version by the administrator (dpkg hold, versionlock), whatever they are; null: not known. */
  held: z.array(z.string()).nullable(),
});
export type PackagesFacts = z.infer<typeof packagesFactsSchema>;

/** Facts of probe `services`: known units that are installed, all failed units, and versions that only a daemon's binary tells. */
export const servicesFactsSchema = z.object({
  services: z.array(
    z.object({
      name: z.string(),
      activeState: text,
      subState: text,
      /** enabled, disabled, masked, static … */
      unitFileState: text,
      restarts: number,
      exitStatus: number,
    }),
  ),
  failedUnits: z.array(z.string()).nullable(),
  fabricManagerVersion: text,
  /** What of Fabric Manager's own log is an error or about missing switches, oldest first. Absent in older results. */
  fabricManagerLog: z.array(z.string()).nullable().optional(),
  dcgmVersion: text,
});
export type ServicesFacts = z.infer<typeof servicesFactsSchema>;

/**
 * Facts of probe `time-sync`. `service` null: none answered, which is not the same as a wrong clock (the difference that was
 * measured is `os.clockOffsetMs`). `offsetSeconds`: system clock minus the servers' time.
 */
export const timeSyncFactsSchema = z.object({
  service: z.enum(['chrony', 'ntpd', 'timesyncd']).nullable(),
  isSynchronized: flag,
  offsetSeconds: number,
  stratum: number,
  reference: text,
  leapStatus: text,
  timeZone: text,
});
export type TimeSyncFacts = z.infer<typeof timeSyncFactsSchema>;

const pythonPackageSchema = z.object({ name: z.string(), version: z.string(), source: z.enum(['conda', 'pip']) });

/**
 * Facts of probe `python-environments`: read from file names (conda-meta, dist-info), `pyvenv.cfg` and `torch/version.py`;
 * neither conda nor Python is run.
 */
export const pythonEnvironmentsFactsSchema = z.object({
  systemPython: z.object({ path: z.string(), version: text }).nullable(),
  environments: z.array(
    z.object({
      /** Empty for a recorded `pip list`, which does not say. */
      prefix: z.string(),
      name: z.string(),
      /**
       * `python`: an interpreter with packages of its own (pyenv, built by hand). `user`: what a login has installed for itself
       * beside the system's (`pip install --user`). `system`: the distribution's.
       */
      kind: z.enum(['conda', 'venv', 'python', 'user', 'system']),
      pythonVersion: text,
      /** `cudaVersion` and `hipVersion`: what this PyTorch was built with; both null: for CPU only. */
      torch: z.object({ version: z.string(), cudaVersion: text, hipVersion: text }).nullable(),
      packages: z.array(pythonPackageSchema),
    }),
  ),
  /** Home folders that this login may not look into. */
  unreadableHomes: z.number(),
});
export type PythonEnvironmentsFacts = z.infer<typeof pythonEnvironmentsFactsSchema>;
export type PythonEnvironment = PythonEnvironmentsFacts['environments'][number];

/** Facts of probe `containers`: what runs beside Docker: containerd (with the pods of Kubernetes) and Podman. */
export const containersFactsSchema = z.object({
  containerdVersion: text,
  /** Runtimes in containerd's own configuration; null: there is none, or it may not be read. */
  containerdRuntimes: z.array(z.string()).nullable().optional(),
  podmanVersion: text,
  containers: z.array(
    z.object({
      engine: z.enum(['podman', 'containerd']),
      id: z.string(),
      name: text,
      image: text,
      state: text,
      ports: text,
      command: text,
    }),
  ),
});
export type ContainersFacts = z.infer<typeof containersFactsSchema>;

/** Facts of probe `cluster`: what Slurm says of this node, and the kubelet on it. Null: the node is no member. */
export const clusterFactsSchema = z.object({
  slurm: z
    .object({
      slurmdVersion: text,
      /** Those that the controller knows by this node's name; empty when it did not answer or knows none. */
      nodes: z.array(
        z.object({
          name: z.string(),
          state: z.string(),
          reason: text,
          partitions: z.array(z.string()),
          cpus: number,
          allocatedCpus: number,
          memoryMib: number,
          gres: text,
          allocatedGres: text,
          version: text,
        }),
      ),
    })
    .nullable(),
  kubernetes: z
    .object({
      distribution: z.enum(['kubelet', 'k3s', 'rke2', 'microk8s']),
      version: text,
      clusterDomain: text,
      cgroupDriver: text,
    })
    .nullable(),
});
export type ClusterFacts = z.infer<typeof clusterFactsSchema>;
export type SlurmNode = NonNullable<ClusterFacts['slurm']>['nodes'][number];

/** Facts of probe `pending-changes`: what waits for a reboot or for an upgrade. Nothing is fetched to find out. */
export const pendingChangesFactsSchema = z.object({
  /** What the distribution itself says (/run/reboot-required, needs-restarting); null: it has no such mark. */
  isRebootRequired: flag,
  rebootPackages: z.array(z.string()),
  runningKernel: text,
  /** Newest first. `hasNvidiaModule` null: not known. */
  installedKernels: z.array(z.object({ release: z.string(), hasNvidiaModule: flag })),
  /** By the package lists as they were last fetched; null: not known. */
  upgradable: z.array(z.object({ name: z.string(), from: text, to: z.string() })).nullable(),
  /** More than `upgradable` where that is cut. */
  upgradableCount: number,
});
export type PendingChangesFacts = z.infer<typeof pendingChangesFactsSchema>;

/**
 * Facts of probe `recent-changes`: what was changed on the node lately, newest first, in milliseconds of the node's own clock.
 * Null: that is not known. An empty list: nothing, as far as the node's logs go back.
 */
export const recentChangesFactsSchema = z.object({
  /** `written`: rpm knows when it wrote a package last, and not what was there before. */
  packages: z
    .array(
      z.object({
        atMs: z.number(),
        change: z.enum(['install', 'upgrade', 'remove', 'purge', 'written']),
        name: z.string(),
        from: text,
        to: text,
      }),
    )
    .nullable(),
  /** `isAfterShutdown` false: the boot before ended in a crash, a reset or a loss of power. */
  boots: z.array(z.object({ atMs: z.number(), kernel: text, isAfterShutdown: flag })).nullable(),
  /** Of a fixed list of files of settings, when each was written last. */
  files: z.array(z.object({ path: z.string(), modifiedAtMs: z.number(), sizeBytes: z.number() })).nullable(),
});
export type RecentChangesFacts = z.infer<typeof recentChangesFactsSchema>;
