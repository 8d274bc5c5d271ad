import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodedText, ending, endOf } from './ending';

it('keeps the end of a long input, says how much came before, and holds no more than twice of what it keeps', async () => {
  async function* long() {
    for (let at = 0; at < 1000; at += 1) yield Buffer.from(String(at % 10).repeat(10));
  }
  const { bytes, leftOut } = await ending(long(), 15);
  expect(Buffer.from(bytes).toString()).toBe('888889999999999');
  expect(leftOut).toBe(10_000 - 15);
  async function* nothing() {}
  expect(await ending(nothing(), 15)).toMatchObject({ leftOut: 0, bytes: { length: 0 } });
});

it('reads a file that PowerShell wrote, and refuses a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-ending-'));
  const file = join(folder, 'dmesg.txt');
  writeFileSync(file, `\ufeff显卡 79`, 'utf16le');
  const { bytes } = await endOf(file, 1000);
  const refused = await endOf(folder, 1000).catch((error: Error) => error.name);
  rmSync(folder, { recursive: true });
  expect(decodedText(bytes)).toBe('显卡 79');
  expect(decodedText(Buffer.from(bytes).swap16())).toBe('显卡 79');
  expect(decodedText(Buffer.from('显卡'))).toBe('显卡');
  expect(refused).toBe('FileError');
});
