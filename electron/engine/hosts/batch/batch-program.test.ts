import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { shells } from '../testing/shells';
import { BatchDecoder } from './batch-decoder';
import { type BatchProgramOptions, batchProgram, collectorProgram } from './batch-program';

const token = 'fedcba9876543210fedcba9876543210';
const timeoutMs = 30_000;
const commands: CommandSpec[] = [
  { id: 'binary', argv: ['printf', 'a\\000b\\377\\nend'], timeoutMs },
  { id: 'error', argv: ['sh', '-c', 'echo oops >&2; exit 4'], timeoutMs },
  { id: 'slow', argv: ['sleep', '20'], timeoutMs: 400 },
  { id: 'missing', argv: ['no-such-tool-here'], timeoutMs },
  { id: 'flood', argv: ['yes'], maxOutputBytes: 5000, timeoutMs },
  {
    id: 'each',
    argv: ['sh', '-c', 'printf "%s|%s|%s" "$1" "$2" "$3"; [ "$2" != passwd ]', '-', '{}', '{/}', 'a  *'],
    forEach: '/etc/pass[w]d /no/such/* /etc/group',
    timeoutMs,
  },
  { id: 'each-fails', argv: ['sh', '-c', 'exit 3'], forEach: '/etc/passwd', timeoutMs },
  { id: 'each-of-none', argv: ['sh', '-c', 'exit 3'], forEach: '/no/such/*', timeoutMs },
  { id: 'only-where', argv: ['sh', '-c', 'exit 3'], onlyWhere: '/no/such/* /etc/pass[w]d', timeoutMs },
  { id: 'only-elsewhere', argv: ['sh', '-c', 'exit 3'], onlyWhere: '/no/such/*', privilege: 'root', timeoutMs },
];

