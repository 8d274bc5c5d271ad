import { epyc9374 } from './cpus';
import { dimms } from './dimms';
import { mi300x } from './gpu-cards';
import type { GpuSlot, NicSpec, NodeProfile, WorkloadSpec } from './profile';
import { amdSoftware } from './software';

const GPU_BUSES = ['05', '26', '46', '68', '85', 'A6', 'C6', 'E5'];
const NIC_BUSES = ['06', '27', '47', '69', '86', 'a7', 'c7', 'e6'];
const TERABYTE = 1e12;

/** Eight modules that reach each other over Infinity Fabric, each beside a network card of its own. */
const gpus: GpuSlot[] = GPU_BUSES.map((bus, index) => ({
  card: mi300x,
  busId: `00000000:${bus}:00.0`,
  numaNode: index < 4 ? 0 : 1,
  pcieSwitch: `switch${index}`,
  isPersistent: true,
}));

const nics: NicSpec[] = [
  {
    netdev: 'eno1np0',
    kind: 'ethernet',
    rdmaDevice: null,
    driver: 'bnxt_en',
    pciAddress: '0000:01:00.0',
    pciDeviceId: '14e4:16d8',
    numaNode: 0,
    pcieSwitch: 'board',
    speedMbps: 10_000,
    mtu: 1500,
    mac: '7c:c2:55:9a:30:04',
    ipv4: '10.20.4.61/22',
    firmware: '226.0.145.0',
  },
  ...NIC_BUSES.map(
    (bus, index): NicSpec => ({
      netdev: `enp${Number.parseInt(bus, 16)}s0np0`,
      kind: 'ethernet',
      rdmaDevice: `mlx5_${index}`,
      driver: 'mlx5_core',
      pciAddress: `0000:${bus}:00.0`,
      pciDeviceId: '15b3:1021',
      numaNode: index < 4 ? 0 : 1,
      pcieSwitch: `switch${index}`,
      speedMbps: 400_000,
      mtu: 9000,
      mac: `94:6d:ae:7c:${bus}:10`,
      ipv4: `10.40.${index}.61/24`,
      firmware: '28.39.3560',
    }),
  ),
];

/** One model on all eight GPUs. */
const workloads: WorkloadSpec[] = GPU_BUSES.map((_bus, index) => ({
  user: 'serving',
  executable: '/opt/venv/bin/python3',
  args: [
    '-m',
    'sglang.launch_server',
    '--model-path',
    '/models/DeepSeek-V3-0324',
    '--tp',
    '8',
    ...(index === 0 ? [] : ['--rank', String(index)]),
  ],
  environment: { HIP_VISIBLE_DEVICES: '0,1,2,3,4,5,6,7', NCCL_MIN_NCHANNELS: '112' },
  workingDirectory: '/models',
  cgroup: '/system.slice/sglang.service',
  startedSecondsAgo: 5 * 86_400 + 811 + index,
  residentMib: 21_800,
  gpus: [{ index, memoryMib: 171_204 }],
  utilizationPercent: 74,
  wavePeriodSec: 75,
}));

export const amdMi300x: NodeProfile = {
  id: 'amd-mi300x',
  hostname: 'aqua',
  vendor: 'Supermicro',
  product: 'AS -8125GS-TNMR2',
  biosVersion: '3.2',
  osId: 'ubuntu',
  osName: 'Ubuntu',
  osVersionId: '22.04',
  osVersion: '22.04.5 LTS (Jammy Jellyfish)',
  osCodename: 'jammy',
  kernelRelease: '6.8.0-52-generic',
  kernelBuild: '#53~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Wed Jan 15 19:18:46 UTC 2025',
  virtualization: 'none',
  locale: 'en_US.UTF-8',
  uptimeSeconds: 23 * 86_400 + 3_640,
  inletC: 25,
  cpu: epyc9374,
  memoryTotalMib: 2_321_848,
  memoryUsedMib: 311_700,
  driverVersion: null,
  cudaVersion: null,
  amdDriver: { version: '6.10.5', rocmVersion: '6.3.1' },
  hasOpenKernelModule: false,
  hasNvswitch: false,
  cudaToolkits: [],
  gpus,
  nics,
  disks: [
    {
      name: 'nvme0n1',
      model: 'SAMSUNG MZ1L21T9HCLS-00A07',
      serial: 'S666NN0W507712',
      sizeBytes: 1.92 * TERABYTE,
      transport: 'nvme',
      isRotational: false,
      pci: { address: '0000:d1:00.0', deviceId: '144d:a80a', numaNode: 1, generation: 4, width: 4 },
      partitions: [
        { name: 'nvme0n1p1', sizeBytes: 1_127_219_200, fileSystem: 'vfat', mountPoint: '/boot/efi', usedShare: 0.01 },
        { name: 'nvme0n1p2', sizeBytes: 1.919 * TERABYTE, fileSystem: 'ext4', mountPoint: '/', usedShare: 0.22 },
      ],
    },
    {
      name: 'nvme1n1',
      model: 'SAMSUNG MZWLO7T6HBLA-00A07',
      serial: 'S7ZBNG0X118203',
      sizeBytes: 7.68 * TERABYTE,
      transport: 'nvme',
      isRotational: false,
      pci: { address: '0000:d2:00.0', deviceId: '144d:a80a', numaNode: 1, generation: 4, width: 4 },
      partitions: [
        { name: 'nvme1n1p1', sizeBytes: 7.68 * TERABYTE, fileSystem: 'xfs', mountPoint: '/models', usedShare: 0.47 },
      ],
    },
  ],
  dimms: dimms(
    {
      sizeMib: 98_304,
      type: 'DDR5',
      speedMtps: 4800,
      configuredMtps: 4800,
      manufacturer: 'Samsung',
      partNumber: 'M321RYGA0BB0-CQKZJ',
    },
    ['P1', 'P2'].flatMap((socket) => [...'ABCDEFGHIJKL'].map((channel) => `${socket}-DIMM${channel}1`)),
  ),
  networkMounts: [],
  docker: { version: '27.5.1', hasNvidiaRuntime: false, toolkitVersion: null, containersRunning: 0 },
  software: amdSoftware,
  users: [
    { name: 'nadia', uid: 1001, isLoggedIn: true },
    { name: 'serving', uid: 989, isLoggedIn: false },
  ],
  workloads,
};
