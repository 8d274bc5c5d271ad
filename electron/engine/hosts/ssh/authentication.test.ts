import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Prompt } from '#shared/contract/hosts';
import type { HostUnavailableError } from '../host';
import { createDirectoryBench, type DirectoryBench, shell, text, until } from '../testing/directory-bench';
import { makeKey, type Sshd, sshdMissing, startSshd } from '../testing/sshd';
import { startTcpProxy } from '../testing/tcp-proxy';
import { createTestUser, type TestUser, testUserMissing } from '../testing/test-user';

const credentials = (prompts: readonly Prompt[]): string[] =>
  prompts.flatMap((prompt) =>
    prompt.kind === 'credentials' ? [`${prompt.method}${prompt.isRetry ? ' again' : ''}`] : [],
  );

async function failureOf(promise: Promise<unknown>): Promise<HostUnavailableError['hostError']> {
  return promise.then(
    () => Promise.reject(new Error('it connected')),
    (error: HostUnavailableError) => error.hostError,
  );
}

describe.skipIf(sshdMissing !== null)('logging in by key', () => {
  let server: Sshd;
  let bench: DirectoryBench;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(async () => server?.stop());
  afterEach(async () => bench.close());

  it('takes a key from the agent, and only that one costs a try', async () => {
    const agent = spawn('ssh-agent', ['-D', '-a', join(server.folder, 'agent')], { stdio: 'ignore' });
    try {
      const socket = join(server.folder, 'agent');
      await until(() => existsSync(socket), 'the agent listens');
      const environment = { ...process.env, SSH_AUTH_SOCK: socket };
      const others = [1, 2].map((index) =>
        makeKey(join(server.folder, `other${index}`), { comment: `other ${index}` }),
      );
      execFileSync('ssh-add', [...others, server.keyFile], { env: environment, stdio: 'ignore' });
      bench = createDirectoryBench({ environment: { SSH_AUTH_SOCK: socket } });
      // Named by its public half: asked for first although the agent lists it last.
      const id = bench.add(server, { useAgent: true, identityFiles: [server.keyFile] });
      const report = await bench.directory.test({ hostId: id });
      expect(report.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
        'resolve pass',
        'connect pass',
        'host-key pass',
        'authenticate pass',
        'shell pass',
        expect.stringMatching(/^sudo (pass|warn)$/),
      ]);
      expect(report.steps[3]?.detail).toBe('publickey agent ssh-ed25519 test');
      expect([report.error, report.roundTripMs !== null]).toEqual([null, true]);
    } finally {
      agent.kill();
    }
  });

  it.each([
    ['sshd lets one try as many as it does by default', 'MaxAuthTries 6', 8, 2],
    ['sshd is strict', 'MaxAuthTries 2', 5, 3],
  ])('finds the right one behind many keys of the agent where %s', async (_, config, position, connections) => {
    const strict = await startSshd({ config: [config] });
    const socket = join(strict.folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      await until(() => existsSync(socket), 'the agent listens');
      const others = Array.from({ length: position - 1 }, (_one, index) => makeKey(join(strict.folder, `o${index}`)));
      const environment = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', [...others, strict.keyFile], { env: environment, stdio: 'ignore' });
      bench = createDirectoryBench({ environment: { SSH_AUTH_SOCK: socket } });
      await bench.directory.open(bench.add(strict, { useAgent: true, identityFiles: [] }));
      // One more is whoever waited for sshd to listen.
      expect(strict.log().match(/Connection from/g)).toHaveLength(connections + 1);
      // Refusals past the limit are what intrusion detection goes by: none that is not called for.
      expect(/maximum authentication attempts/.test(strict.log())).toBe(config === 'MaxAuthTries 2');
    } finally {
      agent.kill();
      await strict.stop();
    }
  });

  it('asks for a passphrase once a session, also after a wrong one and for a second host', async () => {
    bench = createDirectoryBench();
    const locked = makeKey(join(bench.homeDir, 'locked'), { passphrase: 'open sesame' });
    appendFileSync(join(server.folder, 'authorized_keys'), readFileSync(`${locked}.pub`));
    const answers = ['wrong', 'open sesame'];
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : [answers.shift() ?? '']);
    const id = bench.add(server, { identityFiles: [locked] });
    await bench.directory.open(id);
    expect(credentials(bench.prompts)).toEqual(['passphrase', 'passphrase again']);
    await bench.directory.disconnect(id);
    await bench.directory.open(id);
    const proxy = await startTcpProxy(server);
    await bench.directory.open(bench.add(server, { identityFiles: [locked], port: proxy.port }));
    await proxy.close();
    expect(credentials(bench.prompts)).toHaveLength(2);
  });

  it('goes on with a login whose passphrase the keychain does not take, and says so', async () => {
    bench = createDirectoryBench({
      secrets: {
        encrypt: () => Promise.reject(new Error('locked')),
        decrypt: () => Promise.reject(new Error('locked')),
      },
    });
    const locked = makeKey(join(bench.homeDir, 'locked'), { passphrase: 'open sesame' });
    appendFileSync(join(server.folder, 'authorized_keys'), readFileSync(`${locked}.pub`));
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : ['open sesame']);
    bench.remember = true;
    const id = bench.add(server, { identityFiles: [locked] });
    await bench.directory.open(id);
    expect([bench.directory.status(id).connection, bench.notices]).toEqual(['connected', ['engine.secretRefused']]);
  });

  it('says what the server offered, what was tried and which keys could not be used', async () => {
    bench = createDirectoryBench();
    const stranger = makeKey(join(bench.homeDir, '.ssh-stranger'));
    const broken = join(bench.homeDir, 'broken');
    writeFileSync(broken, 'no key at all');
    const pipe = join(bench.homeDir, 'pipe');
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', pipe]);
    const id = bench.add(server, { identityFiles: ['~/missing', broken, pipe, stranger] });
    expect(await failureOf(bench.directory.open(id))).toEqual({
      code: 'auth-failed',
      user: server.user,
      offered: ['publickey'],
      tried: ['publickey ~/.ssh-stranger'],
      skipped: [
        { what: '~/missing', why: { key: 'hosts.keyProblem.missing' } },
        { what: '~/broken', why: { key: 'hosts.keyProblem.unusable', params: { detail: expect.any(String) } } },
        { what: '~/pipe', why: { key: 'hosts.keyProblem.unusable', params: { detail: 'it is not a regular file' } } },
      ],
      via: null,
    });
    expect(bench.directory.status(id)).toMatchObject({ connection: 'failed', error: { code: 'auth-failed' } });
    const report = await bench.directory.test({ hostId: id });
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['pass', 'pass', 'pass', 'fail', 'skipped', 'skipped']);
  });

  it('finds the usual key of the home folder and follows an alias of ssh config', async () => {
    bench = createDirectoryBench();
    execFileSync('mkdir', ['-m', '700', join(bench.homeDir, '.ssh')]);
    copyFileSync(server.keyFile, join(bench.homeDir, '.ssh/id_ed25519'));
    writeFileSync(
      join(bench.homeDir, '.ssh/config'),
      `Host node\n  HostName 127.0.0.1\n  Port ${server.port}\n  User ${server.user}\n  IdentityAgent none\n`,
    );
    const [spec] = bench.directory.add([{ kind: 'ssh', target: { address: 'node' } }]);
    expect(spec).toMatchObject({
      name: 'node',
      target: { alias: 'node', address: '127.0.0.1', port: server.port, useAgent: false },
    });
    const host = await bench.directory.open(spec?.id ?? '');
    expect(text((await host.exec(shell('x', 'echo in'))).stdout)).toBe('in\n');
  });
});

