import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { shells } from '../testing/shells';
import { BatchDecoder } from './batch-decoder';
import { type BatchProgramOptions, batchProgram } from './batch-program';
import { sudoCasePattern } from './sudo-words';

const token = '00112233445566778899aabbccddeeff';
const say = (word: string) => ['sh', '-c', `echo ${word}; echo whole words >&2`] as const;
const commands: CommandSpec[] = [
  { id: 'allowed', argv: say('allowed'), privilege: 'root-else-user', lane: 'nvml' },
  { id: 'refused', argv: say('refused'), privilege: 'root-else-user', lane: 'nvml' },
  { id: 'refused-root', argv: say('refused too'), privilege: 'root' },
  { id: 'each', argv: ['echo', '{/}'], privilege: 'root-else-user', forEach: '/etc/passwd /etc/group' },
  { id: 'fails', argv: ['sh', '-c', 'echo allowed; exit 1'], privilege: 'root-else-user' },
  { id: 'plain', argv: ['sh', '-c', 'sleep 0.2; echo plain'], lane: 'nvml' },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-sudo-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With a sudo that allows whatever has `allowed` in it and marks what it ran. */
function run(shell: readonly string[], options: Partial<BatchProgramOptions>): Record<string, unknown> {
  const refusal = "Sorry, user ops is not allowed to execute '/bin/x' as root on node1.";
  writeFileSync(
    join(folder, 'sudo'),
    `#!/bin/sh\nshift 2\ncase "$*" in *allowed*) printf 'root: '; exec "$@";; *) echo "${refusal}" >&2; exit 1;; esac\n`,
  );
  chmodSync(join(folder, 'sudo'), 0o755);
  const [file = '', ...args] = shell;
  const printed = execFileSync(file, [...args, '-c', batchProgram(commands, { token, sudo: 'usable', ...options })], {
    stdio: ['inherit', 'pipe', 'ignore'],
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
  const decoder = new BatchDecoder(token, commands);
  const results: Record<string, unknown> = {};
  for (const event of decoder.push(printed, 1000)) {
    if (event.kind !== 'ended') continue;
    const { state, exitCode, privilege, stdout, stderr } = event.outcome;
    const id = commands[event.position]?.id ?? '';
    expect(results[id]).toBeUndefined();
    results[id] = [state, exitCode, privilege, Buffer.from(stdout).toString(), Buffer.from(stderr).toString()];
  }
  return { ...results, isEndSeen: decoder.isEndSeen };
}

const each = '==> /etc/passwd\npasswd\n\n<== 0\n==> /etc/group\ngroup\n\n<== 0\n';
const asLogin = {
  allowed: ['exited', 0, 'user', 'allowed\n', 'whole words\n'],
  refused: ['exited', 0, 'user', 'refused\n', 'whole words\n'],
  'refused-root': ['denied', null, 'root', '', ''],
  each: ['exited', 0, 'user', each, ''],
  fails: ['exited', 1, 'user', 'allowed\n', ''],
  plain: ['exited', 0, 'user', 'plain\n', ''],
  isEndSeen: true,
};

describe.each(shells)('what root sees more of, in $name', ({ argv }) => {
  const skip = !existsSync(argv[0]);
  it.skipIf(skip).each([true, false])(
    'runs as root where sudo allows it, else as the login (parallel: %s)',
    (isParallel) => {
      expect(run(argv, { uid: 1000, isParallel })).toEqual({
        ...asLogin,
        allowed: ['exited', 0, 'root', 'root: allowed\n', 'whole words\n'],
        'refused-root': ['denied', 1, 'root', '', expect.stringContaining('Sorry, user ops')],
        // An error of the command itself is its answer, and not asked for a second time.
        fails: ['exited', 1, 'root', 'root: allowed\n', ''],
      });
    },
  );

  it.skipIf(skip)('runs as the login without sudo, and as it is where the login is root', () => {
    expect(run(argv, { uid: 1000, sudo: 'denied' })).toEqual(asLogin);
    const asRoot = Object.entries(asLogin).map(([id, result]) => [
      id,
      Array.isArray(result) && id !== 'plain' ? result.with(2, 'root') : result,
    ]);
    expect(run(argv, { uid: 0 })).toEqual({
      ...Object.fromEntries(asRoot),
      'refused-root': ['exited', 0, 'root', 'refused too\n', 'whole words\n'],
    });
  });
});

it.each([
  ['a login that may run anything', '', 'noninteractive a\n'],
  ['one that may run this alone', '[ -z "$set" ] || exit 1', '\n'],
])('an installer is told that nobody can be asked, as root and as %s', (_login, rule, said) => {
  const program = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program('apt-get', `printf '%s\\n' "$DEBIAN_FRONTEND\${NEEDRESTART_MODE:+ }$NEEDRESTART_MODE"`);
  // sudoers(5): env_reset, and SETENV goes with ALL.
  program(
    'sudo',
    `shift; set=; while :; do case $1 in --) shift; break;; *=*) set="$set $1"; shift;; *) break;; esac; done
${rule}\nexec env -i PATH="$PATH" $set "$@"`,
  );
  const command: CommandSpec = { id: 'install', argv: ['apt-get', 'install'], privilege: 'root' };
  const stdoutOf = (uid: number) => {
    const text = batchProgram([command], { token, sudo: 'usable', uid });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const printed = execFileSync('/bin/sh', ['-c', text], { stdio: ['inherit', 'pipe', 'ignore'], env });
    const ended = new BatchDecoder(token, [command]).push(printed, 1000).find((event) => event.kind === 'ended');
    return ended?.kind === 'ended' ? Buffer.from(ended.outcome.stdout).toString() : null;
  };
  expect([stdoutOf(0), stdoutOf(1000)]).toEqual(['noninteractive a\n', said]);
});

describe('sudoCasePattern', () => {
  it('takes a refusal for one and the words of a tool for its own', () => {
    const isRefusal = (line: string) =>
      execFileSync('/bin/sh', ['-c', `case $1 in ${sudoCasePattern}) echo yes;; *) echo no;; esac`, 'sh', line], {
        encoding: 'utf8',
      }).trim();
    expect([
      isRefusal('sudo: a password is required'),
      isRefusal("Sorry, user ops is not allowed to execute '/usr/sbin/dmidecode' as root on gpu-01."),
      isRefusal('ops is not in the sudoers file.'),
      isRefusal('sudo: docker: command not found'),
      isRefusal('sudo: unable to resolve host gpu-01: Name or service not known'),
      isRefusal('dmesg: read kernel buffer failed: Operation not permitted'),
    ]).toEqual(['yes', 'yes', 'yes', 'yes', 'no', 'no']);
  });
});
