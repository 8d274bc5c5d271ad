import { expect, it } from 'vitest';
import type { Message } from '#shared/domain/text';
import { Notices } from './notices';

const first: Message = { key: 'engine.databaseKeptAside', params: { file: '/data/gantry.db.damaged' } };
const second: Message = { key: 'engine.secretNotSaved', params: { detail: 'disk is full' } };

it('gives every notice at once, all again with each new one, and none twice', async () => {
  const notices = new Notices();
  notices.add(first);
  const watched = notices.watch();
  expect((await watched.next()).value).toEqual([first]);
  notices.add({ ...first });
  notices.add(second);
  expect((await watched.next()).value).toEqual([first, second]);
  expect((await new Notices().watch().next()).value).toEqual([]);
});
