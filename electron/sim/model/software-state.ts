import type { NodeProfile } from '../profiles/profile';
import { repositories } from '../profiles/rpm-catalogue';

/** What is installed on a node and what its kernel may load. `profile.driverVersion` is the NVIDIA driver that is loaded. */
export interface SoftwareState {
  /** The package manager's list, by name. */
  readonly packages: Map<string, string>;
  readonly held: Set<string>;
  /** Unpacked and not configured: dpkg refuses everything else until `dpkg --configure -a`. */
  readonly unconfigured: Set<string>;
  /** What came along with something else, as `apt-mark showauto` has it. */
  readonly auto: Set<string>;
  /** Packages that the repositories have no more, as headers of an old kernel. */
  readonly withdrawn: Set<string>;
  /** Of dnf: repositories that are switched on, and the stream of each module. */
  readonly repositories: Set<string>;
  readonly streams: Map<string, string>;
  /** The process that has the package manager's lock; null: nobody. */
  lockedBy: number | null;
  /** What the next boot or modprobe loads, where it was built for the kernel. */
  driverOnDisk: string | null;
  /** Releases of kernels that the NVIDIA module was built for. */
  readonly builtFor: Set<string>;
  /** The compiler ends with an error: DKMS makes nothing. */
  buildFails: boolean;
  /** By a key that firmware knows from the start. One of DKMS is signed by the machine's own. */
  isModuleSigned: boolean;
  /** Those of the running kernel, other than by a package of their own. */
  readonly hasKernelHeaders: boolean;
  isNouveauLoaded: boolean;
  /** Modules that the initramfs keeps from being loaded at boot. */
  blacklisted: ReadonlySet<string>;
  /** Changed by hand since boot: true loaded, false taken out. */
  readonly modules: Map<string, boolean>;
}

export function initialSoftware(profile: NodeProfile): SoftwareState {
  const { driverVersion, kernelRelease, software, amdDriver, gpus } = profile;
  return {
    packages: new Map(initialPackages(profile)),
    held: new Set(software?.held),
    unconfigured: new Set(),
    auto: new Set(),
    withdrawn: new Set(),
    repositories: new Set([...repositories].flatMap(([id, { isOnAtFirst }]) => (isOnAtFirst ? [id] : []))),
    streams: new Map(),
    lockedBy: null,
    driverOnDisk: driverVersion,
    builtFor: new Set(driverVersion === null ? [] : [kernelRelease]),
    buildFails: false,
    isModuleSigned: true,
    hasKernelHeaders: driverVersion !== null,
    isNouveauLoaded: driverVersion === null && amdDriver === undefined && gpus.length > 0,
    blacklisted: new Set(driverVersion === null ? [] : ['nouveau']),
    modules: new Map(),
  };
}

function initialPackages(profile: NodeProfile): [name: string, version: string][] {
  const { driverVersion, docker, cudaToolkits, software } = profile;
  const branch = driverVersion?.split('.')[0];
  return [
    ...(driverVersion === null
      ? []
      : ([
          [`nvidia-driver-${branch}`, `${driverVersion}-0ubuntu1`],
          [`libnvidia-compute-${branch}`, `${driverVersion}-0ubuntu1`],
        ] as [string, string][])),
    ...cudaToolkits.map((version): [string, string] => [`cuda-toolkit-${version.replace('.', '-')}`, `${version}.1-1`]),
    ...(docker
      ? ([
          ['docker-ce', `5:${docker.version}-1`],
          ['containerd.io', '1.7.24-1'],
        ] as [string, string][])
      : []),
    ...(docker?.toolkitVersion
      ? ([['nvidia-container-toolkit', `${docker.toolkitVersion}-1`]] as [string, string][])
      : []),
    ...(software?.packages ?? []).map(([name, version]): [string, string] => [name, version]),
    ['openssh-server', '1:9.6p1-3'],
  ];
}
