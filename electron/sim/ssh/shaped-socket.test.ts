import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type LinkShape, ShapedSocket } from './shaped-socket';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A plain client socket, and the server's end of it behind a line that the test may change. */
async function line(shape: () => LinkShape | null): Promise<{ client: Socket; server: ShapedSocket }> {
  const listener = createServer({ allowHalfOpen: true });
  cleanups.push(() => listener.close());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const client = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  const [accepted] = (await once(listener, 'connection')) as [Socket];
  const server = new ShapedSocket(accepted, shape);
  server.on('error', () => {});
  cleanups.push(
    () => client.destroy(),
    () => server.destroy(),
  );
  return { client, server };
}

/** Not `for await`, which destroys a duplex once it is read, with what it has yet to write. */
async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash('sha256');
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  await once(stream, 'end');
  return hash.digest('hex');
}

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

it('keeps every byte in order both ways, also when the line changes meanwhile', async () => {
  let shape: LinkShape | null = null;
  const { client, server } = await line(() => shape);
  const data = randomBytes(3_000_000);
  const read = [readAll(server), readAll(client)];
  for (let at = 0; at < data.length; at += 50_000) {
    const turn = at / 50_000;
    shape = turn % 3 === 0 ? null : { latencyMs: (turn % 5) * 3, bytesPerSec: turn % 2 === 0 ? 0 : 40_000_000 };
    client.write(data.subarray(at, at + 50_000));
    server.write(data.subarray(at, at + 50_000));
    if (turn % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  client.end();
  server.end();
  expect(await Promise.all(read)).toEqual([sha256(data), sha256(data)]);
});

it('delays each byte by half a round trip but does not wait a trip for each piece', async () => {
  const { client, server } = await line(() => ({ latencyMs: 400, bytesPerSec: 0 }));
  const startedAtMs = Date.now();
  for (let piece = 0; piece < 40; piece += 1) server.write(Buffer.alloc(100));
  server.end();
  await readAll(client);
  const tookMs = Date.now() - startedAtMs;
  expect(tookMs).toBeGreaterThanOrEqual(195);
  // One trip after the other would be 40 times 200 ms.
  expect(tookMs).toBeLessThan(7000);
});

it('carries no more than its bandwidth', async () => {
  const { client, server } = await line(() => ({ latencyMs: 0, bytesPerSec: 200_000 }));
  const startedAtMs = Date.now();
  server.end(Buffer.alloc(100_000));
  await readAll(client);
  expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(490);
});