describe.skipIf(sshdMissing !== null || testUserMissing !== null)('logging in with words', () => {
  let user: TestUser;
  let bench: DirectoryBench;
  let server: Sshd | null = null;
  beforeAll(async () => {
    user = createTestUser();
  });
  afterAll(() => user?.remove());
  beforeEach(() => {
    bench = createDirectoryBench();
  });
  afterEach(async () => {
    await bench.close();
    await server?.stop();
  });

  it('asks for a password once a session, again after a wrong one, and reuses it to reconnect', async () => {
    server = await startSshd({
      user: user.name,
      config: ['PasswordAuthentication yes', 'UsePAM yes', 'AuthenticationMethods password'],
    });
    const answers = ['wrong', user.password];
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : [answers.shift() ?? '']);
    const id = bench.add(server, { identityFiles: [] });
    const host = await bench.directory.open(id);
    expect(text((await host.exec(shell('who', 'id -un'))).stdout)).toBe(`${user.name}\n`);
    await bench.directory.disconnect(id);
    await bench.directory.open(id);
    expect(credentials(bench.prompts)).toEqual(['password', 'password again']);
  });

  it('forgets a wrong password that the server hung up on, and asks again on another connection', async () => {
    server = await startSshd({
      user: user.name,
      config: ['PasswordAuthentication yes', 'UsePAM yes', 'AuthenticationMethods password', 'MaxAuthTries 1'],
    });
    const answers = ['wrong', user.password];
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : [answers.shift() ?? '']);
    const id = bench.add(server, { identityFiles: [] });
    await bench.directory.open(id);
    await bench.directory.disconnect(id);
    await bench.directory.open(id);
    expect(credentials(bench.prompts)).toEqual(['password', 'password again']);
  });

  it('remembers a password encrypted, never in the clear, and only when asked to', async () => {
    server = await startSshd({
      user: user.name,
      config: ['PasswordAuthentication yes', 'UsePAM yes', 'AuthenticationMethods password'],
    });
    const kept: string[] = [];
    await bench.close();
    bench = createDirectoryBench({
      secrets: {
        encrypt: async (secret) => {
          kept.push(secret);
          return Buffer.from('sealed');
        },
        decrypt: async () => user.password,
      },
    });
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : [user.password]);
    bench.remember = true;
    await bench.directory.open(bench.add(server, { identityFiles: [] }));
    expect(kept).toEqual([user.password]);
  });

  it('answers keyboard-interactive rounds and a second factor after a key', async () => {
    server = await startSshd({
      user: user.name,
      config: [
        'KbdInteractiveAuthentication yes',
        'UsePAM yes',
        'AuthenticationMethods publickey,keyboard-interactive',
      ],
    });
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : [user.password]);
    const id = bench.add(server);
    await bench.directory.open(id);
    const asked = bench.prompts.flatMap((prompt) => (prompt.kind === 'credentials' ? [prompt] : []));
    expect(asked.map(({ method, fields }) => [method, fields.map(({ isSecret }) => isSecret)])).toEqual([
      ['keyboard-interactive', [true]],
    ]);
    await bench.directory.disconnect(id);
    await bench.directory.open(id);
    expect(credentials(bench.prompts)).toEqual(['keyboard-interactive']);
  });

  it('tells a cancelled prompt from a refused login', async () => {
    server = await startSshd({
      user: user.name,
      config: ['PasswordAuthentication yes', 'UsePAM yes', 'AuthenticationMethods password'],
    });
    const id = bench.add(server, { identityFiles: [] });
    expect((await failureOf(bench.directory.open(id))).code).toBe('cancelled');
  });

  it('runs what needs root through sudo only where that works, and says denied where it does not', async () => {
    server = await startSshd({ user: user.name });
    const host = await bench.directory.open(bench.add(server));
    const result = await host.exec({ id: 'root', argv: ['cat', '/etc/shadow'], privilege: 'root' });
    expect([result.state, text(result.stdout)]).toEqual(['denied', '']);
  });
});
