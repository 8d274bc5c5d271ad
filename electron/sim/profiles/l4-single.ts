import { xeonSilver4410 } from './cpus';
import { dimms } from './dimms';
import { l4 } from './gpu-cards';
import type { NodeProfile } from './profile';
import { l4Software } from './software';

const TERABYTE = 1e12;

/** A small edge server on the newest driver branch. */
export const l4Single: NodeProfile = {
  id: 'l4-single',
  hostname: 'edge',
  vendor: 'Supermicro',
  product: 'SYS-511E-WR',
  biosVersion: '2.3',
  osId: 'debian',
  osName: 'Debian GNU/Linux',
  osVersionId: '12',
  osVersion: '12 (bookworm)',
  osCodename: 'bookworm',
  kernelRelease: '6.1.0-31-amd64',
  kernelBuild: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)',
  virtualization: 'none',
  locale: 'en_US.UTF-8',
  uptimeSeconds: 12 * 86_400 + 911,
  inletC: 28,
  cpu: xeonSilver4410,
  memoryTotalMib: 128_403,
  memoryUsedMib: 17_010,
  driverVersion: '590.48.01',
  cudaVersion: '13.1',
  hasOpenKernelModule: true,
  hasNvswitch: false,
  cudaToolkits: [],
  gpus: [{ card: l4, busId: '00000000:31:00.0', numaNode: 0, pcieSwitch: 'slot0', isPersistent: false }],
  nics: [
    {
      netdev: 'ens1f0',
      kind: 'ethernet',
      rdmaDevice: null,
      driver: 'i40e',
      pciAddress: '0000:17:00.0',
      pciDeviceId: '8086:1572',
      numaNode: 0,
      pcieSwitch: 'board',
      speedMbps: 10_000,
      mtu: 1500,
      mac: '3c:ec:ef:9a:44:10',
      ipv4: '10.20.4.41/22',
      firmware: '9.20 0x8000d8c5 0.0.0',
    },
  ],
  disks: [
    {
      name: 'nvme0n1',
      model: 'Micron_7450_MTFDKBA960TFR',
      serial: '23064D0C9A41',
      sizeBytes: 0.960197 * TERABYTE,
      transport: 'nvme',
      isRotational: false,
      pci: { address: '0000:4b:00.0', deviceId: '1344:51c3', numaNode: 0, generation: 4, width: 4 },
      partitions: [
        { name: 'nvme0n1p1', sizeBytes: 536_870_912, fileSystem: 'vfat', mountPoint: '/boot/efi', usedShare: 0.02 },
        { name: 'nvme0n1p2', sizeBytes: 0.9596 * TERABYTE, fileSystem: 'ext4', mountPoint: '/', usedShare: 0.52 },
      ],
    },
  ],
  dimms: dimms(
    {
      sizeMib: 16384,
      type: 'DDR5',
      speedMtps: 4800,
      configuredMtps: 4000,
      manufacturer: 'Samsung',
      partNumber: 'M321R2GA3BB6-CQKET',
    },
    [...'ABCDEFGH'].map((channel) => `DIMM${channel}1`),
  ),
  networkMounts: [],
  docker: { version: '27.5.1', hasNvidiaRuntime: false, toolkitVersion: null, containersRunning: 2 },
  software: l4Software,
  lacks: ['wget'],
  services: [{ kind: 'dcgm-exporter', port: 9400 }],
  users: [{ name: 'llm', uid: 990, isLoggedIn: false }],
  workloads: [
    {
      user: 'llm',
      executable: '/usr/local/bin/llama-server',
      args: ['-m', '/srv/models/qwen2.5-7b-instruct-q4_k_m.gguf', '-ngl', '99', '-c', '8192'],
      cgroup: '/system.slice/llama.service',
      startedSecondsAgo: 4 * 86_400 + 100,
      residentMib: 2100,
      gpus: [{ index: 0, memoryMib: 6_918 }],
      utilizationPercent: 35,
      wavePeriodSec: 30,
    },
  ],
};
