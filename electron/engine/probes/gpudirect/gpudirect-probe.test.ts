import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { gpudirectProbe } from './gpudirect-probe';

const basis = `/proc/sys/kernel/osrelease:5.15.0-1053-nvidia
/sys/module/nvidia/version:550.127.08
/proc/driver/nvidia/version:NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.127.08  Release Build
nvidia_peermem 20480 0 - Live 0x0000000000000000
nvidia 9756672 412 nvidia_uvm,nvidia_peermem, Live 0x0000000000000000 (OE)
ib_core 430080 9 nvidia_peermem,mlx5_ib, Live 0x0000000000000000 (OE)
peers:
peer:nv_mem
gdrdrv:yes
ofed:MLNX_OFED_LINUX-23.10-0.5.5.0:
gpudirect:end
`;
const gdscheck = ` GDS release version: 1.9.1.3
 nvidia_fs version:  2.19 libcufile version: 2.12
 =====================
 DRIVER CONFIGURATION:
 =====================
 NVMe               : Supported
 --Mellanox PeerDirect : Disabled
 GPU index 0 NVIDIA H100 80GB HBM3 bar:1 bar size (MiB):131072 supports GDS, IOMMU State: Pass-through or Enabled
`;

describe('gpudirect probe', () => {
  it('reads what GPUDirect stands on', () => {
    expect(factsOf(gpudirectProbe, { gpudirect: basis, gdscheck })).toEqual({
      kernelRelease: '5.15.0-1053-nvidia',
      driverVersion: '550.127.08',
      isOpenKernelModule: true,
      loadedModules: ['nvidia_peermem', 'nvidia', 'ib_core'],
      memoryPeers: ['nv_mem'],
      ofedVersion: 'MLNX_OFED_LINUX-23.10-0.5.5.0',
      hasGdrcopyDevice: true,
      storage: {
        releaseVersion: '1.9.1.3',
        fsModuleVersion: '2.19',
        libraryVersion: '2.12',
        drivers: [{ name: 'NVMe', isSupported: true }],
        isPeerDirectEnabled: false,
        gpus: [{ index: 0, name: 'NVIDIA H100 80GB HBM3', supportsGds: true, iommu: 'Pass-through or Enabled' }],
      },
    });
  });

  it('is fine on a node without any of it', () => {
    const text = '/proc/sys/kernel/osrelease:6.1.0-18-amd64\ngpudirect:end\n';
    expect(factsOf(gpudirectProbe, { gpudirect: text, gdscheck: printed('', 127) })).toMatchObject({
      kernelRelease: '6.1.0-18-amd64',
      driverVersion: null,
      isOpenKernelModule: null,
      loadedModules: [],
      memoryPeers: null,
      storage: null,
    });
    expect(gpudirectProbe.parse({ gpudirect: printed(basis.slice(0, 90)) })).toMatchObject({ state: 'unparsable' });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpudirectProbe, { gpudirect: basis, gdscheck });
  });

  it.skipIf(!hasRecordings)('reads gdscheck of a workstation with four cards', () => {
    const { storage } = factsOf(gpudirectProbe, {
      gdscheck: recording('software/gdscheck-p__asus-esc8000a-rtx6000ada-x4.txt'),
    });
    const unsupported = ['NVMeOF', 'SCSI', 'ScaleFlux CSD', 'NVMesh', 'DDN EXAScaler', 'IBM Spectrum Scale', 'NFS'];
    expect(storage).toEqual({
      releaseVersion: '1.14.0.30',
      fsModuleVersion: '2.24',
      libraryVersion: '2.12',
      drivers: [
        { name: 'NVMe P2PDMA', isSupported: false },
        { name: 'NVMe', isSupported: true },
        ...[...unsupported, 'BeeGFS', 'ScaTeFS', 'WekaFS', 'Userspace RDMA'].map((name) => ({
          name,
          isSupported: false,
        })),
      ],
      isPeerDirectEnabled: true,
      gpus: [0, 1, 2, 3].map((index) => ({
        index,
        name: 'NVIDIA RTX 6000 Ada Generation',
        supportsGds: true,
        iommu: 'Disabled',
      })),
    });
  });
});
