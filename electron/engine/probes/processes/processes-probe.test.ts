import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording } from '../testing/recordings';
import { processesProbe } from './processes-probe';

const ps = `    PID    PPID USER                             STAT ELAPSED     TIME PSR   RSS CGROUP               COMMAND
      1       0 root                             Ss    355591 00:01:40   3 13312 0::/init.scope       /sbin/init
   4242       1 alice                            Sl      8123 1-02:15:33  17 99120 0::/user.slice/a     python -c "print(1)  # two  blanks"
   4243       1 bob                              Z       8123 00:00:00   0     0 -                    [python] <defunct>
`;
const who =
  'alice    pts/0        2026-01-17 09:12 (10.0.0.7)\nalice    pts/1        2026-01-17 09:13\nroot     tty1         2026-01-17 08:00\n';
const parse = (text: string) => factsOf(processesProbe, { ps: text }).processes;

describe('processes probe', () => {
  it('reads processes with their command lines as they are, and who is logged in', () => {
    expect(factsOf(processesProbe, { ps, who })).toEqual({
      processes: [
        {
          pid: 1,
          parentPid: 0,
          user: 'root',
          state: 'Ss',
          elapsedSeconds: 355_591,
          cpuSeconds: 100,
          lastCpu: 3,
          residentBytes: 13312 * 1024,
          cgroup: '0::/init.scope',
          commandLine: '/sbin/init',
        },
        {
          pid: 4242,
          parentPid: 1,
          user: 'alice',
          state: 'Sl',
          elapsedSeconds: 8123,
          cpuSeconds: 94_533,
          lastCpu: 17,
          residentBytes: 99120 * 1024,
          cgroup: '0::/user.slice/a',
          commandLine: 'python -c "print(1)  # two  blanks"',
        },
        {
          pid: 4243,
          parentPid: 1,
          user: 'bob',
          state: 'Z',
          elapsedSeconds: 8123,
          cpuSeconds: 0,
          lastCpu: 0,
          residentBytes: 0,
          cgroup: null,
          commandLine: '[python] <defunct>',
        },
      ],
      loggedInUsers: ['alice', 'root'],
    });
  });

  it.each([
    [
      'busybox',
      'PID   PPID  USER     STAT ELAPSED RSS  COMMAND\n    7     1 root     S     1-02:03:04 1.5m {sh} /bin/sh\n',
      93_784,
      1.5 * 1024 ** 2,
    ],
    [
      'ps -ef',
      'UID          PID    PPID  C STIME TTY          TIME CMD\nroot           7       1  0 08:12 ?        00:00:01 /bin/sh -c x\n',
      null,
      null,
    ],
    [
      'ps aux',
      'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           7  0.0  0.1 100872 11540 ?        Ss   08:12   0:01 /bin/sh\n',
      null,
      11540 * 1024,
    ],
  ])('reads the columns of %s', (_, text, elapsedSeconds, residentBytes) => {
    expect(parse(text)).toMatchObject([{ pid: 7, user: 'root', elapsedSeconds, residentBytes }]);
  });

  it('refuses a list that is cut short', () => {
    expect(processesProbe.parse({ ps: printed(ps.slice(0, -30)) })).toMatchObject({ state: 'unparsable' });
  });

  it('does not know who is logged in when who is not there', () => {
    expect(factsOf(processesProbe, { ps }).loggedInUsers).toBeNull();
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(processesProbe, { ps, who }, ({ processes }) => processes.every((process) => process.pid > 0));
  });

  it.skipIf(!hasRecordings)('reads the table of top -b', () => {
    const text = recording('host/top-b-n1__ubuntu-20.10.txt');
    const processes = parse(text);
    expect(processes).toHaveLength(245);
    expect(processes[0]).toMatchObject({
      pid: 1,
      user: 'root',
      state: 'S',
      residentBytes: 13208 * 1024,
      commandLine: 'systemd',
    });
  });
});
