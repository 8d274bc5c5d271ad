/** The software of a machine beyond its driver. What is left out is not installed. */
export interface SoftwareSpec {
  readonly python?: string;
  readonly environments?: readonly EnvironmentSpec[];
  /** Names of files in the system's library folder, e.g. `libnccl.so.2.21.5`. */
  readonly libraries?: readonly string[];
  readonly packages?: ReadonlyArray<readonly [name: string, version: string]>;
  readonly held?: readonly string[];
  readonly upgradable?: ReadonlyArray<readonly [name: string, from: string, to: string]>;
  /** Beside the one that runs. */
  readonly kernels?: ReadonlyArray<{ readonly release: string; readonly hasNvidiaModule: boolean }>;
  /** Packages that ask for a restart. */
  readonly rebootPackages?: readonly string[];
  readonly containers?: readonly ContainerSpec[];
  readonly podman?: { readonly version: string; readonly containers: readonly ContainerSpec[] };
  readonly containerdVersion?: string;
  readonly fabricManagerVersion?: string;
  readonly dcgmVersion?: string;
  readonly failedUnits?: readonly string[];
  readonly slurm?: { readonly version: string; readonly partitions: readonly string[]; readonly gres: string | null };
  readonly kubeletVersion?: string;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly hostPort: number;
  readonly port: number;
}

/** A Python environment: its packages as conda and pip name their files, and what its PyTorch was built with. */
export interface EnvironmentSpec {
  readonly prefix: string;
  readonly kind: 'conda' | 'venv';
  readonly python: string;
  readonly conda?: readonly string[];
  readonly pip?: readonly string[];
  readonly torch?: { readonly version: string; readonly cuda: string | null; readonly hip?: string };
}

const common = ['pip-24.2', 'setuptools-75.1.0', 'typing_extensions-4.12.2', 'PyYAML-6.0.2'];
const training = ['numpy-1.26.4', 'transformers-4.46.3', 'accelerate-1.1.1', 'datasets-3.1.0', 'deepspeed-0.15.4'];

/** One of its users tried a nightly whose CUDA the driver is too old for: it is there, and does not run. */
export const dgxSoftware: SoftwareSpec = {
  python: '3.10.12',
  environments: [
    {
      prefix: '/opt/vllm',
      kind: 'venv',
      python: '3.10.12',
      pip: [...common, 'torch-2.6.0', 'vllm-0.8.4', 'xformers-0.0.29.post2', 'ray-2.43.0', 'nvidia_nccl_cu12-2.21.5'],
      torch: { version: '2.6.0+cu124', cuda: '12.4' },
    },
    {
      prefix: '/home/alice/miniconda3',
      kind: 'conda',
      python: '3.12.4',
      conda: ['python-3.12.4-h5148396_1', 'conda-24.9.2-py312h06a4308_0', 'openssl-3.0.15-h5eee18b_0'],
    },
    {
      prefix: '/home/alice/miniconda3/envs/train',
      kind: 'conda',
      python: '3.11.9',
      conda: ['python-3.11.9-h955ad1f_0', 'mkl-2023.1.0-h213fc3f_46344', 'cuda-nvcc-12.4.131-0'],
      pip: [...common, ...training, 'torch-2.5.1+cu124', 'flash_attn-2.7.0.post2', 'nvidia_cudnn_cu12-9.1.0.70'],
      torch: { version: '2.5.1+cu124', cuda: '12.4' },
    },
    {
      prefix: '/home/alice/miniconda3/envs/nightly',
      kind: 'conda',
      python: '3.12.7',
      conda: ['python-3.12.7-h5148396_0'],
      pip: [...common, 'numpy-2.1.3', 'torch-2.9.1+cu130', 'transformers-4.57.1', 'nvidia_nccl_cu13-2.27.7'],
      torch: { version: '2.9.1+cu130', cuda: '13.0' },
    },
  ],
  libraries: ['libnccl.so.2.21.5', 'libcudnn.so.9.1.0'],
  packages: [
    ['libnccl2', '2.21.5-1+cuda12.4'],
    ['libnccl-dev', '2.21.5-1+cuda12.4'],
    ['libcudnn9-cuda-12', '9.1.0.70-1'],
    ['nvidia-fabricmanager-550', '550.127.08-1'],
    ['datacenter-gpu-manager', '1:3.3.8'],
    ['doca-ofed', '2.7.0-209'],
    ['slurmd', '23.11.4-1.2'],
    ['munge', '0.5.14-6'],
    ['chrony', '4.2-2ubuntu2'],
    ['gcc-12', '12.3.0-1ubuntu1~22.04'],
    ['dkms', '2.8.7-2ubuntu2.2'],
    ['linux-image-5.15.0-1053-nvidia', '5.15.0-1053.54'],
  ],
  held: ['nvidia-driver-550', 'nvidia-fabricmanager-550'],
  upgradable: [
    ['openssl', '3.0.2-0ubuntu1.18', '3.0.2-0ubuntu1.19'],
    ['nvidia-container-toolkit', '1.16.2-1', '1.17.8-1'],
    ['docker-ce', '5:27.3.1-1', '5:28.3.0-1'],
  ],
  containers: [
    {
      name: 'triton',
      image: 'nvcr.io/nvidia/tritonserver:25.02-vllm-python-py3',
      command: 'tritonserver --model-repository=/models',
      hostPort: 8010,
      port: 8000,
    },
  ],
  containerdVersion: '1.7.24',
  fabricManagerVersion: '550.127.08',
  dcgmVersion: '3.3.8',
  slurm: { version: '23.11.4', partitions: ['train', 'debug'], gres: 'gpu:h100:8(S:0-1)' },
};

