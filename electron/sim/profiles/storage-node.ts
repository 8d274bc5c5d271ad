import { epyc7313 } from './cpus';
import { dimms } from './dimms';
import type { DiskSpec, NodeProfile } from './profile';
import { storageSoftware } from './software';

const TERABYTE = 1e12;
const OSD_BYTES = 18_000_207_937_536;
const OSDS = 24;

/** `sdc` … `sdz`: one OSD each. */
const osdDisks: DiskSpec[] = Array.from({ length: OSDS }, (_, index) => ({
  name: `sd${String.fromCharCode('c'.charCodeAt(0) + index)}`,
  model: 'ST18000NM000J-2TV103',
  serial: `ZR5${(0x2c41a + index * 977).toString(36).toUpperCase().padStart(5, '0')}`,
  firmware: 'SN04',
  sizeBytes: OSD_BYTES,
  transport: 'sata',
  isRotational: true,
  cephOsds: [index],
  partitions: [],
}));

const databaseDisks: DiskSpec[] = [0, 1].map((index) => ({
  name: `nvme${index}n1`,
  model: 'KIOXIA KCM6XVUL1T60',
  serial: `71S0A01${index}TYR8`,
  firmware: '0106',
  sizeBytes: 1_600_321_314_816,
  transport: 'nvme',
  isRotational: false,
  pci: {
    address: `0000:${index === 0 ? '41' : '45'}:00.0`,
    deviceId: '1e0f:0007',
    numaNode: 0,
    generation: 4,
    width: 4,
  },
  cephOsds: osdDisks.flatMap((_, osd) => (osd % 2 === index ? [osd] : [])),
  partitions: [],
}));

const systemDisks: DiskSpec[] = ['sda', 'sdb'].map((name, index) => ({
  name,
  model: 'MTFDDAK480TDS-1AW1ZABYY',
  serial: `2233389B6D${index === 0 ? '41' : '58'}`,
  firmware: 'D3MU001',
  sizeBytes: 480_103_981_056,
  transport: 'sata',
  isRotational: false,
  partitions: [
    {
      name: `${name}1`,
      sizeBytes: 536_870_912,
      fileSystem: 'vfat',
      mountPoint: index === 0 ? '/boot/efi' : null,
      usedShare: 0.02,
    },
    { name: `${name}2`, sizeBytes: 479_565_000_000, fileSystem: 'linux_raid_member', mountPoint: null, usedShare: 0 },
  ],
}));

/** Thirty-one cartridges, two of them in the drives. */
const volumes = Object.fromEntries(
  Array.from({ length: 31 }, (_, index) => [index + 1, `GNT${String(index + 1).padStart(3, '0')}L9`]),
);

/** One of three nodes of a Ceph cluster: OSDs, a monitor, NFS for the lab, and the tape library on its SAS adapter. */
export const storageNode: NodeProfile = {
  id: 'storage-node',
  hostname: 'stor',
  vendor: 'Supermicro',
  product: 'SSG-540P-E1CTR36L',
  biosVersion: '1.4b',
  osId: 'debian',
  osName: 'Debian GNU/Linux',
  osVersionId: '12',
  osVersion: '12 (bookworm)',
  osCodename: 'bookworm',
  kernelRelease: '6.1.0-31-amd64',
  kernelBuild: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)',
  virtualization: 'none',
  locale: 'C.UTF-8',
  uptimeSeconds: 96 * 86_400 + 41_230,
  inletC: 23,
  cpu: epyc7313,
  memoryTotalMib: 257_586,
  memoryUsedMib: 118_400,
  driverVersion: null,
  cudaVersion: null,
  hasOpenKernelModule: false,
  hasNvswitch: false,
  cudaToolkits: [],
  gpus: [],
  nics: [0, 1].map((port) => ({
    netdev: `enp161s0f${port}np${port}`,
    kind: 'ethernet',
    rdmaDevice: `mlx5_${port}`,
    driver: 'mlx5_core',
    pciAddress: `0000:a1:00.${port}`,
    pciDeviceId: '15b3:101d',
    numaNode: 0,
    pcieSwitch: 'board',
    speedMbps: 100_000,
    mtu: 9000,
    mac: `b8:3f:d2:7a:11:0${port + 4}`,
    ...(port === 0 ? { ipv4: '10.20.5.31/22' } : {}),
    firmware: '22.39.3560',
  })),
  disks: [...systemDisks, ...databaseDisks, ...osdDisks],
  arrays: [
    { name: 'md0', level: 'raid1', members: ['sda2', 'sdb2'], fileSystem: 'ext4', mountPoint: '/', usedShare: 0.17 },
  ],
  ceph: {
    fsid: '3f1d6c52-7a0e-4f3b-9d51-6c2b8e0f4a77',
    hosts: 3,
    osdsPerHost: OSDS,
    osdBytes: OSD_BYTES,
    usedShare: 0.41,
    pools: [
      { name: '.mgr', placementGroups: 1, storedBytes: 412_000_000, overhead: 3, objects: 106 },
      { name: 'cephfs.lab.meta', placementGroups: 64, storedBytes: 0.0214 * TERABYTE, overhead: 3, objects: 1_842_117 },
      {
        name: 'cephfs.lab.data',
        placementGroups: 2048,
        storedBytes: 318.4 * TERABYTE,
        overhead: 1.5,
        objects: 81_220_412,
      },
      { name: 'models', placementGroups: 512, storedBytes: 17.9 * TERABYTE, overhead: 3, objects: 4_267_008 },
    ],
  },
  tape: {
    vendor: 'QUANTUM',
    product: 'Scalar i3-i6',
    revision: '271G',
    serial: 'DE71809020',
    slots: 50,
    importExportSlots: 5,
    volumes,
    drives: [
      { product: 'ULTRIUM-HH9', revision: 'Q3F3', serial: '10WT0A1183', loadedFrom: 3 },
      { product: 'ULTRIUM-HH9', revision: 'Q3F3', serial: '10WT0A1197', loadedFrom: null },
    ],
  },
  nfsExports: [
    { path: '/srv/datasets', client: '10.20.0.0/16' },
    { path: '/srv/staging', client: '10.20.4.0/22' },
  ],
  dimms: dimms(
    {
      sizeMib: 32768,
      type: 'DDR4',
      speedMtps: 3200,
      configuredMtps: 3200,
      manufacturer: 'Samsung',
      partNumber: 'M393A4K40EB3-CWE',
    },
    ['A1', 'B1', 'C1', 'D1', 'E1', 'F1', 'G1', 'H1'].map((slot) => `P1-DIMM${slot}`),
  ),
  networkMounts: [],
  docker: null,
  software: storageSoftware,
  users: [{ name: 'ceph', uid: 167, isLoggedIn: false }],
  workloads: [],
};
