import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

/** Why no user can be made here; null when one can. */
export const testUserMissing: string | null =
  process.getuid?.() !== 0
    ? 'only root can add a user'
    : existsSync('/usr/sbin/useradd') && existsSync('/etc/pam.d/sshd')
      ? null
      : 'useradd or the PAM service sshd is missing';

export interface TestUser {
  readonly name: string;
  readonly password: string;
  remove(): void;
}

/** A real account with a password, for logins that PAM decides. The caller removes it. */
export function createTestUser(shell = '/bin/sh'): TestUser {
  const name = `gantry-${randomBytes(4).toString('hex')}`;
  const password = randomBytes(9).toString('base64url');
  execFileSync('/usr/sbin/useradd', ['--no-create-home', '--home-dir', '/nonexistent', '--shell', shell, name]);
  execFileSync('/usr/sbin/chpasswd', { input: `${name}:${password}\n` });
  return {
    name,
    password,
    remove: () => void execFileSync('/usr/sbin/userdel', ['--force', name], { stdio: 'ignore' }),
  };
}
