import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName } from './file-name';

describe('safeFileName', () => {
  it.each([
    ['incident-7.pdf', 'incident-7.pdf'],
    ['显存不足 报告.pdf', '显存不足 报告.pdf'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a:b|c?.zip', 'a-b-c-.zip'],
    ['.bashrc', 'bashrc'],
    ['...', 'gantry'],
    ['name. ', 'name'],
  ])('makes %j harmless', (suggested, name) => {
    expect(safeFileName(suggested)).toBe(name);
  });

  it('keeps the extension of a name that is too long', () => {
    const name = safeFileName(`${'节'.repeat(300)}.pdf`);
    expect(name.endsWith('.pdf')).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(212);
  });

  it('never names a folder, a hidden file or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (suggested) => {
        const name = safeFileName(suggested);
        expect(name).not.toMatch(/[/\\\0\n]/);
        expect(name).toMatch(/^[^.]/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      }),
    );
  });
});
