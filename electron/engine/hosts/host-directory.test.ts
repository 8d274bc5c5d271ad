import { createServer, type Server } from 'node:net';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewHost, RemovedHost } from '#shared/contract/hosts';
import type { HostStatus } from '#shared/domain/host';
import { NotFoundError } from '../errors';
import { hostProcedures } from '../rpc/hosts';
import { createDirectoryBench, type DirectoryBench, until, writeHomeFile } from './testing/directory-bench';
import { freePort } from './testing/sshd';

let bench: DirectoryBench;
beforeEach(() => {
  bench = createDirectoryBench();
});
afterEach(async () => bench.close());

async function listen(
  onConnection: (socket: import('node:net').Socket) => void,
): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, server };
}

async function testError(address: string, port: number, from = bench): Promise<unknown[]> {
  const { steps, error } = await from.directory.test({ host: { kind: 'ssh', target: { address, port, user: 'me' } } });
  return [steps.find(({ outcome }) => outcome === 'fail')?.step, error];
}

describe('the saved hosts', () => {
  it('fills a host from ssh config, keeps it, and refuses the same destination twice', async () => {
    writeHomeFile(
      bench.homeDir,
      '.ssh/config',
      'Host gpu-01\n  HostName 10.1.1.1\n  User ops\n  ProxyJump gate\nHost *\n  Port 2222\n',
    );
    const [spec] = bench.directory.add([{ kind: 'ssh', tags: ['rack 1'], target: { address: 'gpu-01' } }]);
    expect(spec).toEqual({
      kind: 'ssh',
      id: expect.any(String),
      name: 'gpu-01',
      tags: ['rack 1'],
      target: {
        alias: 'gpu-01',
        address: '10.1.1.1',
        port: 2222,
        user: 'ops',
        identityFiles: [],
        useAgent: true,
        proxyJump: ['gate'],
      },
    });
    const again: NewHost = { kind: 'ssh', target: { address: '10.1.1.1', user: 'ops', proxyJump: ['gate'] } };
    expect(() => bench.directory.add([again])).toThrow(
      expect.objectContaining({ name: 'ConflictError', params: { name: 'gpu-01' } }),
    );
    expect(bench.directory.readSshConfig()).toMatchObject({
      entries: [{ alias: 'gpu-01', isAlreadyAdded: true, problem: null }],
      problems: [],
    });
    const { hosts, problems } = bench.directory.parseList('gpu-01\ngpu-02');
    expect([hosts.length, problems]).toMatchObject([
      1,
      [{ line: 1, text: 'gpu-01', detail: 'Already added as gpu-01.' }],
    ]);
    // All of a list or none of it.
    expect(() => bench.directory.add([{ kind: 'ssh', target: { address: 'new' } }, again])).toThrow();
    expect(bench.directory.list()).toHaveLength(1);
    await bench.directory.remove(spec?.id ?? '');
    expect(bench.directory.list()).toEqual([]);
    expect(bench.directory.everyHost()).toEqual([spec]);
    expect(bench.directory.add([again])).toHaveLength(1);
    expect(bench.audited).toEqual(['host.add', 'host.remove', 'host.add']);
  });

  it('adds a node once that several aliases lead to, with names that fit on a line', () => {
    writeHomeFile(bench.homeDir, '.ssh/config', 'Host gpu-01 gpu-01.lab\n  HostName 10.1.1.1\nHost gpu-02\n');
    const hosts = bench.directory
      .readSshConfig()
      .entries.map(
        ({ alias, target }): NewHost => ({ kind: 'ssh', name: `${alias}\u001b[31m\nx`, tags: [' ', 'a\tb'], target }),
      );
    expect(hosts).toHaveLength(3);
    expect(bench.directory.add(hosts).map(({ name, tags }) => [name, tags])).toEqual([
      ['gpu-01 [31m x', ['a b']],
      ['gpu-02 [31m x', ['a b']],
    ]);
    expect(bench.audited).toEqual(['host.add', 'host.add']);
  });

  it('runs on this machine, tells each status change and forgets what was removed', async () => {
    const seen: Array<HostStatus | RemovedHost> = [];
    const removed: string[] = [];
    const stop = new AbortController();
    const connected: string[] = [];
    bench.directory.onDidConnect((id) => connected.push(id));
    bench.directory.onDidRemove((id) => removed.push(id));
    const watch = (async () => {
      for await (const status of bench.directory.watch(stop.signal)) seen.push(status);
    })();
    const [spec] = bench.directory.add([{ kind: 'local' }]);
    const id = spec?.id ?? '';
    const host = await bench.directory.open(id);
    expect((await host.exec({ id: 'true', argv: ['true'] })).exitCode).toBe(0);
    expect(connected).toEqual([id]);
    expect(() => bench.directory.add([{ kind: 'local' }])).toThrow(expect.objectContaining({ key: 'hosts.duplicate' }));
    await until(() => seen.some((told) => 'lastSeenAtMs' in told && told.lastSeenAtMs !== null), 'it was seen');
    await bench.directory.remove(id);
    await until(() => seen.some((told) => 'isRemoved' in told), 'its removal was told');
    stop.abort();
    await watch.catch(() => {});
    expect(removed).toEqual([id]);
    await expect(bench.directory.open(id)).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('a connection test', () => {
  it('explains a name that does not resolve', async () => {
    expect(await testError('no-such-host.invalid', 22)).toEqual([
      'resolve',
      { code: 'dns', address: 'no-such-host.invalid', via: null },
    ]);
  });

  it('explains a port where nothing listens', async () => {
    const port = await freePort();
    expect(await testError('127.0.0.1', port)).toEqual([
      'connect',
      { code: 'refused', address: '127.0.0.1', port, via: null },
    ]);
  });

  it('explains a server that is none of SSH, and one that says nothing', async () => {
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const silent = await listen(() => {});
    expect(await testError('127.0.0.1', web.port)).toEqual([
      'connect',
      { code: 'not-ssh', address: '127.0.0.1', port: web.port, detail: 'HTTP/1.1 400 Bad Request' },
    ]);
    const impatient = createDirectoryBench({ connectTimeoutMs: 400 });
    expect(await testError('127.0.0.1', silent.port, impatient)).toEqual([
      'connect',
      { code: 'timeout', address: '127.0.0.1', port: silent.port, timeoutMs: 400, via: null },
    ]);
    await impatient.close();
    web.server.close();
    silent.server.close();
  });

  it('explains a server that hangs up before the login', async () => {
    const shut = await listen((socket) => socket.destroy());
    expect(await testError('127.0.0.1', shut.port)).toEqual([
      'connect',
      { code: 'busy', detail: expect.any(String), via: null },
    ]);
    shut.server.close();
  });

  it('explains an address that never answers, or that there is no way to', async () => {
    // TEST-NET-1 (RFC 5737): dropped or unroutable, depending on where this runs; never answered.
    const [step, error] = await testError('192.0.2.1', 22);
    expect(step).toBe('connect');
    expect(['timeout', 'unreachable', 'refused']).toContain((error as { code: string }).code);
  });

  it('stops when it is cancelled', async () => {
    const silent = await listen(() => {});
    const host = { kind: 'ssh', target: { address: '127.0.0.1', port: silent.port, user: 'me' } } as const;
    await expect(bench.directory.test({ host }, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: 'AbortError',
    });
    silent.server.close();
  });

  it('tests this machine as well', async () => {
    const { steps, error, sudo } = await bench.directory.test({ host: { kind: 'local' } });
    expect([steps.map(({ outcome }) => outcome).slice(0, 5), error]).toEqual([
      ['skipped', 'skipped', 'skipped', 'skipped', 'pass'],
      null,
    ]);
    expect(sudo).not.toBe('unknown');
  });
});

describe('the contract', () => {
  it('answers every procedure with what the contract says, errors as their codes', async () => {
    const client = createRouterClient(hostProcedures(bench.directory));
    const [spec] = await client.add({
      hosts: [{ kind: 'ssh', target: { address: '127.0.0.1', port: await freePort(), user: 'me' } }],
    });
    if (spec?.kind !== 'ssh') throw new Error('not added');
    expect((await client.list()).map(({ status }) => status.connection)).toEqual(['idle']);
    await expect(client.connect({ hostId: spec.id })).rejects.toMatchObject({
      code: 'HOST_UNAVAILABLE',
      data: { hostId: spec.id, host: { code: 'refused' } },
    });
    await expect(client.add({ hosts: [{ kind: 'ssh', target: spec.target }] })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(client.remove({ hostId: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.answerPrompt({ id: 'nobody', answers: null, remember: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(client.test({})).rejects.toMatchObject({ code: 'INVALID' });
    expect(await client.update({ spec: { ...spec, name: 'renamed' } })).toMatchObject({ name: 'renamed' });
    expect(await client.tag({ hostIds: [spec.id], add: ['lab', ' rack 4 '], remove: [] })).toMatchObject([
      { name: 'renamed', tags: ['lab', 'rack 4'] },
    ]);
    await expect(client.tag({ hostIds: [spec.id, 'nobody'], add: ['x'], remove: [] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await client.tag({ hostIds: [spec.id], add: ['lab'], remove: ['rack 4'] });
    expect((await client.list()).map((one) => one.spec.tags)).toEqual([['lab']]);
    expect((await client.readSshConfig({})).entries).toEqual([]);
    expect((await client.parseList({ text: 'a\n?' })).problems).toHaveLength(1);
    expect(await client.disconnect({ hostId: spec.id })).toMatchObject({ connection: 'idle', error: null });
    const stop = new AbortController();
    const first = await (await client.watch(undefined, { signal: stop.signal })).next();
    expect(first.value).toMatchObject([{ hostId: spec.id }]);
    stop.abort();
    await client.remove({ hostId: spec.id });
    expect(await client.list()).toEqual([]);
  });

  it('keeps a question open for whoever comes later, and closes it when its connection is given up', async () => {
    const cancel = new AbortController();
    const client = createRouterClient(hostProcedures(bench.directory));
    bench.answer = () => {
      throw new Error('someone else answers');
    };
    const asking = bench.directory.prompts.ask(
      { kind: 'host-key', hostId: null, target: 'x', offered: { keyType: 't', sha256: 's' }, knownHostsFile: 'f' },
      { signal: cancel.signal },
    );
    const stop = new AbortController();
    const events = await client.watchPrompts(undefined, { signal: stop.signal });
    const opened = await events.next();
    expect(opened.value).toMatchObject({ event: 'opened', prompt: { kind: 'host-key', target: 'x' } });
    cancel.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    expect((await events.next()).value).toMatchObject({ event: 'closed' });
    stop.abort();
  });
});
