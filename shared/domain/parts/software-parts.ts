import type { ProbeId } from '../facts/index';
import type { Part, PartReader } from './part';

const attributes = { version: 'none', variant: 'none' } as const;

/** Software has a version and, where there are several builds of one, which. It has no serial number. */
function software(
  slot: string,
  version: string | null,
  variant: string | null,
  probeId: ProbeId,
  factPath: string,
): Part {
  return {
    kind: 'software',
    slot,
    identity: null,
    model: null,
    attributes: { version, variant },
    counters: {},
    source: { probeId, factPath },
  };
}

/** One reader a probe: what one of them could not say leaves the others as they are. */
function reader(probeId: ProbeId, read: PartReader['read']): PartReader {
  return { kind: 'software', needs: [probeId], attributes, counters: {}, read };
}

const driver = reader('gpu-driver', ({ 'gpu-driver': facts }) => {
  const version = facts?.kernelModuleVersion ?? null;
  if (version === null) return [];
  const variant = facts?.isOpenKernelModule == null ? null : facts.isOpenKernelModule ? 'open' : 'proprietary';
  return [software('driver', version, variant, 'gpu-driver', 'kernelModuleVersion')];
});

const cuda = reader('cuda', ({ cuda: facts }) => [
  ...(facts?.toolkits ?? []).flatMap(({ version }, index) =>
    version === null
      ? []
      : [
          software(
            `cuda-toolkit:${version.split('.').slice(0, 2).join('.')}`,
            version,
            null,
            'cuda',
            `toolkits.${index}.version`,
          ),
        ],
  ),
  ...(facts?.libraries ?? []).map(({ name, version }, index) =>
    software(name, version, null, 'cuda', `libraries.${index}.version`),
  ),
]);

const docker = reader('docker', ({ docker: facts }) =>
  facts ? [software('docker', facts.serverVersion, facts.defaultRuntime, 'docker', 'serverVersion')] : [],
);

const toolkit = reader('nvidia-container-toolkit', ({ 'nvidia-container-toolkit': facts }) =>
  facts ? [software('container-toolkit', facts.version, null, 'nvidia-container-toolkit', 'version')] : [],
);

const containers = reader('containers', ({ containers: facts }) => [
  ...(facts?.containerdVersion == null
    ? []
    : [software('containerd', facts.containerdVersion, null, 'containers', 'containerdVersion')]),
  ...(facts?.podmanVersion == null
    ? []
    : [software('podman', facts.podmanVersion, null, 'containers', 'podmanVersion')]),
]);

const services = reader('services', ({ services: facts }) => [
  ...(facts?.fabricManagerVersion == null
    ? []
    : [software('fabric-manager', facts.fabricManagerVersion, null, 'services', 'fabricManagerVersion')]),
  ...(facts?.dcgmVersion == null ? [] : [software('dcgm', facts.dcgmVersion, null, 'services', 'dcgmVersion')]),
]);

/** Each environment by its folder, and its PyTorch with the CUDA that it was built for. */
const python = reader('python-environments', ({ 'python-environments': facts }) =>
  (facts?.environments ?? []).flatMap(({ prefix, kind, pythonVersion, torch }, index) => {
    const path = `environments.${index}`;
    const parts = [software(`env:${prefix}`, pythonVersion, kind, 'python-environments', `${path}.pythonVersion`)];
    if (torch === null) return parts;
    const build =
      torch.cudaVersion !== null
        ? `CUDA ${torch.cudaVersion}`
        : torch.hipVersion !== null
          ? `ROCm ${torch.hipVersion}`
          : 'CPU';
    return [
      ...parts,
      software(`env:${prefix}/torch`, torch.version, build, 'python-environments', `${path}.torch.version`),
    ];
  }),
);

/** Packages that make a node behave differently from its neighbour and that no other probe tells the version of. */
const telling =
  /^(libnccl2|libcudnn\d+|doca-ofed|mlnx-ofed|slurmd|kubelet|ceph-common|gdrcopy|lustre-client|openmpi|ucx)(-|$)/;

const packages = reader('packages', ({ packages: facts }) =>
  (facts?.packages ?? []).flatMap(({ name, version }, index) =>
    telling.test(name) && !/-(dev|devel|doc)$/.test(name)
      ? [software(`package:${name}`, version, null, 'packages', `packages.${index}.version`)]
      : [],
  ),
);

export const softwareParts: readonly PartReader[] = [
  driver,
  cuda,
  docker,
  toolkit,
  containers,
  services,
  python,
  packages,
];
