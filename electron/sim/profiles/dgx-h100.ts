import { xeon8480 } from './cpus';
import { dimms } from './dimms';
import { h100Sxm } from './gpu-cards';
import type { GpuSlot, NicSpec, NodeProfile, WorkloadSpec } from './profile';
import { dgxSoftware } from './software';

const GPU_BUSES = ['1B', '43', '52', '61', '9D', 'C3', 'D1', 'DF'];
const NIC_BUSES = ['18', '40', '4f', '5e', '9a', 'c0', 'ce', 'dc'];

/** Eight U.2 disks, four a socket, striped as the cache. */
const CACHE_BUSES = ['2a', '2e', '32', '36', 'aa', 'ae', 'b2', 'b6'];

/** Each GPU shares a PCIe switch with one ConnectX-7, four of each per socket. */
const gpus: GpuSlot[] = GPU_BUSES.map((bus, index) => ({
  card: h100Sxm,
  busId: `00000000:${bus}:00.0`,
  numaNode: index < 4 ? 0 : 1,
  pcieSwitch: `switch${index}`,
  isPersistent: true,
}));

const nics: NicSpec[] = [
  {
    netdev: 'eno3',
    kind: 'ethernet',
    rdmaDevice: null,
    driver: 'ixgbe',
    pciAddress: '0000:0b:00.0',
    pciDeviceId: '8086:1563',
    numaNode: 0,
    pcieSwitch: 'board',
    speedMbps: 10_000,
    mtu: 1500,
    mac: '94:6d:ae:10:4c:02',
    ipv4: '10.20.4.11/22',
    firmware: '0x80000d5c',
  },
  {
    netdev: 'eno4',
    kind: 'ethernet',
    rdmaDevice: null,
    driver: 'ixgbe',
    pciAddress: '0000:0b:00.1',
    pciDeviceId: '8086:1563',
    numaNode: 0,
    pcieSwitch: 'board',
    speedMbps: 10_000,
    mtu: 1500,
    mac: '94:6d:ae:10:4c:03',
    firmware: '0x80000d5c',
    isUnplugged: true,
  },
  ...[0, 1].map(
    (port): NicSpec => ({
      netdev: `enp107s0f${port}`,
      kind: 'ethernet',
      rdmaDevice: null,
      driver: 'ice',
      pciAddress: `0000:6b:00.${port}`,
      pciDeviceId: '8086:1592',
      numaNode: 0,
      pcieSwitch: 'storage',
      speedMbps: 100_000,
      mtu: 9000,
      mac: `b4:96:91:d4:7c:0${port}`,
      firmware: '4.40 0x8001c967 1.3534.0',
    }),
  ),
  ...NIC_BUSES.map(
    (bus, index): NicSpec => ({
      netdev: `ibp${Number.parseInt(bus, 16)}s0`,
      kind: 'infiniband',
      rdmaDevice: `mlx5_${index}`,
      driver: 'mlx5_core',
      pciAddress: `0000:${bus}:00.0`,
      pciDeviceId: '15b3:1021',
      numaNode: index < 4 ? 0 : 1,
      pcieSwitch: `switch${index}`,
      speedMbps: 400_000,
      mtu: 4092,
      mac: `00:00:10:29:fe:80:00:00:00:00:00:00:94:6d:ae:03:00:5a:${bus}:10`,
      firmware: '28.39.3560',
      lid: 112 + index,
    }),
  ),
];

const VLLM_ARGS = [
  '-m',
  'vllm.entrypoints.openai.api_server',
  '--model',
  '/raid/models/Llama-3.1-70B-Instruct',
  '--tensor-parallel-size',
  '4',
  '--gpu-memory-utilization',
  '0.90',
  '--max-model-len',
  '32768',
];

/** One vLLM worker on each of GPUs 0-3, a training job on 4-6, GPU 7 idle. */
const workloads: WorkloadSpec[] = [
  ...[0, 1, 2, 3].map(
    (index): WorkloadSpec => ({
      user: 'llm',
      executable: '/opt/vllm/bin/python3',
      args: index === 0 ? VLLM_ARGS : [...VLLM_ARGS, '--worker-rank', String(index)],
      environment: {
        CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
        CUDA_VISIBLE_DEVICES: '0,1,2,3',
        VLLM_WORKER_MULTIPROC_METHOD: 'spawn',
      },
      workingDirectory: '/opt/vllm',
      cgroup: '/system.slice/vllm.service',
      startedSecondsAgo: 3 * 86_400 + 4012 + index,
      residentMib: 14_200,
      gpus: [{ index, memoryMib: 73_402 }],
      utilizationPercent: 68,
      wavePeriodSec: 90,
    }),
  ),
  ...[4, 5, 6].map(
    (index): WorkloadSpec => ({
      user: 'alice',
      executable: '/home/alice/miniconda3/envs/train/bin/python',
      args: ['train.py', '--config', 'configs/7b-sft.yaml', '--local-rank', String(index - 4)],
      environment: { CUDA_VISIBLE_DEVICES: '4,5,6', NCCL_DEBUG: 'WARN', OMP_NUM_THREADS: '12' },
      workingDirectory: '/home/alice/sft',
      cgroup: '/user.slice/user-1001.slice/session-214.scope',
      startedSecondsAgo: 7 * 3600 + 611,
      residentMib: 22_300,
      gpus: [{ index, memoryMib: 61_284 }],
      utilizationPercent: 97,
      wavePeriodSec: 0,
    }),
  ),
];

