import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { gpuDriverProbe, parseModuleVersion } from './gpu-driver-probe';

const open = `NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.90.07  Release Build  (dvs-builder@U16-A24-3-2)  Fri May 31 09:39:23 UTC 2024
GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
`;
const closed = `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024
GCC version:  gcc version 11.4.0
`;
const parameters = 'EnableGpuFirmware: 18\nRmProfilingAdminOnly: 1\nRegistryDwords: ""\n';
const good = {
  version: open + parameters,
  modules: 'nvidia_uvm 1789952 4 - Live 0x0\nnvidia 9 1 nvidia_uvm, Live 0x0 (POE)\next4 1 1 - Live 0x0\n',
  installed:
    'filename:       /lib/modules/5.15/updates/dkms/nvidia.ko\nversion:        550.127.08\nlicense:        Dual MIT/GPL\n',
  'driver-libraries':
    '/usr/lib/x86_64-linux-gnu/libcuda.so.550.127.08\n/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.550.127.08\n/usr/lib64/libcuda.so.570.26\n',
};

describe('gpu-driver probe', () => {
  it('tells the open kernel module from the closed one', () => {
    expect(factsOf(gpuDriverProbe, good)).toEqual({
      kernelModuleVersion: '550.90.07',
      isOpenKernelModule: true,
      installedModuleVersion: '550.127.08',
      userLibraries: [
        { path: '/usr/lib/x86_64-linux-gnu/libcuda.so.550.127.08', version: '550.127.08' },
        { path: '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.550.127.08', version: '550.127.08' },
        { path: '/usr/lib64/libcuda.so.570.26', version: '570.26' },
      ],
      gccVersion: 'gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)',
      loadedModules: ['nvidia_uvm', 'nvidia'],
      parameters: { EnableGpuFirmware: '18', RmProfilingAdminOnly: '1', RegistryDwords: '""' },
      moduleBuild: null,
    });
    expect(factsOf(gpuDriverProbe, { ...good, version: closed })).toMatchObject({
      kernelModuleVersion: '535.183.01',
      isOpenKernelModule: false,
    });
  });

  it('reads what the module is built from, of dkms old and new', () => {
    const build = `headers
dkms
status nvidia, 535.183.01, 5.15.0-91-generic, x86_64: installed
status nvidia-srv/550.90.07, 6.8.0-40-generic, x86_64: installed (WARNING! Diff between built and installed module!)
status nvidia/550.127.08: added
status nvidia-fs/2.19.6, 6.8.0-40-generic, x86_64: installed
firmware /lib/firmware/nvidia/550.90.07/gsp_ga10x.bin
firmware /lib/firmware/nvidia/550.90.07/gsp_tu10x.bin
blacklist /etc/modprobe.d/blacklist-nouveau.conf
done
`;
    expect(factsOf(gpuDriverProbe, { ...good, 'module-build': build }).moduleBuild).toEqual({
      license: 'Dual MIT/GPL',
      isSigned: false,
      hasKernelHeaders: true,
      dkms: [
        { name: 'nvidia', version: '535.183.01', kernel: '5.15.0-91-generic', state: 'installed' },
        { name: 'nvidia-srv', version: '550.90.07', kernel: '6.8.0-40-generic', state: 'installed' },
        { name: 'nvidia', version: '550.127.08', kernel: null, state: 'added' },
      ],
      firmwareVersions: ['550.90.07'],
      nouveauBlacklists: ['/etc/modprobe.d/blacklist-nouveau.conf'],
    });
    const signed = `${good.installed}signer:         ubuntu Secure Boot Module Signature key\nsig_key:        AA:BB\n`;
    expect(factsOf(gpuDriverProbe, { ...good, installed: signed, 'module-build': 'done\n' }).moduleBuild).toMatchObject(
      {
        isSigned: true,
        hasKernelHeaders: false,
        dkms: null,
      },
    );
    // Cut short it says nothing, not that there is nothing.
    expect(factsOf(gpuDriverProbe, { ...good, 'module-build': 'headers\ndkms\n' }).moduleBuild).toBeNull();
  });

  it('says so when the module is not loaded, and which other driver is', () => {
    const absent = printed('', 1, 'cat: /proc/driver/nvidia/version: No such file or directory\n');
    const result = gpuDriverProbe.parse({ version: absent, modules: printed('nouveau 2 0 - Live 0x0\n') });
    expect(result).toMatchObject({
      state: 'ok',
      reason: { key: 'probes.kernelModuleNotLoaded' },
      facts: { kernelModuleVersion: null, isOpenKernelModule: null, loadedModules: ['nouveau'] },
    });
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuDriverProbe, good);
  });

  it.skipIf(!hasRecordings)('reads the version of a module as modinfo prints it', () => {
    expect(parseModuleVersion(recording('software/modinfo__i40e.txt'))).toBe('2.3.2-k');
    expect(parseModuleVersion(recording('software/modinfo__bnx2x.txt'))).toBe('1.712.30-0');
  });

  it.skipIf(!hasRecordings)('finds no GPU module among recorded ones of another machine', () => {
    const modules = recording('host/proc-modules__linux.txt');
    expect(factsOf(gpuDriverProbe, { version: open, modules }).loadedModules).toEqual([]);
  });
});
