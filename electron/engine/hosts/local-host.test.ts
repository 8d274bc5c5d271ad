import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { LocalHost } from './local-host';
import { collect, shell, until } from './testing/directory-bench';
import { shells } from './testing/shells';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

// They mostly wait, each for commands of its own.
describe.concurrent.each(shells)('a batch in $name', ({ argv }) => {
  const skip = !existsSync(argv[0]);
  const host = (): LocalHost => new LocalHost({ id: 'local', shell: argv });

  it.skipIf(skip)('gives each command its own output, exit code, state and time', async () => {
    const results = await collect(
      host().batch([
        shell('plain', 'echo out; echo err >&2; exit 3'),
        shell('binary', "printf 'a\\000b\\377\\nno end'"),
        shell('silent', ':'),
        shell('stdin', 'cat; echo $?'),
        shell('locale', 'echo $LC_ALL; date -d @0 +%A'),
        shell(
          'errors',
          'i=0; while [ $i -lt 50 ]; do printf "%s\\n" "  line $i \\q %s" >&2; i=$((i+1)); done; printf last >&2',
        ),
        shell('slow', 'sleep 0.3; echo done'),
        { id: 'missing', argv: ['no-such-tool-here', '--version'] },
        { id: 'not-executable', argv: ['/etc/passwd'] },
        { id: 'words', timeoutMs: 30_000, argv: ['printf', '%s|', 'a b', "it's", '$(id)', 'line\nend', '中文', ''] },
      ]),
    );
    const summary = Object.fromEntries(
      [...results].map(([id, { state, exitCode, stdout }]) => [id, [state, exitCode, text(stdout)]]),
    );
    // Some shells say at once that it is no command, others only when they fail to run it.
    expect(results.get('not-executable')?.state).toMatch(/^(denied|missing-tool)$/);
    delete summary['not-executable'];
    expect(summary).toEqual({
      plain: ['exited', 3, 'out\n'],
      binary: ['exited', 0, 'a\0b\xff\nno end'],
      silent: ['exited', 0, ''],
      stdin: ['exited', 0, '0\n'],
      locale: ['exited', 0, 'C\nThursday\n'],
      errors: ['exited', 0, ''],
      slow: ['exited', 0, 'done\n'],
      missing: ['missing-tool', null, ''],
      words: ['exited', 0, `a b|it's|$(id)|line\nend|${Buffer.from('中文').toString('latin1')}||`],
    });
    expect(text(results.get('plain')?.stderr)).toBe('err\n');
    const errorLines = text(results.get('errors')?.stderr).split('\n');
    expect([errorLines.length, errorLines[0], errorLines[50]]).toEqual([51, '  line 0 \\q %s', 'last']);
    expect(results.get('slow')?.durationMs).toBeGreaterThanOrEqual(280);
    expect(Math.abs((results.get('slow')?.startedAtMs ?? 0) - Date.now())).toBeLessThan(30_000);
  });

  it.skipIf(skip)('ends what floods stdout or stderr at its cap and keeps what fits', async () => {
    const results = await collect(
      host().batch([
        { id: 'endless', argv: ['yes', 'x'.repeat(40)], maxOutputBytes: 100_000 },
        shell('100 MB', 'head -c 100000000 /dev/zero', { maxOutputBytes: 65_536 }),
        shell('noisy', 'yes error | head -c 200000 >&2; echo fine'),
        shell('long error line', 'head -c 9000 /dev/zero | tr "\\000" e >&2'),
        shell('exact', 'printf 12345678', { maxOutputBytes: 8 }),
      ]),
    );
    const sizes = Object.fromEntries(
      [...results].map(([id, { state, isTruncated, stdout, stderr }]) => [
        id,
        [state, isTruncated, stdout.length, stderr.length],
      ]),
    );
    expect(sizes).toEqual({
      endless: ['exited', true, 100_000, expect.any(Number)],
      '100 MB': ['exited', true, 65_536, 0],
      noisy: ['exited', true, 5, expect.any(Number)],
      'long error line': ['exited', false, 0, 9000],
      exact: ['exited', false, 8, 0],
    });
    expect(results.get('noisy')?.stderr.length).toBeGreaterThan(60_000);
    expect(results.get('noisy')?.stderr.length).toBeLessThanOrEqual(65_536);
  });

  it.skipIf(skip)('ends a command at its time limit, with all it started, even when it ignores TERM', async () => {
    const results = await collect(
      host().batch([
        shell('polite', 'sleep 100 & echo $$ $!; wait', { timeoutMs: 4000 }),
        shell('stubborn', 'trap "" TERM; echo $$; while :; do sleep 1; done', { timeoutMs: 4000 }),
        shell('fine', 'echo fine'),
      ]),
    );
    expect([...results].map(([id, { state }]) => `${id} ${state}`).sort()).toEqual([
      'fine exited',
      'polite timeout',
      'stubborn timeout',
    ]);
    const pids = `${text(results.get('polite')?.stdout)} ${text(results.get('stubborn')?.stdout)}`.match(/\d+/g) ?? [];
    expect(pids.length).toBe(3);
    await until(() => !pids.some((pid) => isAlive(Number(pid))), 'all of them end');
  });

  it.skipIf(skip)('runs one lane one after the other and the rest beside it', async () => {
    const laned = [0, 1, 2].map((index) =>
      shell(`lane ${index}`, 'date +%s%N; sleep 0.2; date +%s%N', { lane: 'nvml' }),
    );
    const others = Array.from({ length: 12 }, (_, index) =>
      shell(`other ${index}`, 'date +%s%N; sleep 0.1; date +%s%N'),
    );
    const results = await collect(host().batch([...others, ...laned]));
    expect(results.size).toBe(15);
    const spans = (commands: readonly CommandSpec[]): Array<{ from: bigint; to: bigint }> =>
      commands
        .map(({ id }) => {
          const [from = 0n, to = 0n] = text(results.get(id)?.stdout).trim().split('\n').map(BigInt);
          return { from, to };
        })
        .sort((one, other) => (one.from < other.from ? -1 : 1));
    const overlaps = (list: ReadonlyArray<{ from: bigint; to: bigint }>): boolean[] =>
      list.slice(1).map(({ from }, index) => from < (list[index]?.to ?? 0n));
    expect(overlaps(spans(laned))).toEqual([false, false]);
    expect(overlaps(spans(others))).toContain(true);
  });

  it.skipIf(skip)('gives up one lane and goes on with the other', async () => {
    const slow = [0, 1, 2].map((index) => shell(`slow ${index}`, 'sleep 60', { lane: 'bmc', timeoutMs: 300 }));
    const gpus = [0, 1, 2].map((index) =>
      shell(`gpu ${index}`, 'sleep 0.5; echo well', { lane: 'nvml', timeoutMs: 30_000 }),
    );
    const results = await collect(host().batch([...slow, ...gpus]));
    expect(Object.fromEntries([...results].map(([id, { state }]) => [id, state]))).toEqual({
      'slow 0': 'timeout',
      'slow 1': 'timeout',
      'slow 2': 'skipped',
      'gpu 0': 'exited',
      'gpu 1': 'exited',
      'gpu 2': 'exited',
    });
  });

  it.skipIf(skip)('gives a lane up after two of its commands ran out of time, and goes on with the rest', async () => {
    const slow = [0, 1, 2, 3].map((index) => shell(`slow ${index}`, 'sleep 60', { lane: 'nvml', timeoutMs: 300 }));
    const other = shell('other', 'sleep 3; echo other', { timeoutMs: 30_000 });
    const results = await collect(host().batch([...slow, other]));
    expect(Object.fromEntries([...results].map(([id, { state }]) => [id, state]))).toEqual({
      'slow 0': 'timeout',
      'slow 1': 'timeout',
      'slow 2': 'skipped',
      'slow 3': 'skipped',
      other: 'exited',
    });
  });

  it.skipIf(skip)('ends the commands when it is cancelled', async () => {
    const cancel = new AbortController();
    const pids: number[] = [];
    const batch = async (): Promise<void> => {
      const commands = [
        // The first one tells the other's pid, then ends; the other ignores TERM.
        shell('tell', 'until cat "$0"; do sleep 0.05; done'.replace('$0', pidFile)),
        shell(
          'long',
          `trap "" TERM; sleep 300 & echo $$ $! > ${pidFile}.part; mv ${pidFile}.part ${pidFile}; wait; sleep 300`,
          {
            timeoutMs: 60_000,
          },
        ),
      ];
      for await (const result of host().batch(commands, { signal: cancel.signal })) {
        pids.push(...(text(result.stdout).match(/\d+/g) ?? []).map(Number));
        cancel.abort();
      }
    };
    const folder = mkdtempSync(join(tmpdir(), 'gantry-local-'));
    const pidFile = join(folder, 'pids');
    await expect(batch()).rejects.toMatchObject({ name: 'AbortError' });
    rmSync(folder, { recursive: true });
    expect(pids).toHaveLength(2);
    await until(() => !pids.some(isAlive), 'both of them end');
  });

  it.skipIf(skip)('hands standard input to a command byte by byte', async () => {
    const stdin = Uint8Array.from({ length: 3000 }, (_, index) => index % 256);
    const result = await host().exec({ id: 'cat', argv: ['cat'] }, { stdin });
    expect([result.state, result.exitCode]).toEqual(['exited', 0]);
    expect(Buffer.from(result.stdout).equals(Buffer.from(stdin))).toBe(true);
  });

  it.skipIf(skip).each([
    ['that fits no pipe', 300_000],
    ['of a line', 60],
  ])('tells how a command ended that did not wait for its input %s', async (_, length) => {
    const stdin = Uint8Array.from({ length }, () => 0x61);
    const ended = await Promise.all(
      [['sh', '-c', 'exit 7'] as const, ['tee', '/no/such/folder/file'] as const].map((argv) =>
        host().exec({ id: 'ended', argv, timeoutMs: 30_000 }, { stdin }),
      ),
    );
    expect(ended.map(({ state, exitCode }) => [state, exitCode])).toEqual([
      ['exited', 7],
      ['exited', 1],
    ]);
    expect(text(ended[1]?.stderr)).toContain('/no/such/folder/file');
  });
});

