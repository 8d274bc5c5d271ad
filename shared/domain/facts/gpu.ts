import { z } from 'zod';
import { absencesSchema } from './absence';

const number = z.number().nullable();
const text = z.string().nullable();
const flag = z.boolean().nullable();

/** Frame buffer or BAR1 in bytes. Since R510 total = reserved + used + free; before, reserved is null and part of used. */
const memorySchema = z.object({ totalBytes: number, reservedBytes: number, usedBytes: number, freeBytes: number });

/**
 * ECC errors. SRAM is on the chip (caches, register files), DRAM is the memory. `corrected` and `uncorrected` are the sums.
 * Parity and SEC-DED are the two ways in which newer drivers tell uncorrected SRAM errors apart.
 */
const eccCountsSchema = z.object({
  corrected: number,
  uncorrected: number,
  sramCorrected: number,
  sramUncorrected: number,
  sramUncorrectedParity: number,
  sramUncorrectedSecDed: number,
  dramCorrected: number,
  dramUncorrected: number,
});

/** A process as nvidia-smi lists it. `kind`: C compute, G graphics, M MPS, O context-less, as printed. */
export const gpuProcessSchema = z.object({
  pid: z.number(),
  kind: text,
  name: text,
  usedMemoryBytes: number,
  gpuInstanceId: number,
  computeInstanceId: number,
});
export type GpuProcess = z.infer<typeof gpuProcessSchema>;

export const migDeviceSchema = z.object({
  index: z.number(),
  uuid: text,
  gpuInstanceId: number,
  computeInstanceId: number,
  /** e.g. `1g.10gb`; from `nvidia-smi -L` or derived from the slices. */
  profile: text,
  multiprocessorCount: number,
  /** Engines of the slice; shared ones count as well. */
  engines: z.object({ copy: number, encoder: number, decoder: number, jpeg: number, opticalFlow: number }),
  memory: memorySchema,
  bar1: memorySchema,
  /** ECC errors in the slice's SRAM since the driver loaded. */
  sramUncorrected: number,
});
export type MigDevice = z.infer<typeof migDeviceSchema>;

