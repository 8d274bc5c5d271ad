import { appendFileSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2, { type KeyboardAuthContext } from 'ssh2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Prompt } from '#shared/contract/hosts';
import { generateKey } from '../../../sim/ssh/host-keys';
import type { HostUnavailableError } from '../host';
import { createDirectoryBench, type DirectoryBench, text } from '../testing/directory-bench';
import { freePort, makeKey, type Sshd, sshdMissing, startSshd } from '../testing/sshd';

let bench: DirectoryBench;
beforeEach(() => {
  bench = createDirectoryBench();
});
afterEach(() => bench.close());

async function failureOf(promise: Promise<unknown>): Promise<HostUnavailableError['hostError']> {
  return promise.then(
    () => Promise.reject(new Error('it connected')),
    (error: HostUnavailableError) => error.hostError,
  );
}

const asked = (kind: 'passphrase' | 'keyboard-interactive') =>
  bench.prompts.filter((prompt) => prompt.kind === 'credentials' && prompt.method === kind);

describe.skipIf(sshdMissing !== null)('a node that does not wait for the answer', () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd({ config: ['LoginGraceTime 1'] });
  });
  afterAll(() => server?.stop());

  it.each([
    ['the host key', { isKeyKnown: false }],
    ['a passphrase', { isKeyKnown: true }],
  ])('takes its question about %s with it, and is not tried again by itself', async (_, { isKeyKnown }) => {
    const locked = makeKey(join(bench.homeDir, 'locked'), { passphrase: 'open sesame' });
    const id = bench.add(server, { identityFiles: [locked] });
    const closed: string[] = [];
    const watching = (async () => {
      for await (const event of bench.directory.prompts.watch()) if (event.event === 'closed') closed.push(event.id);
    })();
    watching.catch(() => {});
    bench.answer = (prompt) => (isKeyKnown && prompt.kind === 'host-key' ? ['yes'] : undefined);
    expect(await failureOf(bench.directory.open(id))).toEqual({ code: 'unanswered', via: null });
    const [open] = bench.prompts.slice(-1);
    expect(open?.kind).toBe(isKeyKnown ? 'credentials' : 'host-key');
    await expect.poll(() => closed).toContain(open?.id);
    // An answer that comes now reaches nobody, and breaks nothing.
    expect(() => bench.directory.prompts.answer(open?.id ?? '', ['yes'], false)).toThrow();
    expect(bench.directory.status(id).connection).toBe('failed');
  });
});

describe.skipIf(sshdMissing !== null)('a key with a passphrase', () => {
  let server: Sshd;
  let id: string;
  beforeAll(async () => {
    // One wrong try and the door is shut: a passphrase must never count as one.
    server = await startSshd({ config: ['MaxAuthTries 1'] });
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    const locked = makeKey(join(bench.homeDir, 'locked'), { passphrase: 'open sesame' });
    appendFileSync(join(server.folder, 'authorized_keys'), readFileSync(`${locked}.pub`));
    id = bench.add(server, { identityFiles: [locked] });
  });

  it('is asked for three times, and nothing reaches the server while it is wrong', async () => {
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : ['wrong']);
    expect(await failureOf(bench.directory.open(id))).toMatchObject({
      code: 'auth-failed',
      tried: [],
      skipped: [{ what: '~/locked', why: { key: 'hosts.keyProblem.wrongPassphrase' } }],
    });
    expect(asked('passphrase').map((prompt) => prompt.kind === 'credentials' && prompt.isRetry)).toEqual([
      false,
      true,
      true,
    ]);
    expect(bench.directory.status(id).connection).toBe('failed');
  });

  it('is unlocked at the third time', async () => {
    const answers = ['wrong', 'wrong again', 'open sesame'];
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : [answers.shift() ?? '']);
    const host = await bench.directory.open(id);
    expect(text((await host.exec({ id: 'x', argv: ['echo', 'in'] })).stdout)).toBe('in\n');
  });

  it('may be kept back: then the connection was cancelled, and is as it was before', async () => {
    expect(await failureOf(bench.directory.open(id))).toEqual({ code: 'cancelled' });
    expect(bench.directory.status(id).connection).toBe('idle');
    expect(asked('passphrase')).toHaveLength(1);
  });
});

