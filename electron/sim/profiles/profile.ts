import type { SoftwareSpec } from './software';

/** Facts of one GPU product as its driver reports them. Temperatures are absolute, power in watts, clocks in MHz. */
export interface GpuCard {
  readonly productName: string;
  readonly brand: string;
  readonly architecture: string;
  readonly computeCapability: string;
  readonly pciDeviceId: string;
  readonly pciSubsystemId: string;
  readonly pciSubclass: '0' | '2';
  readonly pciGeneration: number;
  readonly pciWidth: number;
  readonly memoryTotalMib: number;
  readonly memoryReservedMib: number;
  readonly bar1TotalMib: number;
  readonly idlePowerW: number;
  readonly minPowerLimitW: number;
  readonly maxPowerLimitW: number;
  readonly idleGraphicsMhz: number;
  readonly maxGraphicsMhz: number;
  readonly idleMemoryMhz: number;
  readonly maxMemoryMhz: number;
  readonly idleVideoMhz: number;
  readonly maxVideoMhz: number;
  readonly idlePerformanceState: 'P0' | 'P8';
  readonly vbiosVersion: string;
  readonly boardPartNumber: string;
  readonly gpuPartNumber: string;
  readonly inforomImage: string;
  readonly eccObject: string;
  readonly isEccEnabled: boolean;
  readonly hasFan: boolean;
  readonly hasMemoryTemperature: boolean;
  readonly supportsMig: boolean;
  /** Above `slowdownC` the hardware halves the clock; `targetC` is where software starts to hold back. */
  readonly maxOperatingC: number;
  readonly slowdownC: number;
  readonly shutdownC: number;
  readonly targetC: number | null;
  readonly memoryMaxC: number | null;
  /** Newer cards report headroom ("T.Limit") instead of absolute thresholds. */
  readonly reportsHeadroom: boolean;
  readonly nvlinkCount: number;
  readonly nvlinkGBPerSec: string;
  /** What only AMD's tools tell; a card without is NVIDIA's. */
  readonly amd?: {
    readonly target: string;
    readonly computeUnits: number;
    readonly vbiosPartNumber: string;
    readonly memoryKind: string;
    readonly memoryVendor: string;
    readonly xgmiGbitPerSec: number;
  };
  /** Kelvin per watt from die to inlet air: what the cooler manages. */
  readonly thermalResistance: number;
  /** Seconds for the die to cover 63 % of a temperature step. */
  readonly thermalTimeConstantSec: number;
}

/** One compute slice of a GPU in MIG mode. */
export interface MigInstanceSpec {
  readonly profileName: string;
  readonly profileId: number;
  readonly gpuInstanceId: number;
  readonly placementStart: number;
  readonly placementSize: number;
  readonly memoryTotalMib: number;
  readonly bar1TotalMib: number;
  readonly multiprocessors: number;
  readonly copyEngines: number;
  readonly decoders: number;
}

export interface GpuSlot {
  readonly card: GpuCard;
  /** As the driver prints it: eight hex digits of domain, upper case. */
  readonly busId: string;
  readonly numaNode: number;
  /** Devices behind one PCIe switch see each other as PIX. */
  readonly pcieSwitch: string;
  readonly mig?: readonly MigInstanceSpec[];
  readonly isPersistent: boolean;
  readonly computeMode?: 'Default' | 'Exclusive_Process';
}

export interface NicSpec {
  readonly netdev: string;
  readonly kind: 'ethernet' | 'infiniband';
  /** Name under /sys/class/infiniband; null for a plain Ethernet port. */
  readonly rdmaDevice: string | null;
  readonly driver: string;
  readonly pciAddress: string;
  readonly pciDeviceId: string;
  readonly numaNode: number;
  readonly pcieSwitch: string;
  readonly speedMbps: number;
  readonly mtu: number;
  readonly mac: string;
  readonly ipv4?: string;
  readonly firmware: string;
  readonly lid?: number;
  /** Nothing was ever plugged into it. */
  readonly isUnplugged?: boolean;
  /** How RoCE traffic is told apart; with NVIDIA's own driver its folders are there as well. */
  readonly roce?: RoceSpec;
}