/** Runs the program from an argument, with nothing but the named tools on PATH beside the shell. */
function run(
  shell: readonly string[],
  tools: readonly string[] | null,
  options: Partial<BatchProgramOptions> = {},
): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-tools-'));
  for (const tool of tools ?? []) {
    const file = ['/usr/bin', '/bin', '/usr/sbin'].map((place) => join(place, tool)).find((path) => existsSync(path));
    if (file) symlinkSync(file, join(folder, tool));
  }
  // The program completes PATH itself; here the test decides what there is.
  const program = tools
    ? batchProgram(commands, { token, ...options }).replace(/\/usr\/local\/sbin:[^"]*/, '/nonexistent')
    : batchProgram(commands, { token, ...options });
  const [file = '', ...args] = shell;
  const printed = execFileSync(file, [...args, '-c', program], {
    stdio: ['inherit', 'pipe', 'ignore'],
    // bash takes a socket on stdin for rshd and reads ~/.bashrc, unless it is not the first shell.
    env: tools ? { PATH: folder, SHLVL: '5' } : process.env,
  });
  rmSync(folder, { recursive: true });
  const decoder = new BatchDecoder(token, commands);
  const results: Record<string, unknown> = {};
  for (const event of decoder.push(printed, 1000)) {
    if (event.kind === 'unusable') results.isUnusable = true;
    if (event.kind !== 'ended') continue;
    const { state, exitCode, stdout, stderr, isTruncated } = event.outcome;
    results[commands[event.position]?.id ?? ''] = [
      state,
      exitCode,
      stdout.length > 100 ? stdout.length : Buffer.from(stdout).toString('latin1'),
      Buffer.from(stderr).toString(),
      isTruncated,
    ];
  }
  const isCpuTold = (decoder.nodeCpuMs ?? 0) > 0;
  return { ...results, isEndSeen: decoder.isEndSeen, ...(decoder.isEndSeen ? { isCpuTold } : {}) };
}

const expected = {
  binary: ['exited', 0, 'a\0b\xff\nend', '', false],
  error: ['exited', 4, '', 'oops\n', false],
  slow: ['timeout', null, '', '', false],
  missing: ['missing-tool', null, '', '', false],
  flood: ['exited', expect.any(Number), 5000, expect.any(String), true],
  each: [
    'exited',
    0,
    '==> /etc/passwd\n/etc/passwd|passwd|a  *\n<== 1\n==> /etc/group\n/etc/group|group|a  *\n<== 0\n',
    '',
    false,
  ],
  'each-fails': ['exited', 3, '==> /etc/passwd\n\n<== 3\n', '', false],
  'each-of-none': ['not-needed', null, '', '', false],
  'only-where': ['exited', 3, '', '', false],
  'only-elsewhere': ['not-needed', null, '', '', false],
  isEndSeen: true,
  isCpuTold: true,
};
const base = ['sh', 'sleep', 'printf', 'yes', 'id', 'date', 'cat'];

describe.each(shells)('the program in $name', ({ argv }) => {
  const skip = !existsSync(argv[0]);
  it.skipIf(skip).each([
    ['with everything', null, {}],
    ['without base64', [...base, 'od', 'awk', 'setsid'], {}],
    ['without awk', [...base, 'base64', 'setsid'], {}],
    ['without base64 and awk', [...base, 'od', 'setsid'], {}],
    ['without setsid', [...base, 'base64', 'awk'], {}],
    ['without /proc/self/fd, one command after the other', null, { isParallel: false }],
  ] as const)('says the same %s', (_, tools, options) => {
    expect(run(argv, tools, options)).toEqual(expected);
  });
});

describe.each(shells)('where bytes can not be carried, in $name', ({ argv }) => {
  const skip = !existsSync(argv[0]);

  it.skipIf(skip)('nothing is run and it says so', () => {
    expect(run(argv, base)).toEqual({ isEndSeen: false, isUnusable: true });
  });

  it.skipIf(skip)('the collector ends with 1 and says why', () => {
    const [file, ...args] = argv;
    const collect = (program: string, stdout: number | 'pipe') =>
      spawnSync(file, [...args, '-c', program], { stdio: ['ignore', stdout, 'pipe'], encoding: 'utf8' });
    const program = collectorProgram(commands.slice(0, 2));
    const full = openSync('/dev/full', 'w');
    expect(collect(program, 'pipe')).toMatchObject({ status: 0, stderr: '' });
    expect(collect(program, full)).toMatchObject({ status: 1, stderr: expect.stringContaining('not whole') });
    const bare = program.replaceAll(/command -v (base64|od) /g, 'command -v no-$1 ');
    expect(collect(bare, 'pipe')).toMatchObject({ status: 1, stderr: expect.stringContaining('neither base64') });
    closeSync(full);
  });
});

describe('batchProgram', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-program-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(shells.filter(({ argv }) => existsSync(argv[0])))('writes no file of its own in $name', ({ argv }) => {
    // Wherever a shell would put a here-document: its home, where it stands, or where temporary files go.
    const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder };
    const [file, ...args] = argv;
    const printed = execFileSync(file, [...args, '-c', batchProgram(commands, { token })], {
      cwd: folder,
      env,
      stdio: ['inherit', 'pipe', 'ignore'],
    });
    expect(printed.toString('latin1')).toContain(token);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does nothing at all when it is cut on its way', () => {
    const trace = join(folder, 'trace');
    const program = batchProgram([{ id: 'touch', argv: ['touch', trace], timeoutMs }], { token });
    const run = (input: string): void => {
      try {
        execFileSync('/bin/sh', [], { input, stdio: ['pipe', 'ignore', 'ignore'] });
      } catch {
        // A syntax error is what a part of it should be.
      }
    };
    for (let cut = program.length - 6; cut > 0; cut -= 97) run(program.slice(0, cut));
    expect(existsSync(trace)).toBe(false);
  });

  it('keeps its token off every command line and out of the environment of commands', async () => {
    const secret = '0011223344556677';
    const spy: CommandSpec[] = [
      {
        id: 'spy',
        timeoutMs,
        argv: [
          'sh',
          '-c',
          'cat /proc/[0-9]*/cmdline /proc/self/environ 2>/dev/null | tr "\\000" "\\n" | grep -c "00112233[4]4556677"',
        ],
      },
    ];
    // stdin stays open until the end frame, as over a connection: its end would end the batch.
    const child = spawn('/bin/sh', [], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.write(batchProgram(spy, { token: secret }));
    const decoder = new BatchDecoder(secret, spy);
    const printed: string[] = [];
    for await (const chunk of child.stdout) {
      for (const event of decoder.push(chunk as Uint8Array, 1)) {
        if (event.kind === 'ended')
          printed.push(`${event.outcome.state} ${Buffer.from(event.outcome.stdout).toString()}`);
        if (event.kind === 'end') child.stdin.end();
      }
    }
    expect(printed).toEqual(['exited 0\n']);
  });
});
