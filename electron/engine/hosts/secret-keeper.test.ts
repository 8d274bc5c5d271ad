import { expect, it } from 'vitest';
import type { Message } from '#shared/domain/text';
import { openStore } from '../store/open-store';
import { type SecretBox, SecretKeeper } from './secret-keeper';

const refuse = (message: Message): never => {
  throw new Error(`nobody should be told ${message.key}`);
};

/** Turns each byte over, so that what is stored is not what was said. */
const box: SecretBox = {
  encrypt: async (text) => new TextEncoder().encode(text).map((byte) => byte ^ 0xff),
  decrypt: async (bytes) => new TextDecoder().decode(bytes.map((byte) => byte ^ 0xff)),
};

it('gives a remembered secret back in a later session, and keeps only its ciphertext', async () => {
  const store = openStore(':memory:');
  await new SecretKeeper(store, box, refuse).set('password for ops@gpu-1', 'pässwörd', true);
  expect(await new SecretKeeper(store, box, refuse).get('password for ops@gpu-1')).toBe('pässwörd');
  const rows = store.database.prepare('SELECT hex(ciphertext) AS hex FROM secret').all() as Array<{
    hex: string;
  }>;
  expect(rows.map(({ hex }) => hex.includes(Buffer.from('sswörd').toString('hex').toUpperCase()))).toEqual([false]);
});

it('forgets with the session what was not to be remembered, and everything where there is no keychain', async () => {
  const store = openStore(':memory:');
  await new SecretKeeper(store, box, refuse).set('a', 'once', false);
  await new SecretKeeper(store, null, refuse).set('b', 'once', true);
  expect(await new SecretKeeper(store, box, refuse).get('a')).toBeNull();
  expect(await new SecretKeeper(store, box, refuse).get('b')).toBeNull();
});

it.each([
  ['the disk is full', box, { key: 'engine.secretNotSaved', params: { detail: 'database or disk is full' } }],
  [
    'the keychain is locked',
    { ...box, encrypt: () => Promise.reject(new Error('locked')) },
    { key: 'engine.secretRefused' },
  ],
])('says that a secret is known for the session only when %s', async (_when, given, told) => {
  const store = openStore(':memory:');
  const [pages] = store.database.prepare('PRAGMA page_count').pluck().all() as number[];
  store.database.exec(`PRAGMA max_page_count = ${pages}`);
  const notices: Message[] = [];
  const keeper = new SecretKeeper(store, given, (message) => notices.push(message));
  // Longer than the room that the last page has.
  const secret = 's'.repeat(20_000);
  await keeper.set('a', secret, false);
  expect(notices).toEqual([]);
  await keeper.set('a', secret, true);
  expect(notices).toEqual([told]);
  expect(await keeper.get('a')).toBe(secret);
  expect(await new SecretKeeper(store, box, refuse).get('a')).toBeNull();
});