export interface RoceSpec {
  /** Priorities with flow control and ECN. */
  readonly lossless: readonly number[];
  readonly isDscpTrusted: boolean;
  readonly trafficClass: number;
}

/** An LACP bond. */
export interface BondSpec {
  readonly name: string;
  readonly members: readonly string[];
  readonly mtu: number;
  readonly ipv4: string;
  readonly partnerMac: string;
}

/** What is installed for RDMA and GPUDirect, beside the kernel's own. */
export interface FabricSpec {
  readonly ofedVersion: string | null;
  readonly hasPeerMemory: boolean;
  readonly hasGdrcopy: boolean;
  readonly gdsVersion: string | null;
  readonly hasSharp: boolean;
}

export interface DiskSpec {
  readonly name: string;
  readonly model: string;
  readonly serial: string;
  readonly sizeBytes: number;
  readonly transport: 'nvme' | 'sata' | 'sas';
  readonly isRotational: boolean;
  readonly firmware?: string;
  /** The Ceph OSD that has the whole disk, or the one whose database lies on it. */
  readonly cephOsds?: readonly number[];
  /** Where an NVMe disk is plugged in; others hang on the board's controller. */
  readonly pci?: DiskPciSpec;
  readonly partitions: readonly PartitionSpec[];
  /** What is on the disk itself where it has no partitions; null as its file system: data that no signature tells of. */
  readonly content?: { readonly fileSystem: string | null; readonly mountPoint?: string };
}

export interface DiskPciSpec {
  readonly address: string;
  readonly deviceId: string;
  readonly numaNode: number;
  readonly generation: number;
  readonly width: number;
}

/** A memory module as SMBIOS tells it. */
export interface DimmSpec {
  /** Where it is plugged in, as printed on the board. */
  readonly locator: string;
  readonly sizeMib: number;
  readonly type: string;
  readonly speedMtps: number;
  readonly configuredMtps: number;
  readonly manufacturer: string;
  readonly partNumber: string;
  readonly serial: string | null;
}

export interface PartitionSpec {
  readonly name: string;
  readonly sizeBytes: number;
  readonly fileSystem: string;
  readonly mountPoint: string | null;
  readonly usedShare: number;
}

/** An md array over whole disks or partitions, by their names, with a file system on it. */
export interface ArraySpec {
  readonly name: string;
  readonly level: 'raid0' | 'raid1';
  readonly members: readonly string[];
  readonly fileSystem: string;
  readonly mountPoint: string;
  readonly usedShare: number;
}

/** The cluster that a storage node belongs to; every host has as many OSDs of the same size. */
export interface CephSpec {
  readonly fsid: string;
  readonly hosts: number;
  readonly osdsPerHost: number;
  readonly osdBytes: number;
  readonly usedShare: number;
  readonly pools: readonly CephPoolSpec[];
}

export interface CephPoolSpec {
  readonly name: string;
  readonly placementGroups: number;
  readonly storedBytes: number;
  /** Raw bytes for each that is stored. */
  readonly overhead: number;
  readonly objects: number;
}

/** A cluster that the node reaches as a client. */
export interface CephClusterSpec {
  readonly fsid: string;
  /** With their ports. */
  readonly monitors: readonly string[];
  readonly fileSystem: string;
  /** Folders of it beside its root. */
  readonly folders: readonly string[];
  /** By user, without `client.`. */
  readonly keys: Readonly<Record<string, string>>;
  /** Users that may write; the others read. */
  readonly writers: readonly string[];
  readonly sizeBytes: number;
  readonly usedShare: number;
}

/** A tape library with its drives, on one SAS adapter. */
export interface TapeSpec {
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serial: string;
  readonly slots: number;
  readonly importExportSlots: number;
  /** Labels of the cartridges, by slot. */
  readonly volumes: Readonly<Record<number, string>>;
  readonly drives: readonly TapeDriveSpec[];
}

export interface TapeDriveSpec {
  readonly product: string;
  readonly revision: string;
  readonly serial: string;
  /** The slot that the cartridge in it came from. */
  readonly loadedFrom: number | null;
}

