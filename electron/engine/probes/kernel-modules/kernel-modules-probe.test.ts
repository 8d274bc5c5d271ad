import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { kernelModulesProbe } from './kernel-modules-probe';

const modules = `nvidia_uvm 1961984 4 - Live 0x0000000000000000 (POE)
nvidia 56717312 132 nvidia_uvm,nvidia_modeset, Live 0xffffffffc1a22000 (POE)
ib_core 520192 3 rdma_cm,ib_uverbs,mlx5_ib, Live 0x0000000000000000
`;

describe('kernel-modules probe', () => {
  it('reads size, users and taints of each module', () => {
    expect(factsOf(kernelModulesProbe, { modules, taint: '12289\n' })).toEqual({
      modules: [
        { name: 'nvidia_uvm', sizeBytes: 1_961_984, usedBy: [], taints: 'POE' },
        { name: 'nvidia', sizeBytes: 56_717_312, usedBy: ['nvidia_uvm', 'nvidia_modeset'], taints: 'POE' },
        { name: 'ib_core', sizeBytes: 520_192, usedBy: ['rdma_cm', 'ib_uverbs', 'mlx5_ib'], taints: null },
      ],
      kernelTaint: 12_289,
    });
  });

  it('knows a kernel that has everything built in', () => {
    const absent = printed('', 1, 'cat: /proc/modules: No such file or directory\n');
    expect(factsOf(kernelModulesProbe, { modules: absent }).modules).toEqual([]);
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(kernelModulesProbe, { modules, taint: '12289\n' });
  });

  it.skipIf(!hasRecordings)('host/proc-modules__linux: 92 modules, from the first to the last', () => {
    const { modules: read } = factsOf(kernelModulesProbe, { modules: recording('host/proc-modules__linux.txt') });
    expect([read.length, read[0], read[3], read.at(-3), read.at(-1)]).toEqual([
      92,
      { name: 'binfmt_misc', sizeBytes: 24_576, usedBy: [], taints: null },
      {
        name: 'vmw_vsock_vmci_transport',
        sizeBytes: 32_768,
        usedBy: [],
        taints: null,
      },
      { name: 'drm', sizeBytes: 565_248, usedBy: ['vmwgfx', 'ttm', 'drm_kms_helper'], taints: null },
      { name: 'pata_acpi', sizeBytes: 16_384, usedBy: [], taints: null },
    ]);
  });

  it.skipIf(!hasRecordings)('host/lsmod__ubuntu-18.04: 101 modules, as lsmod prints them', () => {
    const { modules: read } = factsOf(kernelModulesProbe, { modules: recording('host/lsmod__ubuntu-18.04.txt') });
    expect([read.length, read[0], read[9], read.at(-5), read.at(-1)]).toEqual([
      101,
      { name: 'xt_tcpudp', sizeBytes: 16_384, usedBy: [], taints: null },
      { name: 'jfs', sizeBytes: 188_416, usedBy: [], taints: null },
      { name: 'libahci', sizeBytes: 32_768, usedBy: ['ahci'], taints: null },
      { name: 'floppy', sizeBytes: 77_824, usedBy: [], taints: null },
    ]);
  });
});
