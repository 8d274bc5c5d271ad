import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { generateKey } from './host-keys';

it('generateKey makes keys that can be read back, every time', () => {
  // One in 256 of what the library makes can not: a thousand tries would show it.
  const keys = Array.from({ length: 1000 }, () => generateKey());
  expect(keys.filter((key) => ssh2.utils.parseKey(key.privateKey) instanceof Error)).toEqual([]);
  expect(new Set(keys.map((key) => key.sha256)).size).toBe(1000);
  expect(keys[0]?.sha256).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});
