import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../audit/canonical-json';
import { shells } from '../../hosts/testing/shells';
import { createTestBench } from '../testing/test-bench';
import { parseReading, readProgram, writeProgram } from './programs';
import { snippetBlock, withSnippet } from './snippet';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry snippet '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom("it's", '$(touch /tmp/x)', '`id`', 'a b', '"', '\\', 'line\nbreak', '训练', '-n', '~', '*', '\n'),
);
const value = word.filter((text) => !text.includes('\0') && !text.includes('gantry environment'));
const fileName = value
  .map((text) => text.replaceAll('/', '_'))
  .filter((text) => Buffer.byteLength(text) > 0 && text !== '.' && text !== '..' && Buffer.byteLength(text) < 200);

describe.each(shells.filter(({ argv }) => existsSync(argv[0])))('in $name', ({ argv: [shell, ...flags] }) => {
  const write = (path: string, before: string, after: string, input: string | Buffer) =>
    spawnSync(shell, [...flags, '-c', writeProgram, 'gantry', path, before, after], { input, encoding: 'utf8' });
  const read = (path: string) => parseReading(spawnSync(shell, [...flags, '-c', readProgram, 'gantry', path]).stdout);

  it('gives a shell exactly the values that were written, at any path', () => {
    fc.assert(
      fc.property(fileName, value, value, (name, first, second) => {
        const path = join(folder, name);
        const content = snippetBlock([
          ['FIRST', first],
          ['SECOND', second],
        ]);
        expect(write(path, 'absent', sha256(content), content).stdout).toBe('written\n');
        const sourced = spawnSync(
          shell,
          [...flags, '-c', '. "$1"; printf "%s\\0%s\\0" "$FIRST" "$SECOND"', 'sh', path],
          { encoding: 'utf8' },
        );
        expect([sourced.stdout, sourced.stderr]).toEqual([`${first}\0${second}\0`, '']);
        expect(Buffer.from(read(path)?.content?.bytes ?? []).toString('utf8')).toBe(content);
        expect(readdirSync(folder)).toEqual([name]);
        rmSync(path);
      }),
      { numRuns: 25 },
    );
  });

  it('writes nothing when the content arrives cut, at any byte', () => {
    const path = join(folder, 'env.sh');
    writeFileSync(path, 'old\n');
    const content = Buffer.from(snippetBlock([['NAME', '值 value']]));
    fc.assert(
      fc.property(fc.nat(content.length - 1), (length) => {
        const { stdout, status } = write(path, sha256('old\n'), sha256(content), content.subarray(0, length));
        expect([stdout, status]).toEqual(['failed content\n', 4]);
        expect(readFileSync(path, 'utf8')).toBe('old\n');
        expect(readdirSync(folder)).toEqual(['env.sh']);
      }),
      { numRuns: 15 },
    );
  });

  it('keeps the mode of the file it replaces, and is safe to run twice', () => {
    const path = join(folder, 'env.sh');
    writeFileSync(path, 'old\n');
    chmodSync(path, 0o640);
    const inode = statSync(path).ino;
    expect(write(path, sha256('old\n'), sha256('new\n'), 'new\n').stdout).toBe('written\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).ino).not.toBe(inode);
    expect(write(path, sha256('old\n'), sha256('new\n'), 'new\n').stdout).toBe('already\n');
    expect(write(path, sha256('new\n'), 'absent', '').stdout).toBe('written\n');
    expect(existsSync(path)).toBe(false);
  });

  it('leaves alone what is not what the plan saw', () => {
    const path = join(folder, 'env.sh');
    writeFileSync(path, 'somebody else was here\n');
    const { stdout, status } = write(path, sha256('old\n'), sha256('new\n'), 'new\n');
    expect([stdout, status]).toEqual([`changed ${sha256('somebody else was here\n')}\n`, 3]);
    const link = join(folder, 'link');
    symlinkSync(path, link);
    expect(write(link, 'absent', sha256('new\n'), 'new\n').stdout).toBe('changed symlink\n');
    expect(write(folder, 'absent', sha256('new\n'), 'new\n').stdout).toBe('changed directory\n');
    expect(readFileSync(path, 'utf8')).toBe('somebody else was here\n');
  });
});

describe('withSnippet', () => {
  it('changes only what is between its marks, and gives the same for the same', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((before) => !before.includes('gantry environment'));
    fc.assert(
      fc.property(text, text, value, value, (before, after, first, second) => {
        const one = withSnippet(before, [['A', first]]) ?? '';
        const file = one + after;
        const two = withSnippet(file, [['A', second]]) ?? '';
        expect(two).toBe(one.replace(snippetBlock([['A', first]]), () => snippetBlock([['A', second]])) + after);
        expect(withSnippet(two, [['A', second]])).toBe(two);
      }),
    );
  });

  it('does not guess where a block with a missing mark ends', () => {
    const block = snippetBlock([['A', '1']]);
    const closing = '# <<< gantry environment <<<\n';
    expect(withSnippet(block.replace(closing, ''), [['A', '2']])).toBe(null);
    expect(withSnippet(closing + block.replace(closing, ''), [['A', '2']])).toBe(null);
  });
});

