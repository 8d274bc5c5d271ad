import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { printed } from '../testing/recordings';
import { gpuHoldersProbe } from './gpu-holders-probe';

const table = `                     USER        PID ACCESS COMMAND
/dev/nvidia0:        root       1234 F...m nvidia-persiste
                     alice      4242 F.... python
/dev/nvidiactl:      alice      4242 F...m python
`;
const found = 'alice /proc/4242/fd/7 /dev/nvidia0\nbob /proc/77/fd/12 /dev/nvidia1\nbob /proc/77/fd/13 /dev/nvidia1\n';
const none = { state: 'missing-tool', exitCode: null, stdout: '', stderr: '', isTruncated: false } as const;

describe('gpu-holders probe', () => {
  it.each([
    ['in one stream, as a terminal shows it', printed(table)],
    [
      'with process ids apart in stdout',
      printed(' 1234  4242  4242', 0, table.replace(/ {3}(1234|4242) /g, '        ')),
    ],
  ])('reads fuser -v %s', (_, fuser) => {
    expect(factsOf(gpuHoldersProbe, { fuser }).holders).toEqual([
      { device: '/dev/nvidia0', pid: 1234, user: 'root', access: 'F...m', command: 'nvidia-persiste' },
      { device: '/dev/nvidia0', pid: 4242, user: 'alice', access: 'F....', command: 'python' },
      { device: '/dev/nvidiactl', pid: 4242, user: 'alice', access: 'F...m', command: 'python' },
    ]);
  });

  it('finds holders in /proc where fuser is not installed', () => {
    expect(factsOf(gpuHoldersProbe, { fuser: none, descriptors: found }).holders).toEqual([
      { device: '/dev/nvidia0', pid: 4242, user: 'alice', access: null, command: null },
      { device: '/dev/nvidia1', pid: 77, user: 'bob', access: null, command: null },
    ]);
  });

  it('does not take a find that knows no -lname for a node where nobody holds a device', () => {
    const busybox = printed('', 1, 'find: unrecognized: -lname\nBusyBox v1.35.0 multi-call binary.\n');
    expect(gpuHoldersProbe.parse({ fuser: none, descriptors: busybox })).toMatchObject({ state: 'missing-tool' });
    const raced = printed(found, 1, "find: '/proc/9/fd': No such file or directory\n");
    expect(factsOf(gpuHoldersProbe, { fuser: none, descriptors: raced }).holders).toHaveLength(2);
  });

  it('finds nobody when fuser prints nothing or only that devices are not there', () => {
    const absent = 'Specified filename /dev/nvidia7 does not exist.\n';
    expect(factsOf(gpuHoldersProbe, { fuser: printed('', 1, absent) }).holders).toEqual([]);
  });

  it('names the sudoers line when root is needed', () => {
    const denied = { ...none, state: 'denied' as const };
    const result = gpuHoldersProbe.parse({ fuser: denied, descriptors: denied });
    expect(result).toMatchObject({ state: 'denied', reason: { key: 'probes.denied', params: { tool: 'fuser' } } });
    expect(JSON.stringify(result)).toContain('USER ALL=(root) NOPASSWD: /usr/bin/fuser -v /dev/nvidiactl');
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuHoldersProbe, { fuser: table, descriptors: found }, ({ holders }) =>
      holders.every((holder) => holder.device.startsWith('/dev/')),
    );
  });
});
