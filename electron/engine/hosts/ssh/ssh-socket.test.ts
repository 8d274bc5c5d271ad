import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gatherWrites } from './ssh-socket';

it('sends what is written in one go in one piece, in its order, and all of it before the end', async () => {
  const sent: string[] = [];
  const socket = new Writable({
    write: (bytes: Buffer, _encoding, done) => {
      sent.push(bytes.toString());
      done();
    },
    writev: (pieces, done) => {
      sent.push(pieces.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  gatherWrites(socket);
  for (const piece of ['length ', 'payload ', 'tag']) socket.write(piece);
  await turn();
  for (const piece of ['another ', 'packet']) socket.write(piece);
  await turn();
  socket.write('last ');
  socket.end('words');
  await turn();
  expect(sent).toEqual(['length payload tag', 'another packet', 'last words']);
});