export interface NetworkMountSpec {
  readonly source: string;
  readonly fileSystem: string;
  readonly mountPoint: string;
  readonly sizeBytes: number;
  readonly usedShare: number;
}

export interface CpuSpec {
  readonly modelName: string;
  readonly vendorId: 'GenuineIntel' | 'AuthenticAMD';
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly sockets: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
  readonly numaNodes: number;
  readonly minMhz: number;
  readonly maxMhz: number;
  readonly flags: string;
  /** Totals as lscpu prints them. */
  readonly caches: readonly { readonly name: string; readonly size: string }[];
}

export interface WorkloadGpu {
  readonly index: number;
  readonly memoryMib: number;
  readonly gpuInstanceId?: number;
}

/** What runs on the node when it starts; each becomes one process of the model. */
export interface WorkloadSpec {
  readonly user: string;
  readonly executable: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly cgroup: string;
  readonly startedSecondsAgo: number;
  readonly residentMib: number;
  readonly gpus: readonly WorkloadGpu[];
  readonly utilizationPercent: number;
  /** Seconds from one peak to the next; 0 for a flat load. */
  readonly wavePeriodSec: number;
}

export interface NodeUserSpec {
  readonly name: string;
  readonly uid: number;
  readonly isLoggedIn: boolean;
}

export interface DockerSpec {
  readonly version: string;
  readonly hasNvidiaRuntime: boolean;
  readonly toolkitVersion: string | null;
  readonly containersRunning: number;
}

/** A program that serves `/metrics` on a port of the node. */
export type ServiceSpec =
  | { readonly kind: 'vllm'; readonly port: number; readonly model: string }
  | { readonly kind: 'triton'; readonly port: number; readonly models: readonly string[] }
  | { readonly kind: 'dcgm-exporter'; readonly port: number };

/** Everything that makes one kind of simulated machine. Plain data, so that tests and demos can write their own. */
export interface NodeProfile {
  readonly id: string;
  readonly hostname: string;
  readonly vendor: string;
  readonly product: string;
  readonly biosVersion: string;
  readonly osId: string;
  readonly osName: string;
  readonly osVersionId: string;
  readonly osVersion: string;
  readonly osCodename: string;
  readonly kernelRelease: string;
  readonly kernelBuild: string;
  readonly virtualization: 'none' | 'kvm';
  readonly isSecureBootOn?: boolean;
  readonly locale: string;
  readonly uptimeSeconds: number;
  readonly inletC: number;
  readonly cpu: CpuSpec;
  readonly memoryTotalMib: number;
  readonly memoryUsedMib: number;
  readonly driverVersion: string | null;
  readonly cudaVersion: string | null;
  /** Versions of amdgpu and ROCm where the GPUs are AMD's. */
  readonly amdDriver?: { readonly version: string; readonly rocmVersion: string };
  readonly hasOpenKernelModule: boolean;
  readonly hasNvswitch: boolean;
  readonly cudaToolkits: readonly string[];
  readonly gpus: readonly GpuSlot[];
  readonly nics: readonly NicSpec[];
  readonly bonds?: readonly BondSpec[];
  readonly fabric?: FabricSpec;
  readonly disks: readonly DiskSpec[];
  readonly dimms: readonly DimmSpec[];
  readonly arrays?: readonly ArraySpec[];
  readonly ceph?: CephSpec;
  readonly cephNearby?: CephClusterSpec;
  readonly tape?: TapeSpec;
  /** What the node serves over NFS, and to whom. */
  readonly nfsExports?: readonly { readonly path: string; readonly client: string }[];
  readonly networkMounts: readonly NetworkMountSpec[];
  readonly docker: DockerSpec | null;
  readonly software?: SoftwareSpec;
  /** Programs that fetch from the network which its installer left out; both are there otherwise. */
  readonly lacks?: readonly ('curl' | 'wget')[];
  /** What its users put there, by path. */
  readonly files?: Readonly<Record<string, string | { readonly rootOnly: string }>>;
  readonly users: readonly NodeUserSpec[];
  readonly workloads: readonly WorkloadSpec[];
  readonly services?: readonly ServiceSpec[];
}
