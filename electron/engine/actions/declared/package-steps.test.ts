import { describe, expect, it } from 'vitest';
import { lockCheck, packageSimulation, packageWords } from './package-steps';

const ran = (exitCode: number, stdout = '') => ({
  ...{ state: 'exited' as const, exitCode, stdout, stderr: '', evidenceId: 'e' },
  stdoutBytes: new TextEncoder().encode(stdout),
});

describe('steps with packages', () => {
  it('write names and versions as each package manager does, and nothing else', () => {
    expect(packageWords('dpkg', 'install', ['a=1:2.0-1'])).toEqual(['a=1:2.0-1']);
    expect(packageWords('rpm', 'downgrade', ['a=3:2.0-1.el9'])).toEqual(['a-3:2.0-1.el9']);
    expect(packageWords('dpkg', 'remove', ['a=1', 'b'])).toEqual(['a', 'b']);
    for (const item of ['a', '-o=1', 'a=-1', 'a b=1', 'a=1 b', 'a=1;b', '', 7, null]) {
      expect(packageWords('dpkg', 'install', [item])).toBeNull();
    }
    expect(packageWords('dpkg', 'install', [])).toBeNull();
  });

  it('take the end of dnf for a simulation only when it asked', () => {
    const { exitCodes, says } = packageSimulation({ manager: 'rpm', operation: 'install', words: ['a-1'] });
    expect(exitCodes).toContain(1);
    expect(says?.test('Operation aborted.')).toBe(true);
    expect(says?.test('Error: Unable to find a match: a-1')).toBe(false);
    const ofDebian = { manager: 'dpkg', operation: 'install', words: ['a=1'], changesHeld: true } as const;
    const line = packageSimulation({ ...ofDebian, removes: ['b'] }).argv.join(' ');
    expect(line).toBe('apt-get -s -y --allow-change-held-packages --allow-downgrades install a=1 b-');
  });

  it('say who holds the lock, that nobody does, or that it is not known', async () => {
    const check = (held: ReturnType<typeof ran>) =>
      lockCheck(
        {
          run: async ({ argv }: { argv: readonly string[] }) =>
            argv[0] === 'fuser' ? held : ran(0, '812 02:10 unattended-upgrade'),
        } as never,
        'dpkg',
      );
    expect(await check(ran(0, ' 812'))).toMatchObject({
      outcome: 'warn',
      detail: { en: expect.stringMatching(/10 minutes:\n812 02:10 unattended-upgrade/) },
    });
    expect(await check(ran(1))).toMatchObject({ outcome: 'pass' });
    expect(await check(ran(127))).toMatchObject({
      outcome: 'warn',
      detail: { en: expect.stringMatching(/can not be told/) },
    });
  });
});
