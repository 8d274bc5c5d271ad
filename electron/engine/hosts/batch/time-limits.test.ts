import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { codeOf, EngineBench } from '../../testing/engine-bench';
import { LocalHost } from '../local-host';
import { collect, shell } from '../testing/directory-bench';
import { HostMemory } from './host-memory';

/** A time limit is the node's time to answer; waiting for a turn on our side or in a batch is no part of it. */
describe('a time limit', () => {
  const closers: Array<() => Promise<unknown> | unknown> = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  it('of a command starts when the command does, however long it waited for others of its batch', async () => {
    const host = new LocalHost({ id: 'here', memory: new HostMemory(), nowMs: Date.now });
    closers.push(() => host.close());
    // Eight run at once, so the last ones start when their limit would be over if it ran from the start of the batch,
    // and each has far more time than it needs, also on a busy machine.
    const commands = Array.from({ length: 48 }, (_, index) => shell(`sleep-${index}`, 'sleep 1', { timeoutMs: 4900 }));
    const results = await collect(host.batch(commands));
    expect([...results.values()].map(({ state }) => state)).toEqual(commands.map(() => 'exited'));
  });

  it('of a connection starts with its handshake, however long it waited for those of other hosts', async () => {
    const bench = new EngineBench();
    closers.push(() => bench.close());
    const { client } = await bench.start();
    await client.system.updateSettings({ connectTimeoutMs: 3400 });
    const server: Server = createServer((socket) => {
      socket.on('error', () => {});
      setTimeout(() => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 700);
    }).listen(0, '127.0.0.1');
    closers.push(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const hosts = await client.hosts.add({
      hosts: Array.from({ length: 48 }, (_, index) => ({
        kind: 'ssh' as const,
        target: { address: '127.0.0.1', port, user: `user${index}`, useAgent: false },
      })),
    });
    const startedAtMs = performance.now();
    const outcomes = await Promise.all(hosts.map(({ id }) => codeOf(client.inventory.refresh({ hostId: id }))));
    expect(new Set(outcomes)).toEqual(new Set(['HOST_UNAVAILABLE not-ssh']));
    // Eight at a time: the last ones waited longer than the limit.
    expect(performance.now() - startedAtMs).toBeGreaterThan(3400);
  });
});