/** One NVIDIA GPU as `nvidia-smi -q -x` tells it. Source of tags: nvidia-smi manual; see `domain` notes on renames. */
export const gpuSchema = z.object({
  /** Position in the output: the index nvidia-smi uses. Identity is the UUID. */
  index: z.number(),
  uuid: text,
  minorNumber: number,
  /** Lower case `domain:bus:device.function` with an eight-digit domain, as nvidia-smi prints it. */
  pciBusId: z.string(),
  /** `lost` and `requires-reset` are what the driver itself says of the GPU. */
  state: z.enum(['present', 'lost', 'requires-reset']),
  name: text,
  brand: text,
  architecture: text,
  serial: text,
  /** Number of the device that its maker gave it (`PDI`), R590 or newer. */
  pdi: text,
  /** The driver's number of the board; the GPUs of one board have the same, and may have one serial number. */
  boardId: text,
  isMultiGpuBoard: flag,
  boardPartNumber: text,
  gpuPartNumber: text,
  fruPartNumber: text,
  /** Eight hex digits, device then vendor, as nvidia-smi prints them: `233010DE`. */
  pciDeviceId: text,
  pciSubsystemId: text,
  vbiosVersion: text,
  infoRom: z.object({ image: text, oem: text, ecc: text, power: text }),
  gspFirmwareVersion: text,
  /** Where the GPU sits in its chassis, as far as the platform tells; `moduleId` counts the modules of a baseboard. */
  platform: z.object({
    chassisSerial: text,
    slotNumber: text,
    trayIndex: text,
    hostId: text,
    peerType: text,
    moduleId: text,
    fabricGuid: text,
  }),
  virtualization: z.object({ mode: text, hostVgpuMode: text, heterogeneousMode: text }),
  c2cMode: text,
  computeMode: text,
  /** How the GPU reaches memory of the system: None, HMM (software), ATS (hardware, coherent). */
  addressingMode: text,
  /** Extended GPU memory (`egm`): on Grace, memory of the system that the GPUs of the fabric reach as their own. */
  extendedMemoryMode: text,
  isPersistenceModeOn: flag,
  isDisplayActive: flag,
  performanceState: text,
  mig: z.object({ current: text, pending: text }),
  /** `shared`: the GPU has no memory of its own and uses the system's (GB10, Jetson): sizes are then the system's to tell. */
  memoryKind: z.enum(['dedicated', 'shared']).nullable(),
  memory: memorySchema,
  bar1: memorySchema,
  /** Part of the memory that confidential computing protects. */
  protectedMemory: z.object({ totalBytes: number, usedBytes: number, freeBytes: number }),
  dramEncryption: z.object({ current: text, pending: text }),
  utilization: z.object({
    gpuPercent: number,
    memoryPercent: number,
    encoderPercent: number,
    decoderPercent: number,
    jpegPercent: number,
    opticalFlowPercent: number,
  }),
  fanPercent: number,
  /**
   * Newer GPUs tell limits as margins: `marginC` counts down, 0 is the end of normal operation, and e.g. slowdown begins
   * when it reaches `slowdownMarginC` (-2). Older ones tell absolute temperatures. One of the two forms is null.
   */
  temperature: z.object({
    gpuC: number,
    memoryC: number,
    marginC: number,
    slowdownC: number,
    shutdownC: number,
    maxOperatingC: number,
    memoryMaxOperatingC: number,
    slowdownMarginC: number,
    shutdownMarginC: number,
    maxOperatingMarginC: number,
    memoryMaxOperatingMarginC: number,
    targetC: number,
  }),
  power: z.object({
    /** The average where the driver tells average and instant apart, as `power.draw` and the summary table do. */
    drawW: number,
    averageW: number,
    instantW: number,
    limitW: number,
    requestedLimitW: number,
    defaultLimitW: number,
    minLimitW: number,
    maxLimitW: number,
    memoryW: number,
    /** Of the whole module (GPU with its CPU on Grace), where there is one. */
    moduleW: number,
    moduleLimitW: number,
  }),
  clocks: z.object({
    graphicsMHz: number,
    smMHz: number,
    memoryMHz: number,
    videoMHz: number,
    maxGraphicsMHz: number,
    maxSmMHz: number,
    maxMemoryMHz: number,
    maxVideoMHz: number,
    applicationGraphicsMHz: number,
    applicationMemoryMHz: number,
    defaultApplicationGraphicsMHz: number,
    defaultApplicationMemoryMHz: number,
    maxCustomerBoostMHz: number,
  }),
  /** Active clock event (throttle) reasons, tag names without the `clocks_event_reason_` prefix; null when unknown. */
  clockEventReasons: z.array(z.string()).nullable(),
  /** How long each reason held the clocks down, in microseconds since the driver loaded. */
  clockEventCounters: z.object({
    softwarePowerCapUs: number,
    syncBoostUs: number,
    softwareThermalUs: number,
    hardwareThermalUs: number,
    hardwarePowerBrakeUs: number,
  }),
  pcie: z.object({
    generation: number,
    maxGeneration: number,
    /** What the card can do, and what the slot can do, where the driver tells them apart. */
    deviceMaxGeneration: number,
    hostMaxGeneration: number,
    width: number,
    maxWidth: number,
    replayCount: number,
    replayRolloverCount: number,
    txBytesPerSec: number,
    rxBytesPerSec: number,
  }),
  ecc: z.object({
    current: text,
    pending: text,
    volatile: eccCountsSchema,
    aggregate: eccCountsSchema,
    /** More uncorrected SRAM errors than NVIDIA allows: the GPU should be replaced. */
    isSramThresholdExceeded: flag,
    /** Where the uncorrected SRAM errors of its life were. */
    sramSources: z.object({ l2: number, sm: number, microcontroller: number, pcie: number, other: number }),
    isChannelRepairPending: flag,
    isTpcRepairPending: flag,
    isMemoryUnrepairable: flag,
  }),
  remappedRows: z.object({
    correctable: number,
    uncorrectable: number,
    /** Remapped, but not in use yet: R595 and newer tell them apart. */
    inactiveCorrectable: number,
    inactiveUncorrectable: number,
    isPending: flag,
    hasFailed: flag,
    /** Memory banks by how many spare rows they have left. */
    banks: z.object({ max: number, high: number, partial: number, low: number, none: number }),
  }),
  retiredPages: z.object({ singleBit: number, doubleBit: number, isPending: flag }),
  fabric: z.object({
    state: text,
    status: text,
    cliqueId: text,
    clusterUuid: text,
    health: z.object({
      summary: text,
      bandwidth: text,
      routeRecovery: text,
      routeUnhealthy: text,
      accessTimeoutRecovery: text,
      configuration: text,
      partitionAssigned: text,
    }),
  }),
  /**
   * `gpu_recovery_action`, R565 or newer: None, Reset, Reboot, Drain P2P, Drain and Reset. Older drivers say in two flags whether a
   * reset is required, or recommended once the GPU is drained: in the same words.
   */
  recoveryAction: text,
  processes: z.array(gpuProcessSchema),
  migDevices: z.array(migDeviceSchema),
  absences: absencesSchema,
});
export type Gpu = z.infer<typeof gpuSchema>;