describe('environment-snippet', () => {
  const plan = (bench: ReturnType<typeof createTestBench>, parameters: Record<string, unknown>) =>
    bench.actions.plan({ actionId: 'environment-snippet', hostId: bench.hostId, parameters });

  it('shows the change, writes it, reads it back, and puts the old content back', async () => {
    const bench = createTestBench();
    const path = join(folder, "env $(x) '引'.sh");
    writeFileSync(path, 'export MINE=1\n');
    const made = await plan(bench, {
      path,
      gpuUuids: 'GPU-5c3e2b1a-0000-1111-2222-333344445555, GPU-5c3e2b1a-0000-1111-2222-333344446666',
      allocatorConf: 'expandable_segments:True',
      variables: { NOTE: 'a "b"\n$(c)' },
    });
    const [step] = made.steps;
    expect(made).toMatchObject({ isBlocked: false, isAlreadyDone: false, needsRoot: false, risk: 'reversible' });
    expect(step?.kind === 'file' && step.diff).toContain(
      [
        '@@ -1 +1,9 @@',
        ' export MINE=1',
        '+# >>> gantry environment >>>',
        '+# Recommended by Gantry. Read it before starting the job: . FILE',
        '+export CUDA_DEVICE_ORDER=PCI_BUS_ID',
        '+export CUDA_VISIBLE_DEVICES=GPU-5c3e2b1a-0000-1111-2222-333344445555,GPU-5c3e2b1a-0000-1111-2222-333344446666',
        '+export PYTORCH_ALLOC_CONF=expandable_segments:True',
        '+export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True',
        `+export NOTE='a "b"`,
        `+$(c)'`,
        '+# <<< gantry environment <<<',
      ]
        .join('\n')
        .replace('+1,9', '+1,10'),
    );
    expect(readFileSync(path, 'utf8')).toBe('export MINE=1\n');

    const started = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    const run = await bench.settled(started.id);
    expect(run).toMatchObject({ state: 'verified', canUndo: true, verification: { outcome: 'pass' }, error: null });
    expect(run.steps).toMatchObject([{ id: 'write', state: 'done' }]);
    const written = step?.kind === 'file' ? step.after : '';
    expect(readFileSync(path, 'utf8')).toBe(written);
    expect(await plan(bench, made.parameters)).toMatchObject({ isAlreadyDone: true, isBlocked: false, steps: [] });

    await bench.actions.undo(run.id);
    const undone = await bench.settled(run.id);
    expect(undone).toMatchObject({ state: 'undone', canUndo: false });
    expect(undone.steps.at(-1)?.detail?.en).toBe(`${path} has its former content again.`);
    expect(readFileSync(path, 'utf8')).toBe('export MINE=1\n');
    expect(bench.audit.list({ limit: 100 }).entries.map((entry) => entry.event)).toEqual([
      'action.settle',
      'action.undo',
      'action.plan',
      'action.settle',
      'action.apply',
      'action.plan',
    ]);
  });

  it('removes a file on undo that was not there before', async () => {
    const bench = createTestBench();
    const path = join(folder, 'env.sh');
    const made = await plan(bench, { path });
    const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    await bench.settled(id);
    expect(readFileSync(path, 'utf8')).toContain('CUDA_DEVICE_ORDER=PCI_BUS_ID');
    await bench.actions.undo(id);
    const undone = await bench.settled(id);
    expect(undone).toMatchObject({ state: 'undone' });
    expect(undone.steps.map(({ detail }) => detail?.en)).toEqual([`${path} was written.`, `${path} was removed.`]);
    expect(existsSync(path)).toBe(false);
  });

  it('does not undo over what somebody changed since', async () => {
    const bench = createTestBench();
    const path = join(folder, 'env.sh');
    const made = await plan(bench, { path });
    const { id } = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    await bench.settled(id);
    writeFileSync(path, 'mine now\n');
    await bench.actions.undo(id);
    expect(await bench.settled(id)).toMatchObject({ state: 'failed', canUndo: true });
    expect(readFileSync(path, 'utf8')).toBe('mine now\n');
  });

  it('finds the home folder on the node', async () => {
    vi.stubEnv('HOME', folder);
    const made = await plan(createTestBench(), { path: '~/env.sh' });
    vi.unstubAllEnvs();
    expect(made.steps).toMatchObject([{ path: join(folder, 'env.sh') }]);
  });

  it.each([
    ['a symbolic link', 'link', 'symbolic link'],
    ['a folder', 'folder', 'is a folder'],
    ['a device', '/dev/null', 'not a file'],
    ['a missing folder', 'no/such/env.sh', 'does not exist'],
    ['bytes that are no text', 'binary', 'not UTF-8'],
    ['a file over the limit', 'big', '1 MiB'],
  ])('refuses %s and says why', async (_, name, reason) => {
    const bench = createTestBench();
    symlinkSync('/etc/hostname', join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(folder, 'big'), '#'.repeat(2 ** 20 + 1));
    const made = await plan(bench, { path: name.startsWith('/') ? name : join(folder, name) });
    expect(made).toMatchObject({ isBlocked: true, steps: [] });
    expect(made.checks.find((check) => check.outcome === 'fail')?.detail.en).toContain(reason);
    await expect(bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint })).rejects.toMatchObject({
      key: 'actions.planBlocked',
    });
  });

  it.each([
    [{ path: 'relative.sh' }, 'path'],
    [{ path: '/tmp/' }, 'path'],
    [{ path: '/tmp/a\0b' }, 'path'],
    [{ path: '/tmp/a', variables: { 'A-B': '1' } }, 'variables'],
    [{ path: '/tmp/a', variables: 'no equals sign' }, 'variables'],
    [{ path: '/tmp/a', nonsense: 1 }, 'nonsense'],
  ])('refuses the parameters %j', async (parameters, name) => {
    await expect(plan(createTestBench(), parameters)).rejects.toMatchObject({
      key: expect.stringMatching(/^actions\.(?:invalid|unknown)Parameter$/),
      params: { name: expect.stringContaining(name) },
    });
  });
});
