import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateKey } from '../../../sim/ssh/host-keys';
import { acceptKeys, createDirectoryBench, type DirectoryBench } from '../testing/directory-bench';
import { freePort } from '../testing/sshd';

let bench: DirectoryBench;
beforeEach(() => {
  bench = createDirectoryBench();
  bench.answer = acceptKeys;
});
afterEach(() => bench.close());

/** A node that allows one session, and counts one for so long after its channel has closed. */
async function startServer(reapMs: number): Promise<{ port: number; refusals: () => number; server: ssh2.Server }> {
  let freeAtMs = 0;
  let refused = 0;
  const server = new ssh2.Server({ hostKeys: [generateKey().privateKey] }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (context) => context.accept());
    connection.on('session', (accept, reject) => {
      if (performance.now() < freeAtMs) {
        refused += 1;
        reject();
        return;
      }
      freeAtMs = Number.POSITIVE_INFINITY;
      const session = accept();
      session.on('exec', (acceptExec) => {
        const channel = acceptExec();
        channel.on('close', () => {
          freeAtMs = performance.now() + reapMs;
        });
        channel.resume();
        channel.exit(0);
        channel.end();
      });
    });
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { port, refusals: () => refused, server };
}

describe('a node with one session at a time', () => {
  it.each([
    ['waits for the one before to be reaped', 120, undefined],
    ['says so when that takes for ever', 60_000, 'no-shell'],
  ])('%s', async (_, reapMs, code) => {
    const { port, refusals, server } = await startServer(reapMs);
    try {
      const target = { address: '127.0.0.1', port, user: 'me', useAgent: false, identityFiles: [] };
      const test = () => bench.directory.test({ host: { kind: 'ssh', target } });
      // The round trip is measured on a session of its own, just before the shell is started on the next one.
      const { error } = await test();
      expect(refusals()).toBeGreaterThan(0);
      // This node has no shell either; what matters is which session it was that said so.
      const detail = error?.code === 'no-shell' ? error.detail : '';
      expect(/open failure|Channel/i.test(detail)).toBe(code !== undefined);
    } finally {
      server.close();
    }
  });
});