/** Facts of probe `gpu` (`nvidia-smi -q -x`). */
export const gpuFactsSchema = z.object({ driverVersion: text, cudaVersion: text, gpus: z.array(gpuSchema) });
export type GpuFacts = z.infer<typeof gpuFactsSchema>;

/**
 * Facts of probe `gpu-list` (`nvidia-smi -L`): works where -q -x is slow; carries MIG UUIDs and profiles. `lost`: GPUs that
 * the driver knows and can't open; bus ids as in `gpu`.
 */
export const gpuListFactsSchema = z.object({
  gpus: z.array(
    z.object({
      index: z.number(),
      name: z.string(),
      uuid: z.string(),
      migDevices: z.array(z.object({ index: z.number(), profile: z.string(), uuid: z.string() })),
    }),
  ),
  lost: z.array(z.object({ pciBusId: z.string(), detail: z.string() })),
});
export type GpuListFacts = z.infer<typeof gpuListFactsSchema>;

/**
 * Facts of probe `gpu-processes` (`--query-compute-apps`): compute contexts. `gpuUuid` is a slice's where MIG is on, and
 * `#0` (the index) in a recorded `pmon`, which prints no UUID.
 */
export const gpuProcessesFactsSchema = z.object({
  processes: z.array(z.object({ gpuUuid: z.string(), pid: z.number(), name: text, usedMemoryBytes: number })),
});
export type GpuProcessesFacts = z.infer<typeof gpuProcessesFactsSchema>;

/** Facts of probe `gpu-holders` (root: `fuser -v`, fallback /proc/PID/fd): who has a device file open. */
export const gpuHoldersFactsSchema = z.object({
  holders: z.array(z.object({ device: z.string(), pid: z.number(), user: text, access: text, command: text })),
});
export type GpuHoldersFacts = z.infer<typeof gpuHoldersFactsSchema>;

/**
 * Facts of probe `gpu-process-environment` (/proc/PID/environ): variables that choose GPUs or tune memory and communication,
 * as they were when the process started; no other name is read. `isComplete`: read as root, so no process is missing.
 */
export const gpuProcessEnvironmentFactsSchema = z.object({
  processes: z.array(
    z.object({
      pid: z.number(),
      variables: z.record(z.string(), z.string()),
      /** What the process may run on and lock, and its own /dev/shm. Absent: not told, or an older result. */
      cpusAllowed: z.string().optional(),
      isLockedMemoryUnlimited: z.boolean().optional(),
      lockedMemoryBytes: z.number().optional(),
      sharedMemory: z.object({ totalBytes: z.number(), availableBytes: z.number() }).optional(),
      /** The same names in /etc/nccl.conf and its own ~/.nccl.conf. */
      files: z.array(z.object({ path: z.string(), variables: z.record(z.string(), z.string()) })).optional(),
    }),
  ),
  isComplete: z.boolean(),
  /** Files of CUDA's libraries that each has mapped (/proc/PID/maps), for those that this login may read. Null: not read. */
  libraries: z
    .array(z.object({ pid: z.number(), executable: text, paths: z.array(z.string()) }))
    .nullable()
    .optional(),
});
export type GpuProcessEnvironmentFacts = z.infer<typeof gpuProcessEnvironmentFactsSchema>;

