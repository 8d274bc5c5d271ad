import { expect, it } from 'vitest';
import type { SecretBox } from '../service-types';
import { openStore } from '../store/open-store';
import { SecretKeeper } from './secret-keeper';

/** Turns each byte over, so that what is stored is not what was said. */
const box: SecretBox = {
  encrypt: async (text) => new TextEncoder().encode(text).map((byte) => byte ^ 0xff),
  decrypt: async (bytes) => new TextDecoder().decode(bytes.map((byte) => byte ^ 0xff)),
};

it('gives a remembered secret back in a later session, and keeps only its ciphertext', async () => {
  const store = openStore(':memory:');
  await new SecretKeeper(store, box).set('password for ops@gpu-1', 'pässwörd', true);
  expect(await new SecretKeeper(store, box).get('password for ops@gpu-1')).toBe('pässwörd');
  const rows = store.database.prepare('SELECT hex(ciphertext) AS hex FROM secret').all() as Array<{
    hex: string;
  }>;
  expect(rows.map(({ hex }) => hex.includes(Buffer.from('sswörd').toString('hex').toUpperCase()))).toEqual([false]);
});

it('forgets with the session what was not to be remembered, and everything where there is no keychain', async () => {
  const store = openStore(':memory:');
  await new SecretKeeper(store, box).set('a', 'once', false);
  await new SecretKeeper(store, null).set('b', 'once', true);
  expect(await new SecretKeeper(store, box).get('a')).toBeNull();
  expect(await new SecretKeeper(store, box).get('b')).toBeNull();
});