describe('LocalHost', () => {
  it('says clearly that Windows has no POSIX shell', async () => {
    const host = new LocalHost({ id: 'local', platform: 'win32' });
    await expect(host.exec({ id: 'x', argv: ['true'] })).rejects.toMatchObject({
      hostError: { code: 'unsupported', detail: expect.stringContaining('Windows') },
    });
  });

  it('follows a long-lived command and ends it when told to', async () => {
    const host = new LocalHost({ id: 'local' });
    const stop = new AbortController();
    const seen: string[] = [];
    const follow = async (): Promise<void> => {
      const argv = ['sh', '-c', 'echo $$; while :; do echo tick; sleep 0.05; done'] as const;
      for await (const chunk of host.stream(argv, { signal: stop.signal })) {
        seen.push(...text(chunk).trim().split('\n'));
        if (seen.length > 4) stop.abort();
      }
    };
    await expect(follow()).rejects.toMatchObject({ name: 'AbortError' });
    const pid = Number(seen[0]);
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid), 'the command ends');
  });

  it('says that there is no shell when it can not be started', async () => {
    const host = new LocalHost({ id: 'local', shell: ['/no/such/shell'] });
    await expect(host.exec({ id: 'x', argv: ['true'] })).rejects.toMatchObject({ hostError: { code: 'no-shell' } });
  });
});