const TERABYTE = 1e12;

export const dgxH100: NodeProfile = {
  id: 'dgx-h100',
  hostname: 'dgx',
  vendor: 'NVIDIA',
  product: 'DGXH100',
  biosVersion: '1.01.03',
  osId: 'ubuntu',
  osName: 'Ubuntu',
  osVersionId: '22.04',
  osVersion: '22.04.5 LTS (Jammy Jellyfish)',
  osCodename: 'jammy',
  kernelRelease: '5.15.0-1053-nvidia',
  kernelBuild: '#54-Ubuntu SMP Thu Jun 6 18:55:54 UTC 2024',
  virtualization: 'none',
  locale: 'en_US.UTF-8',
  uptimeSeconds: 41 * 86_400 + 13_512,
  inletC: 24,
  cpu: xeon8480,
  memoryTotalMib: 2_064_125,
  memoryUsedMib: 214_300,
  driverVersion: '550.127.08',
  cudaVersion: '12.4',
  hasOpenKernelModule: true,
  hasNvswitch: true,
  cudaToolkits: ['12.4'],
  gpus,
  nics,
  bonds: [
    {
      name: 'bond0',
      members: ['enp107s0f0', 'enp107s0f1'],
      mtu: 9000,
      ipv4: '10.40.0.11/24',
      partnerMac: '0c:29:ef:d0:11:22',
    },
  ],
  fabric: {
    ofedVersion: 'MLNX_OFED_LINUX-23.10-2.1.3.1',
    hasPeerMemory: true,
    hasGdrcopy: true,
    gdsVersion: '1.9.1.3',
    hasSharp: true,
  },
  disks: [
    ...[0, 1].map((index) => ({
      name: `nvme${index}n1`,
      model: 'SAMSUNG MZ1L21T9HCLS-00A07',
      serial: `S666NE0R80251${index}`,
      sizeBytes: 1.92 * TERABYTE,
      transport: 'nvme' as const,
      isRotational: false,
      pci: { address: `0000:0${index + 1}:00.0`, deviceId: '144d:a80a', numaNode: 0, generation: 4, width: 4 },
      partitions: [
        {
          name: `nvme${index}n1p1`,
          sizeBytes: 536_870_912,
          fileSystem: 'vfat',
          mountPoint: index === 0 ? '/boot/efi' : null,
          usedShare: 0.02,
        },
        {
          name: `nvme${index}n1p2`,
          sizeBytes: 1.9198 * TERABYTE,
          fileSystem: 'linux_raid_member',
          mountPoint: null,
          usedShare: 0,
        },
      ],
    })),
    ...CACHE_BUSES.map((bus, index) => ({
      name: `nvme${index + 2}n1`,
      model: 'SAMSUNG MZWLO3T8HCLS-01AGG',
      serial: `S7ZANG0W3001${84 + index}`,
      firmware: 'OPPA4B5Q',
      sizeBytes: 3_840_755_982_336,
      transport: 'nvme' as const,
      isRotational: false,
      pci: { address: `0000:${bus}:00.0`, deviceId: '144d:a826', numaNode: index < 4 ? 0 : 1, generation: 5, width: 4 },
      partitions: [],
    })),
  ],
  arrays: [
    {
      name: 'md0',
      level: 'raid1',
      members: ['nvme0n1p2', 'nvme1n1p2'],
      fileSystem: 'ext4',
      mountPoint: '/',
      usedShare: 0.31,
    },
    {
      name: 'md1',
      level: 'raid0',
      members: CACHE_BUSES.map((_, index) => `nvme${index + 2}n1`),
      fileSystem: 'xfs',
      mountPoint: '/raid',
      usedShare: 0.58,
    },
  ],
  dimms: dimms(
    {
      sizeMib: 65536,
      type: 'DDR5',
      speedMtps: 4800,
      configuredMtps: 4400,
      manufacturer: 'Samsung',
      partNumber: 'M321R8GA0BB0-CQKVG',
    },
    [0, 1].flatMap((cpu) =>
      [...'ABCDEFGH'].flatMap((channel) => [0, 1].map((slot) => `CPU${cpu}_DIMM_${channel}${slot}`)),
    ),
  ),
  networkMounts: [
    {
      source: 'nas01.lab.example:/export/home',
      fileSystem: 'nfs4',
      mountPoint: '/home',
      sizeBytes: 64 * TERABYTE,
      usedShare: 0.44,
    },
  ],
  docker: { version: '27.3.1', hasNvidiaRuntime: true, toolkitVersion: '1.16.2', containersRunning: 1 },
  software: dgxSoftware,
  services: [{ kind: 'vllm', port: 8000, model: '/raid/models/Llama-3.1-70B-Instruct' }],
  users: [
    { name: 'alice', uid: 1001, isLoggedIn: true },
    { name: 'bob', uid: 1002, isLoggedIn: false },
    { name: 'llm', uid: 990, isLoggedIn: false },
  ],
  workloads,
};
