import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HostUnavailableError } from '../host';
import {
  acceptKeys,
  collect,
  createDirectoryBench,
  type DirectoryBench,
  shell,
  text,
  until,
  writeHomeFile,
} from '../testing/directory-bench';
import { type Sshd, sshdMissing, startSshd } from '../testing/sshd';
import { startTcpProxy, type TcpProxy } from '../testing/tcp-proxy';

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(sshdMissing !== null)('a node behind a real sshd', () => {
  let server: Sshd;
  let bench: DirectoryBench;
  let proxy: TcpProxy;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(async () => server?.stop());
  beforeEach(async () => {
    bench = createDirectoryBench();
    proxy = await startTcpProxy(server);
  });
  afterEach(async () => {
    await bench.close();
    await proxy.close();
  });

  it('runs a batch in three round trips over one connection and one channel', async () => {
    const id = bench.add(server, { port: proxy.port });
    const host = await bench.directory.open(id);
    const costs: number[] = [];
    const offsets: number[] = [];
    const results = await collect(
      host.batch([...Array.from({ length: 30 }, (_, index) => shell(`c${index}`, `echo ${index}; echo e >&2`))], {
        onCost: ({ roundTrips }) => costs.push(roundTrips),
        onClockOffset: (offsetMs) => offsets.push(offsetMs),
      }),
    );
    expect(
      [...results.values()].map(({ state, stdout, spec }) => [state, `c${text(stdout).trim()}` === spec.id]),
    ).toEqual(Array.from({ length: 30 }, () => ['exited', true]));
    expect([costs, proxy.connections]).toEqual([[3], 1]);
    expect(Math.abs(offsets[0] ?? 1e9)).toBeLessThan(20_000);
    expect(bench.directory.status(id)).toMatchObject({ connection: 'connected', error: null, hungCommands: [] });
  });

  it('runs twenty commands at once although the server takes ten sessions', async () => {
    const host = await bench.directory.open(bench.add(server));
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => host.exec(shell(`x${index}`, `sleep 0.2; echo ${index}`))),
    );
    expect(results.map(({ state, stdout }) => `${state} ${text(stdout).trim()}`)).toEqual(
      Array.from({ length: 20 }, (_, index) => `exited ${index}`),
    );
  });

  it('makes do with the sessions that a stricter server gives', async () => {
    const strict = await startSshd({ config: ['MaxSessions 2'] });
    try {
      const host = await bench.directory.open(bench.add(strict));
      const results = await Promise.all(
        Array.from({ length: 6 }, (_, index) => host.exec(shell(`x${index}`, `sleep 0.1; echo ${index}`))),
      );
      expect(results.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'exited'));
    } finally {
      await strict.stop();
    }
  });

  it('gets in although the server drops handshakes past MaxStartups', async () => {
    const busy = await startSshd({ config: ['MaxStartups 2:100:2'] });
    const doors = await Promise.all(Array.from({ length: 6 }, () => startTcpProxy(busy)));
    try {
      const results = await Promise.all(
        doors.map(async (door) => {
          const host = await bench.directory.open(bench.add(busy, { port: door.port }));
          return text((await host.exec(shell('x', 'echo in'))).stdout);
        }),
      );
      expect(results).toEqual(doors.map(() => 'in\n'));
      expect(busy.log()).toMatch(/MaxStartups/);
    } finally {
      await Promise.all(doors.map((door) => door.close()));
      await busy.stop();
    }
  });

  it('ends the remote commands when a batch is cancelled', async () => {
    const host = await bench.directory.open(bench.add(server));
    const cancel = new AbortController();
    const pidFile = join(bench.homeDir, 'pids');
    const commands = [
      shell('tell', `until cat ${pidFile}; do sleep 0.05; done`),
      shell(
        'long',
        `trap "" TERM; sleep 300 & echo $$ $! > ${pidFile}.part; mv ${pidFile}.part ${pidFile}; wait; sleep 300`,
        { timeoutMs: 60_000 },
      ),
    ];
    const pids: number[] = [];
    const batch = async (): Promise<void> => {
      for await (const result of host.batch(commands, { signal: cancel.signal })) {
        pids.push(...(text(result.stdout).match(/\d+/g) ?? []).map(Number));
        cancel.abort();
      }
    };
    await expect(batch()).rejects.toMatchObject({ name: 'AbortError' });
    expect(pids).toHaveLength(2);
    await until(() => !pids.some(isAlive), 'the remote commands end');
    expect((await host.exec(shell('after', 'echo still here'))).state).toBe('exited');
  });

  it('reports what was running as lost when the server is killed, ends it there, and comes back', async () => {
    const own = await startSshd();
    try {
      const id = bench.add(own);
      const host = await bench.directory.open(id);
      const pidFile = join(bench.homeDir, 'pid');
      const states = new Map<string, string>();
      for await (const result of host.batch([
        shell('quick', `until cat ${pidFile}; do sleep 0.05; done`),
        shell('long', `echo $$ > ${pidFile}; sleep 300`, { timeoutMs: 60_000 }),
      ])) {
        states.set(result.spec.id, result.state);
        if (result.spec.id === 'quick') await own.kill();
      }
      expect(Object.fromEntries(states)).toEqual({ quick: 'exited', long: 'lost' });
      const pid = Number(readFileSync(pidFile, 'utf8'));
      await until(() => !isAlive(pid), 'the command ends with its connection');
      expect(bench.directory.status(id).connection).toBe('reconnecting');
      await own.restart();
      await until(() => bench.directory.status(id).connection === 'connected', 'the host comes back');
      expect(text((await host.exec(shell('again', 'echo back'))).stdout)).toBe('back\n');
    } finally {
      await own.stop();
    }
  });

  it('notices within 15 s that a peer has gone silent', async () => {
    const id = bench.add(server, { port: proxy.port });
    const host = await bench.directory.open(id);
    // Counted in turns of this process, so that seconds in which a busy machine lets it stand do not count.
    let seconds = 0;
    const clock = setInterval(() => {
      seconds += 1;
    }, 1000);
    proxy.freeze();
    const results = await collect(host.batch([shell('never', 'echo x')])).catch((error: unknown) => error);
    clearInterval(clock);
    expect(results).toBeInstanceOf(HostUnavailableError);
    expect((results as HostUnavailableError).hostError.code).toBe('connection-lost');
    expect(seconds).toBeLessThan(15);
  });

  it('survives a connection that is cut at any byte of a batch', async () => {
    const commands = Array.from({ length: 6 }, (_, index) =>
      shell(`c${index}`, `echo ${index}; head -c 3000 /dev/zero`),
    );
    const measure = await bench.directory.open(bench.add(server, { port: proxy.port }));
    const beforeBytes = proxy.bytesFromServer;
    await collect(measure.batch(commands));
    const totalBytes = proxy.bytesFromServer - beforeBytes;
    const seen = new Set<string>();
    for (let step = 0; step < 12; step += 1) {
      const cutting = await startTcpProxy(server);
      try {
        const host = await bench.directory.open(bench.add(server, { port: cutting.port }));
        cutting.cutAfterBytes = cutting.bytesFromServer + Math.floor((totalBytes * step) / 12);
        const results = await collect(host.batch(commands)).catch((error: unknown) => error);
        if (results instanceof HostUnavailableError) {
          expect(results.hostError.code).toBe('connection-lost');
          seen.add('no start');
          continue;
        }
        const states = [...(results as Awaited<ReturnType<typeof collect>>).values()];
        // Every command is accounted for, and what claims to be whole is whole.
        expect(states).toHaveLength(commands.length);
        for (const { state, stdout } of states) {
          seen.add(state);
          expect(['exited', 'lost']).toContain(state);
          if (state === 'exited') expect(stdout.length).toBe(3002);
        }
      } finally {
        await cutting.close();
      }
    }
    expect(seen).toContain('lost');
  });

  it('resumes a stream after a lost connection and marks the gap', async () => {
    const own = await startSshd();
    const stop = new AbortController();
    try {
      const host = await bench.directory.open(bench.add(own));
      const seen: string[] = [];
      const follow = async (): Promise<void> => {
        const options = { signal: stop.signal, onGap: () => seen.push('gap') };
        for await (const chunk of host.stream(['sh', '-c', 'while :; do echo tick; sleep 0.1; done'], options)) {
          seen.push(text(chunk).trim());
          if (seen.length === 3) await own.restart();
          if (seen.includes('gap') && seen.length > 6) stop.abort();
        }
      };
      await expect(follow()).rejects.toMatchObject({ name: 'AbortError' });
      expect(seen.filter((entry) => entry === 'gap')).toHaveLength(1);
      expect(seen.at(-1)).toContain('tick');
    } finally {
      stop.abort();
      await own.stop();
    }
  });

  it('asks once about an unknown key, then knows it; a changed key is a hard stop that shows both', async () => {
    const own = await startSshd();
    try {
      const id = bench.add(own);
      await bench.directory.open(id);
      expect(bench.prompts.map(({ kind }) => kind)).toEqual(['host-key']);
      await bench.directory.disconnect(id);
      await bench.directory.open(id);
      expect(bench.prompts).toHaveLength(1);
      await bench.directory.disconnect(id);
      const knownHosts = join(bench.homeDir, '.ssh/known_hosts');
      const before = readFileSync(knownHosts, 'utf8');
      await own.restart({ newHostKey: true });
      const error = await bench.directory.open(id).catch((failure: unknown) => failure as HostUnavailableError);
      expect((error as HostUnavailableError).hostError).toEqual({
        code: 'host-key-changed',
        offered: { keyType: 'ssh-ed25519', sha256: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) },
        known: [{ keyType: 'ssh-ed25519', sha256: expect.stringMatching(/^SHA256:/) }],
        knownHostsFile: knownHosts,
        line: 1,
        via: null,
      });
      expect(bench.prompts).toHaveLength(1);
      expect(readFileSync(knownHosts, 'utf8')).toBe(before);
    } finally {
      await own.stop();
    }
  });

  it('does not connect when the person says no to a key', async () => {
    bench.answer = () => null;
    await expect(bench.directory.open(bench.add(server))).rejects.toMatchObject({
      hostError: { code: 'host-key-rejected' },
    });
  });

  it('says that an accepted key can not be saved, and what to do', async () => {
    const knownHostsFile = join(bench.homeDir, 'a-folder');
    mkdirSync(knownHostsFile);
    await expect(bench.directory.open(bench.add(server, { knownHostsFile }))).rejects.toMatchObject({
      hostError: {
        code: 'host-key-not-saved',
        message: { key: 'errors.storage.isAFolder', params: { path: knownHostsFile } },
      },
    });
    expect(bench.prompts.map(({ kind }) => kind)).toEqual(['host-key']);
  });

  it('gets through a banner and a .bashrc that talks, and says so when there is no shell', async () => {
    const banner = join(bench.homeDir, 'banner');
    writeFileSync(banner, 'Authorised use only\n'.repeat(20));
    const noisy = await startSshd({
      config: [`Banner ${banner}`, `ForceCommand printf 'hello from .bashrc'; eval "$SSH_ORIGINAL_COMMAND"`],
    });
    const shut = await startSshd({ config: ['ForceCommand echo This account is currently not available.'] });
    try {
      const host = await bench.directory.open(bench.add(noisy));
      const results = await collect(host.batch([shell('a', 'echo fine'), shell('b', 'echo too')]));
      expect([...results.values()].map(({ stdout }) => text(stdout)).sort()).toEqual(['fine\n', 'too\n']);
      const closed = await bench.directory.open(bench.add(shut));
      await expect(closed.exec(shell('a', 'echo'))).rejects.toMatchObject({
        hostError: { code: 'no-shell', detail: 'This account is currently not available.' },
      });
    } finally {
      await noisy.stop();
      await shut.stop();
    }
  });

  it('goes through a jump host, each hop with its own key check', async () => {
    const gateway = await startSshd();
    try {
      bench.answer = acceptKeys;
      const id = bench.add(server, {
        proxyJump: [`${gateway.user}@127.0.0.1:${gateway.port}`],
        identityFiles: [server.keyFile],
      });
      const refused = await bench.directory.open(id).catch((failure: unknown) => failure as HostUnavailableError);
      expect((refused as HostUnavailableError).hostError).toMatchObject({
        code: 'auth-failed',
        offered: ['publickey'],
        via: `${gateway.user}@127.0.0.1:${gateway.port}`,
      });
      // It is the node that was not reached, whatever its gateway did.
      const { steps } = await bench.directory.test({ hostId: id });
      expect(steps.map(({ outcome }) => outcome)).toEqual([
        'skipped',
        'fail',
        'skipped',
        'skipped',
        'skipped',
        'skipped',
      ]);
      // The gateway's own key, where OpenSSH looks for one.
      const { mkdirSync, copyFileSync } = await import('node:fs');
      mkdirSync(join(bench.homeDir, '.ssh'), { recursive: true });
      copyFileSync(gateway.keyFile, join(bench.homeDir, '.ssh/id_ed25519'));
      const host = await bench.directory.open(id);
      expect(text((await host.exec(shell('who', 'echo $SSH_CONNECTION'))).stdout)).toContain(` ${server.port}`);
      expect(bench.prompts.map((prompt) => prompt.target)).toEqual([
        `[127.0.0.1]:${gateway.port}`,
        `[127.0.0.1]:${server.port}`,
      ]);
      expect(gateway.log()).toMatch(/direct-tcpip|Accepted publickey/);
    } finally {
      await gateway.stop();
    }
  });

  it('tells a gateway that lets nobody through from one that can not be logged in to', async () => {
    const gateway = await startSshd({ config: ['AllowTcpForwarding no'] });
    try {
      bench.answer = acceptKeys;
      writeHomeFile(bench.homeDir, '.ssh/id_ed25519', readFileSync(gateway.keyFile, 'utf8'));
      const id = bench.add(server, { proxyJump: [`${gateway.user}@127.0.0.1:${gateway.port}`] });
      expect((await bench.directory.test({ hostId: id })).error).toEqual({
        code: 'forwarding-refused',
        address: '127.0.0.1',
        port: server.port,
        via: null,
      });
    } finally {
      await gateway.stop();
    }
  });
});
