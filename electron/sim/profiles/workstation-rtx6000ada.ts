import { epyc9374 } from './cpus';
import { dimms } from './dimms';
import { rtx6000Ada } from './gpu-cards';
import type { NicSpec, NodeProfile } from './profile';
import { workstationSoftware } from './software';

const TERABYTE = 1e12;

const roceNics: NicSpec[] = ['21', '81'].flatMap((bus, card) =>
  [0, 1].map((port): NicSpec => {
    const index = card * 2 + port;
    return {
      netdev: `enp${Number.parseInt(bus, 16)}s0f${port}np${port}`,
      kind: 'ethernet',
      rdmaDevice: `mlx5_${index}`,
      driver: 'mlx5_core',
      pciAddress: `0000:${bus}:00.${port}`,
      pciDeviceId: '15b3:101f',
      numaNode: card,
      pcieSwitch: `nic${card}`,
      speedMbps: 25_000,
      mtu: 9000,
      mac: `b8:3f:d2:7a:0${card}:1${port}`,
      ipv4: port === 0 ? `10.30.${card}.21/24` : undefined,
      firmware: '26.38.1002',
      // The second port of each card has no cable.
      ...(port === 1 ? { isUnplugged: true } : {}),
      roce: { lossless: port === 0 ? [3] : [], isDscpTrusted: port === 0, trafficClass: 0 },
    };
  }),
);

/** Four PCIe cards, two per socket, no NVLink: the machine where placement across sockets matters. */
export const workstationRtx6000Ada: NodeProfile = {
  id: 'workstation-rtx6000ada',
  hostname: 'forge',
  vendor: 'ASUSTeK COMPUTER INC.',
  product: 'ESC8000A-E12',
  biosVersion: '0301',
  osId: 'ubuntu',
  osName: 'Ubuntu',
  osVersionId: '24.04',
  osVersion: '24.04.2 LTS (Noble Numbat)',
  osCodename: 'noble',
  kernelRelease: '6.8.0-57-generic',
  kernelBuild: '#59-Ubuntu SMP PREEMPT_DYNAMIC Sat Mar 15 17:40:59 UTC 2025',
  virtualization: 'none',
  locale: 'zh_CN.UTF-8',
  uptimeSeconds: 6 * 86_400 + 7211,
  inletC: 26,
  cpu: epyc9374,
  memoryTotalMib: 386_607,
  memoryUsedMib: 61_200,
  driverVersion: '570.133.20',
  cudaVersion: '12.8',
  hasOpenKernelModule: true,
  hasNvswitch: false,
  cudaToolkits: ['12.6', '12.8'],
  gpus: ['01', '41', 'A1', 'C1'].map((bus, index) => ({
    card: rtx6000Ada,
    busId: `00000000:${bus}:00.0`,
    numaNode: index < 2 ? 0 : 1,
    pcieSwitch: `slot${index}`,
    isPersistent: index !== 3,
  })),
  nics: [
    {
      netdev: 'eno1np0',
      kind: 'ethernet',
      rdmaDevice: null,
      driver: 'bnxt_en',
      pciAddress: '0000:c6:00.0',
      pciDeviceId: '14e4:16d8',
      numaNode: 1,
      pcieSwitch: 'board',
      speedMbps: 10_000,
      mtu: 1500,
      mac: '08:bf:b8:41:22:90',
      ipv4: '10.20.4.21/22',
      firmware: '226.0.145.0',
    },
    ...roceNics,
  ],
  disks: [
    {
      name: 'nvme0n1',
      model: 'Samsung SSD 990 PRO 2TB',
      serial: 'S7L9NJ0X312844',
      sizeBytes: 2.0003 * TERABYTE,
      transport: 'nvme',
      isRotational: false,
      pci: { address: '0000:c5:00.0', deviceId: '144d:a80c', numaNode: 1, generation: 4, width: 4 },
      partitions: [
        { name: 'nvme0n1p1', sizeBytes: 1_127_219_200, fileSystem: 'vfat', mountPoint: '/boot/efi', usedShare: 0.01 },
        { name: 'nvme0n1p2', sizeBytes: 1.999 * TERABYTE, fileSystem: 'ext4', mountPoint: '/', usedShare: 0.63 },
      ],
    },
    {
      name: 'sda',
      model: 'ST16000NM001G-2KK103',
      serial: 'ZL2C0H7Q',
      sizeBytes: 16.0009 * TERABYTE,
      transport: 'sata',
      isRotational: true,
      partitions: [
        { name: 'sda1', sizeBytes: 16.0009 * TERABYTE, fileSystem: 'xfs', mountPoint: '/data', usedShare: 0.71 },
      ],
    },
  ],
  dimms: dimms(
    {
      sizeMib: 16384,
      type: 'DDR5',
      speedMtps: 4800,
      configuredMtps: 4800,
      manufacturer: 'Micron Technology',
      partNumber: 'MTC10F1084S1RC48BA1',
    },
    [...'ABCDEFGHIJKLMNOPQRSTUVWX'].map((channel) => `DIMM_${channel}1`),
  ),
  networkMounts: [],
  docker: { version: '28.0.4', hasNvidiaRuntime: true, toolkitVersion: '1.17.5', containersRunning: 0 },
  software: workstationSoftware,
  users: [
    { name: 'mei', uid: 1001, isLoggedIn: true },
    { name: 'jonas', uid: 1002, isLoggedIn: true },
  ],
  workloads: [
    ...[0, 2].map((index, rank) => ({
      user: 'mei',
      executable: '/home/mei/.venvs/torch/bin/python',
      args: ['finetune.py', '--tensor-parallel', '2', '--rank', String(rank)],
      environment: { CUDA_VISIBLE_DEVICES: '0,2' },
      workingDirectory: '/home/mei/lora 实验',
      cgroup: '/user.slice/user-1001.slice/session-7.scope',
      startedSecondsAgo: 5211,
      residentMib: 9100,
      gpus: [{ index, memoryMib: 38_912 }],
      utilizationPercent: 91,
      wavePeriodSec: 40,
    })),
    {
      user: 'jonas',
      executable: '/usr/bin/python3',
      args: ['-m', 'ipykernel_launcher', '-f', '/home/jonas/.local/share/jupyter/runtime/kernel-5f.json'],
      workingDirectory: '/home/jonas',
      cgroup: '/user.slice/user-1002.slice/user@1002.service/app.slice/jupyter.service',
      startedSecondsAgo: 52_310,
      residentMib: 3300,
      gpus: [{ index: 1, memoryMib: 11_346 }],
      utilizationPercent: 0,
      wavePeriodSec: 0,
    },
  ],
};
