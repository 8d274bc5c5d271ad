import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, createDirectoryBench, type DirectoryBench, shell, text, until } from '../testing/directory-bench';
import { type Sshd, sshdMissing, startSshd } from '../testing/sshd';
import { createTestUser, type TestUser, testUserMissing } from '../testing/test-user';

/** What an ordinary login meets on nodes: no sudo or some, commands that nobody can end, another language. */
describe.skipIf(sshdMissing !== null || testUserMissing !== null)('a node as an ordinary user', () => {
  let user: TestUser;
  let server: Sshd;
  let bench: DirectoryBench;
  let tools: string;
  beforeAll(async () => {
    user = createTestUser();
    // The login's own PATH comes first, so a tool put there is the one that runs.
    server = await startSshd({
      user: user.name,
      config: [
        'AcceptEnv *',
        'SetEnv PATH=/tools-of-this-test:/usr/bin:/bin LANG=de_DE.UTF-8 LC_ALL=fr_FR.UTF-8 LANGUAGE=zh',
      ],
    });
    tools = join(server.folder, 'tools');
    mkdirSync(tools);
    chmodSync(tools, 0o755);
    const config = join(server.folder, 'sshd_config');
    writeFileSync(config, readFileSync(config, 'utf8').replace('/tools-of-this-test', tools));
    await server.restart();
  });
  afterAll(async () => {
    await server?.stop();
    user?.remove();
  });
  beforeEach(() => {
    bench = createDirectoryBench();
  });
  afterEach(async () => bench.close());

  function tool(name: string, script: string): void {
    writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tools, name), 0o755);
  }

  it('answers in English whatever language the login speaks', async () => {
    const host = await bench.directory.open(bench.add(server));
    const result = await host.exec({ id: 'ls', argv: ['ls', '/does/not/exist'] });
    expect(text(result.stderr)).toContain('No such file or directory');
    expect(text((await host.exec(shell('env', 'echo $LC_ALL'))).stdout)).toBe('C\n');
  });

  it('asks sudo once a session, runs what it allows and reports the rest as denied', async () => {
    const log = join(server.folder, 'sudo.log');
    writeFileSync(log, '');
    chmodSync(log, 0o666);
    tool(
      'sudo',
      `echo "$*" >> ${log}; case "$*" in "-n -l") exit 0;; "-n -- id"*) shift 2; exec "$@";; *) echo "sudo: a password is required" >&2; exit 1;; esac`,
    );
    const host = await bench.directory.open(bench.add(server));
    const batch = (): Promise<Map<string, { state: string }>> =>
      collect(
        host.batch([
          { id: 'allowed', argv: ['id', '-u'], privilege: 'root' },
          { id: 'refused', argv: ['cat', '/etc/shadow'], privilege: 'root' },
          { id: 'plain', argv: ['id', '-u'] },
        ]),
      );
    for (const results of [await batch(), await batch()]) {
      expect(Object.fromEntries([...results].map(([id, { state }]) => [id, state]))).toEqual({
        allowed: 'exited',
        refused: 'denied',
        plain: 'exited',
      });
    }
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    expect(calls.filter((call) => call === '-n -l')).toHaveLength(1);
    expect(calls.filter((call) => call === '-n -- id -u')).toHaveLength(2);
  });

  it('goes on without root when sudo does not answer, while other commands still run', async () => {
    tool('sudo', 'exec sleep 60');
    const host = await bench.directory.open(bench.add(server));
    const order: string[] = [];
    const commands = [
      { id: 'root', argv: ['id', '-u'], privilege: 'root', timeoutMs: 5000 },
      shell('long', 'sleep 12', { timeoutMs: 60_000 }),
    ] as const;
    for await (const { spec, state } of host.batch(commands)) order.push(`${spec.id} ${state}`);
    expect(order).toEqual(['root denied', 'long exited']);
    rmSync(join(tools, 'sudo'));
  });

  it('leaves a command alone that can not be ended, skips its lane, and does not start it again until it is gone', async () => {
    // A process of another user is one that this login can not end: the same to it as one stuck in the kernel.
    const immune = join(tools, 'immune-perl');
    copyFileSync('/usr/bin/perl', immune);
    chmodSync(immune, 0o4755);
    const gate = join(server.folder, 'gate');
    const starts = join(server.folder, 'starts');
    writeFileSync(starts, '');
    chmodSync(starts, 0o666);
    const argv = [
      immune,
      '-e',
      `$<=0; $(=0; open(F, ">>", "${starts}"); print F "$$\\n"; close F; select(undef,undef,undef,0.1) until -e "${gate}"`,
    ] as const;
    const hanging = { id: 'hanging', argv, lane: 'nvml', timeoutMs: 300 } as const;
    const later = shell('later', 'echo later', { lane: 'nvml' });
    // Still at work when the lane is given up.
    const other = shell('other', 'sleep 4; echo other', { timeoutMs: 20_000 });
    const id = bench.add(server);
    let host = await bench.directory.open(id);
    const states = async (): Promise<Record<string, string>> => {
      const results = await collect(host.batch([hanging, later, other]));
      return Object.fromEntries([...results].map(([name, { state }]) => [name, state]));
    };
    try {
      expect(await states()).toEqual({ hanging: 'hung', later: 'skipped', other: 'exited' });
      expect(bench.directory.status(id).hungCommands).toEqual([expect.stringContaining('immune-perl')]);
      expect(await states()).toEqual({ hanging: 'hung', later: 'skipped', other: 'exited' });
      // Another command of the lane on its own is not started either.
      expect((await host.exec(later)).state).toBe('skipped');
      await bench.restart();
      expect(bench.directory.status(id).hungCommands).toEqual([expect.stringContaining('immune-perl')]);
      host = await bench.directory.open(id);
      expect(await states()).toEqual({ hanging: 'hung', later: 'skipped', other: 'exited' });
      expect(readFileSync(starts, 'utf8').trim().split('\n')).toHaveLength(1);
    } finally {
      writeFileSync(gate, '');
    }
    const pid = Number(readFileSync(starts, 'utf8').trim());
    await until(() => !isThere(pid), 'the hung process ends');
    expect(await states()).toEqual({ hanging: 'exited', later: 'exited', other: 'exited' });
    await bench.restart();
    expect(bench.directory.status(id).hungCommands).toEqual([]);
  });

  it('goes on beside what escaped its group with an output', async () => {
    const host = await bench.directory.open(bench.add(server));
    const results = await collect(
      host.batch([
        shell('escaping', 'setsid sh -c "sleep 4" & exit 0', { timeoutMs: 400 }),
        shell('fine', 'echo fine'),
      ]),
    );
    expect(results.get('escaping')).toMatchObject({ state: 'exited', exitCode: 0, isTruncated: true });
    expect(results.get('fine')).toMatchObject({ state: 'exited', isTruncated: false });
  });

  it('works with busybox alone', async () => {
    const only = join(server.folder, 'only-busybox');
    mkdirSync(only, { recursive: true });
    chmodSync(only, 0o755);
    for (const name of ['sh', 'cat', 'sleep', 'date', 'id', 'awk', 'base64', 'setsid', 'echo']) {
      try {
        symlinkSync('/usr/bin/busybox', join(only, name));
      } catch {
        // There from an earlier try.
      }
    }
    const busy = await startSshd({ user: user.name, config: [`SetEnv PATH=${only}`, `ForceCommand exec ${only}/sh`] });
    try {
      chmodSync(server.folder, 0o755);
      const host = await bench.directory.open(bench.add(busy));
      const results = await collect(
        host.batch([
          { id: 'a', argv: ['echo', 'one'] },
          { id: 'b', argv: ['sleep', '30'], timeoutMs: 300 },
        ]),
      );
      expect([text(results.get('a')?.stdout), results.get('b')?.state]).toEqual(['one\n', 'timeout']);
    } finally {
      await busy.stop();
    }
  });
});

function isThere(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`).length > 0;
  } catch {
    return false;
  }
}