/**
 * Facts of probe `gpu-topology` (`nvidia-smi topo -m`). `links[i][j]` joins `devices[i]` and `devices[j]`: X, NV#, PIX,
 * PXB, PHB, NODE, SYS. NICs of the legend carry their RDMA device name.
 */
export const gpuTopologyFactsSchema = z.object({
  devices: z.array(
    z.object({
      label: z.string(),
      kind: z.enum(['gpu', 'nic', 'other']),
      gpuIndex: number,
      rdmaDevice: text,
      cpuAffinity: text,
      numaAffinity: text,
      gpuNumaId: text,
    }),
  ),
  links: z.array(z.array(z.string())),
});
export type GpuTopologyFacts = z.infer<typeof gpuTopologyFactsSchema>;

/** Facts of probe `gpu-mig` (`nvidia-smi mig -lgi`, `-lci`, `-lgip`). Placement is `{start}:size` in memory slices. */
export const gpuMigFactsSchema = z.object({
  gpuInstances: z.array(
    z.object({ gpuIndex: z.number(), profile: z.string(), profileId: number, instanceId: number, placement: text }),
  ),
  computeInstances: z.array(
    z.object({ gpuIndex: z.number(), gpuInstanceId: number, profile: z.string(), instanceId: number }),
  ),
  profiles: z.array(
    z.object({
      gpuIndex: z.number(),
      profile: z.string(),
      profileId: number,
      freeInstances: number,
      totalInstances: number,
      memoryBytes: number,
    }),
  ),
});
export type GpuMigFacts = z.infer<typeof gpuMigFactsSchema>;

/**
 * Facts of probe `gpu-driver`: the loaded kernel module (/proc/driver/nvidia/version) and its parameters, the module that the
 * next boot will load (`modinfo`), and the libraries that programs are linked to.
 */
export const gpuDriverFactsSchema = z.object({
  kernelModuleVersion: text,
  isOpenKernelModule: flag,
  installedModuleVersion: text,
  userLibraries: z.array(z.object({ path: z.string(), version: z.string() })),
  gccVersion: text,
  loadedModules: z.array(z.string()),
  parameters: z.record(z.string(), z.string()),
  /** What loading the module depends on, for the kernel that runs. Null: not read. Absent in older results. */
  moduleBuild: z
    .object({
      /** As modinfo prints it; `Dual MIT/GPL` is the open module. */
      license: text,
      isSigned: flag,
      hasKernelHeaders: z.boolean(),
      /** `dkms status` about NVIDIA. `kernel` null: added, and built for none. Null: no dkms. */
      dkms: z.array(z.object({ name: z.string(), version: z.string(), kernel: text, state: z.string() })).nullable(),
      /** Driver versions that have GSP firmware in /lib/firmware/nvidia. */
      firmwareVersions: z.array(z.string()),
      /** Files of modprobe that keep nouveau out. */
      nouveauBlacklists: z.array(z.string()),
    })
    .nullable()
    .optional(),
});
export type GpuDriverFacts = z.infer<typeof gpuDriverFactsSchema>;

export const systemLineKinds = ['storage', 'nfs', 'stall', 'memory'] as const;

/** Facts of probe `gpu-kernel-log`: NVRM lines of the last 24 h. `atMs` null: the log line has no wall clock. */
export const gpuKernelLogFactsSchema = z.object({
  lines: z.array(
    z.object({
      atMs: number,
      /** `module`: the kernel refused one because of its signature; it does not say which. */
      kind: z.enum(['xid', 'sxid', 'nvrm', 'oom', 'module']),
      xid: number,
      pciBusId: text,
      pid: number,
      processName: text,
      text: z.string(),
    }),
  ),
  /**
   * Beside the GPUs: errors of disks and file systems, NFS servers that don't answer, tasks and processors that hang, errors of
   * memory that the hardware reports. Absent in older results.
   */
  systemLines: z.array(z.object({ atMs: number, kind: z.enum(systemLineKinds), text: z.string() })).optional(),
});
export type GpuKernelLogFacts = z.infer<typeof gpuKernelLogFactsSchema>;
