import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { LocalHost } from '../local-host';
import { collect, shell, until } from '../testing/directory-bench';
import { markedEnvironment, markedProcesses } from '../testing/marked-processes';
import { shells } from '../testing/shells';

/** Ignores TERM and holds no pipe of the batch, so that only its process group still tells where it came from. */
const stubborn = '(trap "" TERM; exec sleep 900) >/dev/null 2>&1 & wait';

// They mostly wait, each for processes of its own.
describe.concurrent.each(shells)('after a batch in $name', ({ argv }) => {
  const skip = !existsSync(argv[0]);

  function host(more?: NodeJS.ProcessEnv, prefix: readonly string[] = []) {
    const { mark, environment } = markedEnvironment(more);
    const [first = '', ...rest] = [...prefix, ...argv];
    return { local: new LocalHost({ id: 'here', shell: [first, ...rest], environment }), mark };
  }
  const nothingIsLeft = (mark: string) =>
    until(() => markedProcesses(mark).length === 0, 'every process of it is gone');
  async function cancelled(local: LocalHost, commands: readonly CommandSpec[], mark: string, sign: string) {
    const cancel = new AbortController();
    const batch = expect(collect(local.batch(commands, { signal: cancel.signal }))).rejects.toMatchObject({
      name: 'AbortError',
    });
    await until(() => markedProcesses(mark).some(({ command }) => command === sign), `${sign} runs`);
    cancel.abort();
    await batch;
  }

  it.skipIf(skip)('no alarm sleeps on, however often a shorter limit replaced it', async () => {
    const { local, mark } = host();
    for (let round = 0; round < 3; round += 1) {
      const commands = Array.from({ length: 40 }, (_, index) =>
        shell(`command ${index}`, ':', { timeoutMs: 900_000 - index * 20_000 }),
      );
      expect((await collect(local.batch(commands))).size).toBe(40);
    }
    await nothingIsLeft(mark);
  });

  it.skipIf(skip)('a process that ignores TERM is gone, though the command that started it ended by it', async () => {
    const { local, mark } = host();
    const results = await collect(local.batch([shell('stubborn', stubborn, { timeoutMs: 1000 })]));
    expect(results.get('stubborn')?.state).toBe('timeout');
    await nothingIsLeft(mark);
  });

  it.skipIf(skip)('that was cancelled nothing is left either', async () => {
    const { local, mark } = host();
    await cancelled(local, [shell('stubborn', stubborn, { timeoutMs: 900_000 })], mark, 'sleep 900');
    await nothingIsLeft(mark);
  });

  it.skipIf(skip)('that was cancelled nobody waits for a daemon that holds an output', async ({ onTestFinished }) => {
    const { local, mark } = host();
    const daemon = shell('daemon', 'setsid sleep 902 &', { timeoutMs: 900_000 });
    await cancelled(local, [daemon], mark, 'sleep 902');
    const left = () => markedProcesses(mark);
    onTestFinished(() => left().forEach(({ pid }) => void process.kill(pid)));
    await until(() => left().length === 1, 'only the daemon is left');
    expect(left()).toMatchObject([{ command: 'sleep 902' }]);
  });

  it.skipIf(skip)(
    'a command that ended but left a daemon on its output ended as it did, with its output cut',
    async ({ onTestFinished }) => {
      const { local, mark } = host();
      const commands = [
        shell('daemon', 'echo printed; setsid sleep 903 & exit 3', { timeoutMs: 4000 }),
        shell('sibling', 'echo fine', { timeoutMs: 60_000 }),
      ];
      const results = await collect(local.batch(commands));
      const left = () => markedProcesses(mark);
      onTestFinished(() => left().forEach(({ pid }) => void process.kill(pid)));
      await until(() => left().length === 1, 'only the daemon is left');
      expect(left()).toMatchObject([{ command: 'sleep 903' }]);
      expect(results.get('daemon')).toMatchObject({ state: 'exited', exitCode: 3, isTruncated: true });
      expect(results.get('daemon')?.durationMs).toBeLessThan(3900);
      expect(results.get('sibling')).toMatchObject({ state: 'exited', exitCode: 0, isTruncated: false });
    },
  );

  it.skipIf(skip)('a command that ended but left a child on its output has all that both printed', async () => {
    const { local, mark } = host();
    const command = shell('child', 'echo mine; { echo its own; exec sleep 904; } &', { timeoutMs: 4000 });
    const results = await collect(local.batch([command]));
    expect(results.get('child')).toMatchObject({ state: 'exited', exitCode: 0, isTruncated: false });
    expect(Buffer.from(results.get('child')?.stdout ?? []).toString()).toBe('mine\nits own\n');
    await nothingIsLeft(mark);
  });

  const isRoot = process.getuid?.() === 0;
  const asNobody = isRoot ? ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const cannot = skip || (isRoot && !existsSync('/usr/bin/setpriv'));
  it.skipIf(cannot).for(['given up', 'cancelled'])(
    'a sudo that says nothing is gone when %s',
    async (how, { onTestFinished }) => {
      const folder = mkdtempSync(join(tmpdir(), 'gantry-sudo-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, 'sudo'), '#!/bin/sh\nsleep 901\n');
      chmodSync(join(folder, 'sudo'), 0o755);
      const { local, mark } = host({ PATH: `${folder}:${process.env.PATH}` }, asNobody);
      const rooted: CommandSpec = { id: 'rooted', argv: ['id'], privilege: 'root', timeoutMs: 900_000 };
      if (how === 'cancelled') await cancelled(local, [rooted], mark, 'sleep 901');
      else expect((await collect(local.batch([rooted]))).get('rooted')?.state).toBe('denied');
      await nothingIsLeft(mark);
    },
  );

  it.skipIf(skip)('a stream that was stopped leaves nothing that ignores TERM', async () => {
    const { local, mark } = host();
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const _ of local.stream(['sh', '-c', `echo; ${stubborn}`], { signal: stop.signal })) {
        await until(() => markedProcesses(mark).some(({ command }) => command === 'sleep 900'), 'it runs');
        stop.abort();
      }
    };
    await expect(follow()).rejects.toMatchObject({ name: 'AbortError' });
    await nothingIsLeft(mark);
  });
});
