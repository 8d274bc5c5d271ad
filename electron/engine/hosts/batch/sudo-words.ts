/**
 * sudo's own English words (LC_ALL=C) when it does not run a command, a `*` for what differs. Sources: sudoers(5),
 * plugins/sudoers/check.c and sudoers.c.
 *   Sorry, user ops is not allowed to execute '/usr/sbin/dmidecode' as root on node1.
 *   ops is not in the sudoers file.
 */
const refusals: readonly string[] = [
  'sudo: a password is required',
  'sudo: a terminal is required',
  'sudo: no tty present',
  'sudo: sorry, you must have a tty',
  'sudo: interactive authentication is required',
  'sudo: no password was provided',
  'sudo: * incorrect password attempt',
  'Sorry, user * is not allowed to execute',
  'Sorry, user * may not run sudo',
  '*is not in the sudoers file',
  '*is not allowed to run sudo',
];
const unknownTools: readonly string[] = ['sudo: *: command not found'];

const expressionOf = (words: readonly string[]) =>
  new RegExp(`^(?:${words.map((each) => each.replaceAll('*', '.*')).join('|')})`, 'm');

export const sudoRefusal = expressionOf(refusals);
/** A tool that the login has on its PATH and root has not. */
export const sudoUnknownTool = expressionOf(unknownTools);

/** The same as a pattern of `case` for one line. */
export const sudoCasePattern = [...refusals, ...unknownTools]
  .map(
    (words) =>
      `${words
        .split('*')
        .map((part) => part && `"${part}"`)
        .join('*')}*`,
  )
  .join('|');

/** Why sudo did not take a password. `other-question`: PAM asks for something else as well, as a one-time code. */
export type SudoObjection =
  | 'wrong'
  | 'locked'
  | 'expired'
  | 'not-allowed'
  | 'needs-terminal'
  | 'other-question'
  | 'silent'
  | 'other';

const objections: readonly (readonly [RegExp, SudoObjection])[] = [
  [/must have a tty/, 'needs-terminal'],
  [/not in the sudoers file|may not run sudo|not allowed to/, 'not-allowed'],
  [/account.{0,20}locked/i, 'locked'],
  [/expired/i, 'expired'],
  [/incorrect password attempt|incorrect authentication attempt|sorry, try again/i, 'wrong'],
  [/no password was provided|password is required/, 'other-question'],
  [/^\s*$/, 'silent'],
];

export function sudoObjection(words: string): SudoObjection {
  return objections.find(([expression]) => expression.test(words))?.[1] ?? 'other';
}
