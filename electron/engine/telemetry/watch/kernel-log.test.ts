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
    ).toMatchObject([{ xid: { kind: 'xid', code: 79, isSwitch: false, pciBusId: '00000000:91:00.0' } }]);
    expect(
      readKernelLine(line('nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up')),
    ).toMatchObject([{ xid: { code: 20034, isSwitch: true } }]);
  });

  it('tells nothing of other lines', () => {
    for (const other of ['usb 1-1: new device', 'NVRM: loading NVIDIA UNIX x86_64 Kernel Module']) {
      expect(readKernelLine(line(other))).toEqual([]);
    }
    expect(readKernelLine(NOT_READABLE)).toEqual([]);
    expect(readKernelLine('= now 1760000000 s=a1;i=2f;b=c')).toMatchObject([
      { cursor: 's=a1;i=2f;b=c', nodeNowMs: 1_760_000_000_000, xid: null },
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
