import { describe, expect, it } from 'vitest';
import { allProbes } from '../all';
import { commandsOf } from '../run-probes';
import { sudoersLine } from './sudoers';

describe('sudoersLine', () => {
  // Each was tried with sudo 1.9 (`sudo -U nobody -l COMMAND`): it allows the command, and not another argument.
  it.each<[[string, ...string[]], string]>([
    [['dmesg', '--time-format=iso'], '/usr/bin/dmesg --time-format\\=iso'],
    [['find', '/proc/[0-9]*', '-printf', '%u %p\\n'], '/usr/bin/find /proc/\\[0-9\\]\\* -printf %u\\ %p\\\\\\\\n'],
    [['sh', '-c', 'echo "uid $(id -u)"; exit 0'], '/bin/sh -c echo\\ "uid\\ $(id\\ -u)";\\ exit\\ 0'],
    [['/opt/x/tool', 'a,b:c#d', ''], '/opt/x/tool a\\,b\\:c\\#d ""'],
  ])('allows exactly %j', (argv, command) => {
    expect(sudoersLine({ argv }, 'ops')).toBe(`ops ALL=(root) NOPASSWD: ${command}`);
  });

  it('names every pattern of a command that runs for each file', () => {
    const spec = {
      argv: ['nvme', 'smart-log', '{}', '-o', 'json'] as [string, ...string[]],
      forEach: '/dev/nvme[0-9] /dev/nvme[0-9][0-9]',
    };
    expect(sudoersLine(spec, 'ops')).toBe(
      'ops ALL=(root) NOPASSWD: /usr/sbin/nvme smart-log /dev/nvme[0-9] -o json, /usr/sbin/nvme smart-log /dev/nvme[0-9][0-9] -o json',
    );
  });

  it('keeps every command of a probe on one line', () => {
    const lines = commandsOf(allProbes)
      .filter(({ privilege }) => privilege !== undefined && privilege !== 'user')
      .map((command) => sudoersLine(command));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).not.toMatch(/\n|\\["'()]/);
  });
});
