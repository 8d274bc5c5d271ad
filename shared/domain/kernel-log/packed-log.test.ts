import { expect, it } from 'vitest';
import { packingOf } from './packed-log';

/** The first bytes that each program writes. */
it.each([
  ['gzip', '1f8b0800000000000003', 'zcat'],
  ['xz', 'fd377a585a000004e6d6b446', 'xzcat'],
  ['zstd', '28b52ffd045841000', 'zstdcat'],
  ['bzip2', '425a68393141592653594e06', 'bzcat'],
])('knows what %s packed, read as text', (program, hex, command) => {
  expect(packingOf(new TextDecoder().decode(Buffer.from(hex, 'hex')))).toEqual({ program, command });
});

it('takes no log for packed', () => {
  for (const text of ['', '[1.5] x', '(/dev/sda)', 'BZh, said he', '\u001f', '\ufffd7z']) {
    expect(packingOf(text)).toBeNull();
  }
});