/** It waits for a restart, and the kernel that would start has no NVIDIA module. */
export const workstationSoftware: SoftwareSpec = {
  python: '3.12.3',
  environments: [
    {
      prefix: '/home/mei/.venvs/torch',
      kind: 'venv',
      python: '3.12.3',
      pip: [...common, 'numpy-2.1.3', 'torch-2.7.1+cu128', 'peft-0.14.0', 'transformers-4.51.3'],
      torch: { version: '2.7.1+cu128', cuda: '12.8' },
    },
    {
      prefix: '/home/jonas/miniforge3/envs/llm-env',
      kind: 'conda',
      python: '3.10.14',
      conda: [
        'python-3.10.14-hd12c33a_0_cpython',
        'pytorch-2.0.1-py3.10_cuda11.8_cudnn8.7.0_0',
        'mkl-2024.1.0-ha957f24_693',
        'numpy-1.26.4-py310hb13e2d6_0',
      ],
      pip: [...common, 'transformers-4.30.2', 'accelerate-0.20.3'],
      torch: { version: '2.0.1', cuda: '11.8' },
    },
  ],
  libraries: ['libcudnn.so.9.8.0'],
  packages: [
    ['libcudnn9-cuda-12', '9.8.0.87-1'],
    ['chrony', '4.5-1ubuntu4.2'],
    ['dkms', '3.0.11-1ubuntu13'],
    ['linux-image-6.8.0-57-generic', '6.8.0-57.59'],
    ['linux-image-6.8.0-101-generic', '6.8.0-101.101'],
  ],
  held: ['nvidia-driver-570'],
  upgradable: [['linux-generic', '6.8.0-57.59', '6.8.0-101.101']],
  kernels: [{ release: '6.8.0-101-generic', hasNvidiaModule: false }],
  rebootPackages: ['linux-image-6.8.0-101-generic', 'linux-base'],
  containerdVersion: '1.7.27',
};

export const a100Software: SoftwareSpec = {
  python: '3.9.18',
  environments: [
    {
      prefix: '/home/priya/venv',
      kind: 'venv',
      python: '3.9.18',
      pip: [...common, 'jupyterlab-4.2.5', 'numpy-1.26.4', 'torch-2.4.1+cu121', 'lightning-2.4.0'],
      torch: { version: '2.4.1+cu121', cuda: '12.1' },
    },
  ],
  packages: [
    ['kubelet', '1.30.2-150500.1.1'],
    ['chrony', '4.5-3.el9'],
    ['kernel-core', '5.14.0-503.11.1.el9_5'],
  ],
  upgradable: [['openssl', '1:3.0.7-28.el9_4', '1:3.2.2-6.el9_5']],
  podman: {
    version: '5.2.2',
    containers: [
      {
        name: 'notebook',
        image: 'docker.io/pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime',
        command: 'jupyter lab',
        hostPort: 8888,
        port: 8888,
      },
    ],
  },
  containerdVersion: '1.7.24',
  dcgmVersion: '3.3.8',
  kubeletVersion: '1.30.2',
  failedUnits: ['dcgm-exporter.service'],
};

export const l4Software: SoftwareSpec = {
  python: '3.11.2',
  environments: [
    {
      prefix: '/srv/rag/venv',
      kind: 'venv',
      python: '3.11.2',
      pip: [...common, 'numpy-2.1.3', 'torch-2.6.0+cpu', 'sentence_transformers-3.3.1'],
      torch: { version: '2.6.0+cpu', cuda: null },
    },
  ],
  containerdVersion: '1.7.24',
};

/** A wheel for the wrong maker: it imports, and finds no GPU. */
export const amdSoftware: SoftwareSpec = {
  python: '3.10.12',
  environments: [
    {
      prefix: '/opt/venv',
      kind: 'venv',
      python: '3.10.12',
      pip: [...common, 'numpy-1.26.4', 'torch-2.6.0+rocm6.2.4', 'vllm-0.8.4+rocm624'],
      torch: { version: '2.6.0+rocm6.2.4', cuda: null, hip: '6.2.41134-65d174c3e' },
    },
    {
      prefix: '/srv/eval/venv',
      kind: 'venv',
      python: '3.10.12',
      pip: [...common, 'numpy-1.26.4', 'torch-2.5.1+cu124', 'lm_eval-0.4.5'],
      torch: { version: '2.5.1+cu124', cuda: '12.4' },
    },
  ],
  packages: [
    ['rocm-core', '6.3.1.60301-48~22.04'],
    ['amdgpu-dkms', '1:6.10.5.60301-2109964.22.04'],
    ['chrony', '4.2-2ubuntu2'],
  ],
  containerdVersion: '1.7.24',
};

export const storageSoftware: SoftwareSpec = {
  python: '3.11.2',
  packages: [
    ['ceph-osd', '18.2.4-1~bpo12+1'],
    ['ceph-common', '18.2.4-1~bpo12+1'],
    ['chrony', '4.3-2+deb12u1'],
    ['smartmontools', '7.3-1+b1'],
    ['nvme-cli', '2.4+really2.3-3'],
  ],
  held: ['ceph-osd'],
  containerdVersion: '1.6.20',
};