describe('a server with two questions at once', () => {
  let port: number;
  let server: ssh2.Server;
  let received: string[][];
  beforeEach(async () => {
    received = [];
    server = new ssh2.Server({ hostKeys: [generateKey().privateKey] }, (connection) => {
      connection.on('error', () => {});
      connection.on('authentication', (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        const questions = [
          { prompt: 'Password: ', echo: false },
          { prompt: 'Verification code: ', echo: true },
        ];
        (context as KeyboardAuthContext).prompt(questions, 'Second factor', 'Have your token ready.', (answers) => {
          received.push(answers);
          if (answers.join(' ') === 'secret 123456') context.accept();
          else context.reject(['keyboard-interactive']);
        });
      });
      connection.on('session', (accept) => {
        accept().on('exec', (acceptExec) => acceptExec().end('hello\n'));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as { port: number });
  });
  afterEach(() => server.close());

  const add = () => {
    const target = { address: '127.0.0.1', port, user: 'ops', useAgent: false, identityFiles: [] };
    return bench.directory.add([{ kind: 'ssh', target }])[0]?.id ?? '';
  };
  const answerWith =
    (...rounds: Array<string[] | null>) =>
    (prompt: Prompt) =>
      prompt.kind === 'host-key' ? ['yes'] : (rounds.shift() ?? null);

  it('shows both together, one hidden and one not, and asks again after a wrong answer', async () => {
    bench.answer = answerWith(['secret', '000000'], ['secret', '123456']);
    await bench.directory.connect(add());
    expect(received).toEqual([
      ['secret', '000000'],
      ['secret', '123456'],
    ]);
    expect(asked('keyboard-interactive')).toMatchObject([
      {
        instructions: 'Second factor\nHave your token ready.',
        fields: [
          { text: 'Password: ', isSecret: true },
          { text: 'Verification code: ', isSecret: false },
        ],
        isRetry: false,
        canRemember: false,
      },
      { isRetry: true },
    ]);
  });

  it('is given up after three wrong rounds, and not tried again by itself', async () => {
    bench.answer = (prompt) => (prompt.kind === 'host-key' ? ['yes'] : ['wrong', 'wrong']);
    const id = add();
    expect(await failureOf(bench.directory.connect(id))).toMatchObject({
      code: 'auth-failed',
      offered: ['keyboard-interactive'],
      tried: ['keyboard-interactive', 'keyboard-interactive', 'keyboard-interactive'],
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(received).toHaveLength(3);
    expect(bench.directory.status(id).connection).toBe('failed');
  });

  it('gets no answer, not even an empty one, when the person cancels', async () => {
    bench.answer = answerWith(null);
    const id = add();
    expect(await failureOf(bench.directory.connect(id))).toEqual({ code: 'cancelled' });
    expect(received).toEqual([]);
    expect(bench.directory.status(id)).toMatchObject({ connection: 'idle', error: { code: 'cancelled' } });
  });
});

it.skipIf(sshdMissing !== null)('says refused of a port that is closed behind a gateway', async () => {
  const gateway = await startSshd();
  try {
    mkdirSync(join(bench.homeDir, '.ssh'), { recursive: true });
    copyFileSync(gateway.keyFile, join(bench.homeDir, '.ssh/id_ed25519'));
    const port = await freePort();
    const id = bench.add(gateway, { port, proxyJump: [`${gateway.user}@127.0.0.1:${gateway.port}`] });
    expect(await failureOf(bench.directory.open(id))).toMatchObject({ code: 'refused', address: '127.0.0.1', port });
  } finally {
    await gateway.stop();
  }
});
