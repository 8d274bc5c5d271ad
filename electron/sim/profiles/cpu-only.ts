import { xeonSilver4410 } from './cpus';
import { dimms } from './dimms';
import type { NodeProfile } from './profile';

const TERABYTE = 1e12;

/** A login or storage node: no GPU, no driver, no container runtime. */
export const cpuOnly: NodeProfile = {
  id: 'cpu-only',
  hostname: 'login',
  vendor: 'QEMU',
  product: 'Standard PC (Q35 + ICH9, 2009)',
  biosVersion: '1.16.2',
  osId: 'debian',
  osName: 'Debian GNU/Linux',
  osVersionId: '12',
  osVersion: '12 (bookworm)',
  osCodename: 'bookworm',
  kernelRelease: '6.1.0-31-amd64',
  kernelBuild: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)',
  virtualization: 'kvm',
  locale: 'C.UTF-8',
  uptimeSeconds: 200 * 86_400,
  inletC: 22,
  cpu: xeonSilver4410,
  memoryTotalMib: 64_291,
  memoryUsedMib: 9_800,
  driverVersion: null,
  cudaVersion: null,
  hasOpenKernelModule: false,
  hasNvswitch: false,
  cudaToolkits: [],
  gpus: [],
  nics: [
    {
      netdev: 'ens18',
      kind: 'ethernet',
      rdmaDevice: null,
      driver: 'virtio_net',
      pciAddress: '0000:06:12.0',
      pciDeviceId: '1af4:1000',
      numaNode: 0,
      pcieSwitch: 'board',
      speedMbps: 10_000,
      mtu: 1500,
      mac: 'bc:24:11:5e:90:03',
      ipv4: '10.20.4.5/22',
      firmware: '',
    },
  ],
  disks: [
    {
      name: 'sda',
      model: 'QEMU HARDDISK',
      serial: 'drive-scsi0',
      sizeBytes: 0.274877906944 * TERABYTE,
      transport: 'sata',
      isRotational: false,
      partitions: [
        { name: 'sda1', sizeBytes: 0.2737 * TERABYTE, fileSystem: 'ext4', mountPoint: '/', usedShare: 0.38 },
      ],
    },
  ],
  dimms: dimms(
    { sizeMib: 16384, type: 'RAM', speedMtps: 0, configuredMtps: 0, manufacturer: 'QEMU', partNumber: '' },
    [0, 1, 2, 3].map((slot) => `DIMM ${slot}`),
  ),
  networkMounts: [],
  docker: null,
  users: [{ name: 'alice', uid: 1001, isLoggedIn: true }],
  workloads: [],
};
