import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { beginning, beginningOfInput } from './beginning';

describe('beginning', () => {
  it('stops reading an endless input once there is enough, and lets go of it', async () => {
    let given = 0;
    let isOver = false;
    async function* endless() {
      try {
        for (;;) {
          given += 1;
          yield Buffer.from('0123456789');
        }
      } finally {
        isOver = true;
      }
    }
    expect(await beginning(endless(), 25)).toBe('0123456789012345678901234');
    expect([given, isOver]).toEqual([3, true]);
  });

  it('reads a short one whole', async () => {
    async function* short() {
      const bytes = Buffer.from('显卡');
      yield bytes.subarray(0, 2);
      yield bytes.subarray(2);
    }
    expect(await beginning(short(), 25)).toBe('显卡');
  });

  it('refuses a folder, which is not an empty output', async () => {
    async function* nothing() {}
    const fd = openSync(tmpdir(), 'r');
    await expect(beginningOfInput(Object.assign(nothing(), { fd }), 25)).rejects.toThrow('EISDIR');
    closeSync(fd);
    const device = openSync('/dev/null', 'r');
    expect(await beginningOfInput(Object.assign(nothing(), { fd: device }), 25)).toBe('');
    closeSync(device);
  });
});
