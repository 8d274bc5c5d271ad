import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelLogKnowledge } from '../../knowledge/catalogs/kernel-log/kernel-log-catalogue';
import { judgeLine, logEvidenceSchema } from './log-evidence';

const knowledge = await kernelLogKnowledge();
const lost = 'NVRM: Xid (PCI:0000:3b:00): 79, pid=9, name=python, GPU has fallen off the bus.';
const fabric = 'nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up';

describe('a line of a kernel log as evidence', () => {
  it('is an echo of what happened before it on the same node, and leads to the diagnosis of its cause', () => {
    const around = [{ text: lost, atMs: 1_000_000 }];
    const echo = judgeLine({ line: { text: fabric, atMs: 1_008_000 }, around }, knowledge);
    expect(echo).toMatchObject({
      line: fabric,
      entry: { id: 'sxid', code: 20034, role: 'echo' },
      cause: { id: 'xid', code: 79, text: lost },
      tree: 'gpu-missing',
    });
    expect(echo.says).toHaveLength(1);
    // Long before, it is another matter.
    const alone = judgeLine({ line: { text: fabric, atMs: 9_000_000 }, around }, knowledge);
    expect(alone).toMatchObject({ entry: { role: 'alone' }, cause: null, tree: 'nvlink-fabric' });
  });

  it('is the cause among those that follow, whatever the order they are told in, and once where it is told twice', () => {
    const around = [
      { text: fabric, atMs: 1_008_000 },
      { text: lost, atMs: 1_000_000 },
    ];
    const cause = judgeLine({ line: { text: lost, atMs: 1_000_000 }, around }, knowledge);
    expect(cause).toMatchObject({ entry: { code: 79, role: 'root' }, cause: null, tree: 'gpu-missing' });
  });

  it('is read with the time stamp of the tool that printed it', () => {
    const line = { text: `2026-01-17T17:10:43+0000 node1 kernel: ${lost}`, atMs: null };
    expect(judgeLine({ line }, knowledge)).toMatchObject({
      atMs: Date.UTC(2026, 0, 17, 17, 10, 43),
      entry: { code: 79, pciBusId: '00000000:3b:00.0' },
    });
  });

  it('is told as unknown where nobody knows it, and is never thrown over', () => {
    expect(judgeLine({ line: { text: 'hello', atMs: null } }, knowledge)).toMatchObject({ entry: null, tree: null });
    const text = fc.oneof(fc.string({ minLength: 1, maxLength: 4096 }), fc.constantFrom(lost, fabric));
    const line = fc.record({ text, atMs: fc.option(fc.integer()) });
    fc.assert(
      fc.property(line, fc.array(line, { maxLength: 20 }), (one, around) => {
        expect(logEvidenceSchema.safeParse(judgeLine({ line: one, around }, knowledge)).success).toBe(true);
      }),
    );
  });
});
