import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { collectorProgram } from './batch/batch-program';
import { BundleHost, decodeBundle } from './bundle-host';
import { HostUnavailableError } from './host';
import { collect, text } from './testing/directory-bench';
import { shells } from './testing/shells';

const commands: CommandSpec[] = [
  { id: 'kernel', argv: ['uname', '-s'] },
  { id: 'odd', argv: ['printf', '%s', "it's $(odd)\n中文"] },
  { id: 'root', argv: ['id', '-u'], privilege: 'root' },
  { id: 'gone', argv: ['no-such-tool-here'] },
];

/** As a user runs it: from a file, output to a file. */
function runCollector(shell: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-collect-'));
  const [file = '/bin/sh', ...args] = shell;
  writeFileSync(join(folder, 'collect.sh'), collectorProgram(commands));
  const printed = execFileSync(file, [...args, join(folder, 'collect.sh')], { stdio: ['ignore', 'pipe', 'ignore'] });
  rmSync(folder, { recursive: true });
  return printed;
}

describe.each(shells)('a collection made by $name', ({ argv }) => {
  it.skipIf(!existsSync(argv[0]))('comes back with the same outputs, whatever reads it later', async () => {
    const printed = runCollector(argv);
    const bundle = decodeBundle(printed);
    expect([bundle.isComplete, bundle.hostName]).toEqual([
      true,
      execFileSync('uname', ['-n'], { encoding: 'utf8' }).trim(),
    ]);
    expect(Math.abs((bundle.collectedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    const host = new BundleHost('b', bundle);
    const results = await collect(host.batch([...commands, { id: 'new', argv: ['lspci'] }]));
    expect(Object.fromEntries([...results].map(([id, { state, stdout }]) => [id, `${state} ${text(stdout)}`]))).toEqual(
      {
        kernel: 'exited Linux\n',
        odd: "exited it's $(odd)\n中文",
        root: process.getuid?.() === 0 ? 'exited 0\n' : expect.any(String),
        gone: 'missing-tool ',
        new: 'missing-tool ',
      },
    );
    expect(text(results.get('new')?.stderr)).toContain('not in the bundle');
    await expect(host.exec({ id: 'kill', argv: ['kill', '1'] })).rejects.toMatchObject({
      hostError: { code: 'unsupported' },
    });
  });
});

describe('BundleHost', () => {
  it('reads a collection that ran as root and as the login what is one command now', async () => {
    const result = (privilege: 'root' | 'user', state: 'exited' | 'denied') => ({
      spec: { id: 'old', argv: ['dmesg'] as [string], privilege },
      ...{ privilege, state, exitCode: 0, startedAtMs: 1, durationMs: 1, isTruncated: false },
      ...{ stdout: Buffer.from(privilege), stderr: new Uint8Array() },
    });
    const answer = async (...results: Array<ReturnType<typeof result>>) => {
      const host = new BundleHost('b', { hostName: null, collectedAtMs: 1, results, isComplete: true });
      const { privilege, stdout } = await host.exec({ id: 'now', argv: ['dmesg'], privilege: 'root-else-user' });
      return [privilege, text(stdout)];
    };
    expect(await answer(result('user', 'exited'), result('root', 'exited'))).toEqual(['root', 'root']);
    expect(await answer(result('user', 'exited'), result('root', 'denied'))).toEqual(['user', 'user']);
  });
});

describe('decodeBundle', () => {
  const printed = runCollector(['/bin/sh']);

  it('reads one that was pasted through Windows, and says when it was cut', () => {
    const windows = Buffer.from(printed.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
    expect(
      decodeBundle(windows)
        .results.map(({ state }) => state)
        .sort(),
    ).toEqual([process.getuid?.() === 0 ? 'exited' : 'denied', 'exited', 'exited', 'missing-tool']);
    const cut = decodeBundle(printed.subarray(0, printed.length - 200));
    expect([cut.isComplete, cut.results.length]).toEqual([false, 4]);
  });

  it.each([
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way round', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\ufeff${text}`)],
  ])('reads one that PowerShell wrote as %s', (_, encode) => {
    const windows = encode(printed.toString('latin1').replaceAll('\n', '\r\n'));
    const { isComplete, results } = decodeBundle(windows);
    expect([isComplete, results.map(({ stdout }) => text(stdout))]).toEqual([
      true,
      decodeBundle(printed).results.map(({ stdout }) => text(stdout)),
    ]);
  });

  it('takes any bytes: they are a bundle or a clear refusal', () => {
    fc.assert(
      fc.property(fc.nat({ max: printed.length }), fc.uint8Array({ maxLength: 60 }), (at, bytes) => {
        const mangled = Buffer.concat([
          printed.subarray(0, at),
          Buffer.from(bytes),
          printed.subarray(at + bytes.length),
        ]);
        try {
          expect(decodeBundle(mangled).results.length).toBeLessThanOrEqual(commands.length);
        } catch (error) {
          expect(error).toBeInstanceOf(HostUnavailableError);
        }
      }),
    );
    expect(() => decodeBundle(Buffer.from('hello'))).toThrow(HostUnavailableError);
    expect(() => decodeBundle(Buffer.from('# gantry-bundle 99\n# token aa\n# host x\n# time y\n'))).toThrow(
      HostUnavailableError,
    );
  });
});
