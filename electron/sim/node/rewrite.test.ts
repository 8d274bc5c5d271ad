import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPathRemover, createProgramRewriter, readsProgramFromStdin, rewriteProgram } from './rewrite';

const base = '/tmp/fleet/n0';
const rewritten = (text: string): string => rewriteProgram(text, base);

describe('rewriteProgram', () => {
  it.each([
    ['cat /proc/meminfo', `cat ${base}/1/proc/meminfo`],
    ["sh -c 'grep -H . /sys/class/net/*/mtu'", `sh -c 'grep -H . ${base}/1/sys/class/net/*/mtu'`],
    ['echo x >/etc/profile.d/a.sh', `echo x >${base}/1/etc/profile.d/a.sh`],
    ['PATH=/usr/local/sbin:/usr/bin:/sbin:$PATH', `PATH=${base}/1/usr/bin:${base}/1/usr/bin:${base}/1/usr/bin:$PATH`],
    ['exec /bin/sh', `exec ${base}/1/usr/bin/sh`],
    ['ls /usr/local/cuda*', `ls ${base}/1/usr/local/cuda*`],
    ['fuser /dev/nvidia[0-9]* 2>/dev/null', `fuser ${base}/1/dev/nvidia[0-9]* 2>/dev/null`],
    ['read s <"/proc/$1/stat"', `read s <"${base}/$((\${1:-0} == 1 || \${1:-0} >= 4200000))/proc/$1/stat"`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell variable
    ['ls /proc/${pid}', `ls ${base}/$((\${pid:-0} == 1 || \${pid:-0} >= 4200000))/proc/\${pid}`],
    ['cat /proc/self/mounts', `cat ${base}/1/proc/self/mounts`],
  ])('moves the paths in %s', (program, expected) => {
    expect(rewritten(program)).toBe(expected);
  });

  it.each([
    'exec 8>/proc/self/fd/0; [ -e /proc/self/fd/3 ]',
    'read -r s </proc/$$/stat; read -r n </proc/uptime; [ -r /proc/uptime ]',
    'echo $x/etc ./etc ../sys a/proc/b http://host/data 3/proc',
    'cat </dev/null >/dev/null 2>/dev/tty; dd if=/dev/zero',
    'nvidia-smi --query-gpu=index --format=csv; cat /process /system /etcetera',
  ])('leaves alone what is not a path of the node: %s', (program) => {
    expect(rewritten(program)).toBe(program);
  });

  it('is undone by removing the directory again, for any text', () => {
    const piece = fc.constantFrom(
      '/proc/',
      '/sys',
      '/etc/a',
      ' ',
      '"',
      "'",
      'x',
      '$y',
      '\n',
      '/',
      'é',
      '/usr/lib',
      '=',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const plain = rewritten(text).replaceAll(/\/tmp\/fleet\/n0\/(?:1|\$\(\([^)]*\)\))/g, '');
        expect(plain).toBe(text);
      }),
    );
  });
});

describe('readsProgramFromStdin', () => {
  it('tells a shell that waits for its program from everything else', () => {
    const shells = [
      'sh',
      'exec sh',
      'sh -s',
      'LC_ALL=C exec /bin/sh -s',
      'timeout 60 bash',
      "sh -c 'exec sh'",
      'cd /tmp; dash -',
    ];
    const others = ['cat >/tmp/x', "sh -c 'cat /etc/hostname'", 'sh script.sh', 'hash', 'ls /bin', 'sh -c true'];
    expect(shells.filter((command) => !readsProgramFromStdin(command))).toEqual([]);
    expect(others.filter((command) => readsProgramFromStdin(command))).toEqual([]);
  });
});

describe('streams', () => {
  const chunked = fc.tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(`${base}/1`, `${base}/0`, base, '/tmp/fleet/', '/tmp/fleet/n1/1', '/etc/x', '\n'),
        fc.string(),
      ),
    ),
    fc.array(fc.integer({ min: 1, max: 9 })),
  );

  function push(
    transform: { push(chunk: Buffer): Buffer; end(): Buffer },
    data: Buffer,
    sizes: readonly number[],
  ): Buffer {
    const out: Buffer[] = [];
    let at = 0;
    for (let turn = 0; at < data.length; turn += 1) {
      const size = sizes.length === 0 ? data.length : (sizes[turn % sizes.length] ?? 1);
      out.push(transform.push(data.subarray(at, at + size)));
      at += size;
    }
    return Buffer.concat([...out, transform.end()]);
  }

  it('lose the private directory however the output is cut into chunks', () => {
    fc.assert(
      fc.property(chunked, ([parts, sizes]) => {
        const text = parts.join('');
        const whole = push(createPathRemover(base), Buffer.from(text), []);
        expect(push(createPathRemover(base), Buffer.from(text), sizes)).toEqual(whole);
        expect(whole.toString()).not.toContain(`${base}/1/etc`);
      }),
    );
  });

  it('leave what follows the engine’s own program as it is: it is input of a command', () => {
    const input = 'ExecStart=/bin/sh -c true > /sys/x\nmain\n/etc\n';
    const data = Buffer.from(`T=0123abcd\ncat /etc/x\nmain\n${input}`);
    for (const sizes of [[], [1], [7]])
      expect(push(createProgramRewriter(base), data, sizes).toString()).toBe(
        `T=0123abcd\ncat ${base}/1/etc/x\nmain\n${input}`,
      );
    const script = push(createProgramRewriter(base), Buffer.from('main\ncat /etc/x\n'), []);
    expect(script.toString()).toBe(`main\ncat ${base}/1/etc/x\n`);
  });

  it('rewrite a program the same however it arrives, and keep every other byte', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.integer({ min: 1, max: 9 })), (bytes, sizes) => {
        const data = Buffer.concat([Buffer.from('cat /etc/x\n'), bytes, Buffer.from('\nls /sys')]);
        const whole = Buffer.from(rewriteProgram(data.toString('latin1'), base), 'latin1');
        expect(push(createProgramRewriter(base), data, sizes)).toEqual(whole);
      }),
    );
  });
});
