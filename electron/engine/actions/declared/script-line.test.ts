import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { scriptLine } from './script-line';

const step = { kind: 'command' as const, exitCodes: [0], waitMs: 0, fingerprints: null };
const run = (line: string) => spawnSync('sh', ['-c', `set -eu\n${line}\necho on`], { encoding: 'utf8' });

it('a line that says all stays as it is', () => {
  expect(scriptLine({ ...step, exitCodes: [0] }, 'true')).toBeNull();
});

it('goes on after an end that counts as done, and on no other', () => {
  const line = (code: number) => scriptLine({ ...step, exitCodes: [0, 3, 4] }, `sh -c 'exit ${code}'`) ?? '';
  expect([0, 3, 4, 1].map((code) => run(line(code)).stdout)).toEqual(['on\n', 'on\n', 'on\n', '']);
  expect(run(line(1)).status).not.toBe(0);
});

it('waits as the step does, and runs nothing behind a restart', () => {
  expect(scriptLine({ ...step, waitMs: 1500 }, 'true')).toBe('true\nsleep 2');
  expect(run(scriptLine({ ...step, kind: 'boot', waitMs: 9 }, 'true') ?? '')).toMatchObject({ status: 0, stdout: '' });
});

const hasGpg = spawnSync('gpg', ['--version']).status === 0;
it.skipIf(!hasGpg)('stops at a key file with another key than the one that was confirmed', () => {
  const home = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  const gpg = (...argv: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--passphrase', '', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  gpg('--quick-gen-key', 'one@test', 'ed25519', 'sign', 'never');
  const file = `${home}/key.asc`;
  gpg('--armor', '--output', file, '--export');
  const print = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
  const line = (fingerprint: string) =>
    scriptLine({ ...step, kind: 'key', fingerprints: [fingerprint] }, `cat ${file}`) ?? '';
  expect(run(line(print)).stdout).toBe('on\n');
  expect(run(line(print.replace(/.$/, '?'))).stdout).toBe('');
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
  execFileSync('rm', ['-r', home]);
});
