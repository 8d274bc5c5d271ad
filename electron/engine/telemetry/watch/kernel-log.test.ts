import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelLog, NOT_READABLE, readKernelLine } from './kernel-log';

const line = (message: string) => JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: '1760000000000000' });

describe('the kernel log', () => {
  it('tells each Xid with its number and the place of the GPU', () => {
    expect(
      readKernelLine(
        line("NVRM: Xid (PCI:0000:91:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."),
      ),
    ).toMatchObject([{ event: { id: 'xid', code: 79, pciBusId: '00000000:91:00.0' } }]);
    expect(
      readKernelLine(line('nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up')),
    ).toMatchObject([{ event: { id: 'sxid', code: 20034 } }]);
  });

  it('tells lines of memory, PCIe and disks too', () => {
    const told = [
      'EDAC MC0: 1 UE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0',
      'Out of memory: Killed process 4242 (python3) total-vm:1000kB, anon-rss:900kB',
      'pcieport 0000:a0:01.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)',
      'nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10',
    ].flatMap((message) => readKernelLine(line(message)).map(({ event }) => event?.id));
    expect(told).toEqual(['edac-uncorrected', 'oom-kill', 'aer-corrected', 'nvme-down']);
  });

  it('tells nothing of other lines', () => {
    for (const other of ['usb 1-1: new device', 'EXT4-fs (sda1): mounted filesystem']) {
      expect(readKernelLine(line(other))).toEqual([]);
    }
    expect(readKernelLine(NOT_READABLE)).toEqual([]);
    expect(readKernelLine('= now 1760000000 s=a1;i=2f;b=c')).toMatchObject([
      { cursor: 's=a1;i=2f;b=c', nodeNowMs: 1_760_000_000_000, event: null },
    ]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string().map(line)), (text) => {
        expect(readKernelLine(text).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('that a login may not read ends with a word, rather than being an empty one for ever', async () => {
    const [command, ...args] = kernelLog(null).argv;
    const path = { PATH: '/nowhere' };
    await expect(promisify(execFile)(`/bin/${command}`, args, { env: path })).rejects.toMatchObject({
      code: 1,
      stdout: `${NOT_READABLE}\n`,
    });
  });
});
