import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandSpec } from '#shared/domain/command';
import { shells } from '../testing/shells';
import { BatchDecoder, type BatchEvent } from './batch-decoder';
import { batchProgram } from './batch-program';
import { sudoObjection } from './sudo-words';

const token = '00112233445566778899aabbccddeeff';
const commands: CommandSpec[] = [
  { id: 'root', argv: ['sh', '-c', 'cat; echo done; env | grep -c "$0"', 'pass_'], privilege: 'root' },
  { id: 'each', argv: ['echo', '{/}'], privilege: 'root', forEach: '/etc/passwd /etc/group' },
  { id: 'login', argv: ['echo', 'login'] },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-asked-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With a sudo that asks its askpass program, as sudo does, and allows what comes with the right password. */
function run(shell: readonly string[], password: string, right = password) {
  writeFileSync(join(folder, 'right'), `${right}\n`);
  writeFileSync(
    join(folder, 'sudo'),
    `#!/bin/sh
[ "$1 $2 $3" = "-A -k -p" ] || exit 9
"$SUDO_ASKPASS" "$4" >'${folder}'/given.$$ || exit 8
cmp -s '${folder}'/given.$$ '${folder}'/right || { echo 'sudo: 1 incorrect password attempt' >&2; exit 1; }
shift 4; [ "$1" != -v ] || exit 0; shift; exec "$@"
`,
  );
  chmodSync(join(folder, 'sudo'), 0o755);
  const [file = '', ...args] = shell;
  const program = batchProgram(commands, { token, uid: 1000, hasPassword: true, isKept: true });
  const { stdout } = spawnSync(file, [...args, '-c', program], {
    input: `${password}\n`,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, pass_: 'exported before' },
  });
  const decoder = new BatchDecoder(token, commands);
  const events = decoder.push(stdout, 1000);
  const result = (position: number) => {
    const ended = events.find((event) => event.kind === 'ended' && event.position === position);
    if (ended?.kind !== 'ended') return null;
    return [ended.outcome.state, ended.outcome.exitCode, Buffer.from(ended.outcome.stdout).toString()];
  };
  const sudo = events.find((event): event is Extract<BatchEvent, { kind: 'sudo' }> => event.kind === 'sudo');
  return { sudo, results: commands.map((_, position) => result(position)) };
}

describe.each(shells)("sudo's password in $name", ({ argv }) => {
  const skip = !existsSync(argv[0]);

  it.skipIf(skip)('comes to sudo as it is, whatever is in it, and is no input or environment of a command', () => {
    const plain = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => !/[\0\r\n]/.test(text));
    fc.assert(
      fc.property(plain, (password) => {
        const { sudo, results } = run(argv, password);
        expect(sudo?.answer).toBe('usable');
        expect(results).toEqual([
          ['exited', 1, 'done\n0\n'],
          ['exited', 0, '==> /etc/passwd\npasswd\n\n<== 0\n==> /etc/group\ngroup\n\n<== 0\n'],
          ['exited', 0, 'login\n'],
        ]);
      }),
      {
        numRuns: 5,
        examples: [[`a'b"c`], ['$(id)`id`$HOME'], [' \\n%s\\ '], ['-n -- *'], ['pässwörd 密码']],
      },
    );
  });

  it.skipIf(skip)('is tried once where it is wrong, and what needs root is not started', () => {
    const { sudo, results } = run(argv, 'wrong', 'right');
    expect(sudo).toMatchObject({ answer: 'denied' });
    expect(sudoObjection(sudo?.words ?? '')).toBe('wrong');
    expect(results).toEqual([
      ['denied', null, ''],
      ['denied', null, ''],
      ['exited', 0, 'login\n'],
    ]);
  });
});

it.each([
  ['Sorry, try again.  sudo: no password was provided sudo: 1 incorrect password attempt', 'wrong'],
  ['cat: One-time code: : No such file or directory sudo: no password was provided', 'other-question'],
  ['Sorry, user nan may not run sudo on node1.', 'not-allowed'],
  ['sudo: sorry, you must have a tty to run sudo', 'needs-terminal'],
  ['The account is locked due to 3 failed logins. sudo: 1 incorrect password attempt', 'locked'],
  ['sudo: Account or password is expired, reset your password and try again', 'expired'],
  ['', 'silent'],
])('reads %j as %s', (words, objection) => {
  expect(sudoObjection(words)).toBe(objection);
});
