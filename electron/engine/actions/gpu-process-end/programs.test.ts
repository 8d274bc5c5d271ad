import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { shells } from '../../hosts/testing/shells';
import { inspectProgram, parseInspection, signalProgram } from './programs';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process of the test with any name and arguments; `traps` ignores TERM. */
async function start(
  options: { argv0?: string; args?: string[]; traps?: boolean; program?: string } = {},
): Promise<number> {
  const script = `${options.traps ? "trap '' TERM; " : ''}echo ready; while :; do sleep 1; done`;
  const child = spawn(options.program ?? '/bin/sh', ['-c', script, ...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(options.argv0 === undefined ? {} : { argv0: options.argv0 }),
  });
  children.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child.pid ?? -1;
}

function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

const textOf = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0'));
const nasty = fc.oneof(textOf, fc.constantFrom(') R 1 1 1', 'a b\'c"$(kill 1)`id`\n;', '训练 作业', '-n', ''));

describe.each(shells.filter(({ argv }) => existsSync(argv[0])))('in $name', ({ argv: [shell, ...flags] }) => {
  const run = (program: string, args: readonly string[]) =>
    spawnSync(shell, [...flags, '-c', program, 'gantry', ...args], { encoding: 'utf8' });
  const inspect = (pid: number) => parseInspection(run(inspectProgram, [String(pid)]).stdout);
  const identity = (pid: number) => {
    const found = inspect(pid);
    if (found?.kind !== 'found') throw new Error(`process ${pid} was not found`);
    return [String(pid), found.bootId, found.startTime, found.uid, found.commandSum];
  };
  const signal = (name: string, seconds: number, target: readonly string[]) => {
    const { stdout, status } = run(signalProgram, [name, String(seconds), ...target]);
    return { outcome: stdout.trim(), status };
  };

  it('finds a process with its user, start and command line', async () => {
    const pid = await start({ args: ['train.py', '--batch size'] });
    expect(inspect(pid)).toMatchObject({
      kind: 'found',
      parentPid: process.pid,
      uid: String(process.getuid?.()),
      isKernelThread: false,
      isOwnSession: false,
      threads: 1,
      commandLine: expect.stringContaining('train.py --batch size'),
    });
    expect(inspect(2 ** 22 + 5)).toMatchObject({ kind: 'gone' });
  });

  it('ends exactly the process it was shown, whatever its name and arguments hold', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.array(nasty, { maxLength: 3 }), async (argv0, args) => {
        const pid = await start({ argv0, args });
        const bystander = await start({ argv0, args });
        expect(signal('TERM', 5, identity(pid)).outcome).toMatch(/^gone (after|zombie)$/);
        expect([isAlive(pid), isAlive(bystander)]).toEqual([false, true]);
      }),
      { numRuns: 12 },
    );
  });

  it('signals nothing when any part of the identity differs', async () => {
    const pid = await start();
    const target = identity(pid);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), nasty, async (position, other) => {
        fc.pre(other !== target[position]);
        const changed = target.map((part, index) => (index === position ? other : part));
        const { outcome } = signal('KILL', 1, changed);
        // A start time that differs means the process of the plan is gone and its number is somebody else's.
        expect(outcome).toMatch(/^(gone before|refused (boot|user|command))$/);
        expect(isAlive(pid)).toBe(true);
      }),
      { numRuns: 25 },
    );
    expect(signal('KILL', 2, target).outcome).toMatch(/^gone/);
  });

  it('says that a process outlived TERM, and ends it with KILL', async () => {
    const pid = await start({ traps: true });
    const target = identity(pid);
    expect(signal('TERM', 1, target).outcome).toMatch(/^alive [SR]$/);
    expect(isAlive(pid)).toBe(true);
    expect(signal('KILL', 2, target).outcome).toMatch(/^gone/);
    expect(signal('KILL', 2, target).outcome).toMatch(/^gone (before|zombie)$/);
  });

  it('never ends PID 1, its own session or a kernel thread', () => {
    const own = identity(process.pid);
    expect(signal('TERM', 1, own)).toEqual({ outcome: 'refused protected', status: 3 });
    expect(signal('TERM', 1, identity(1))).toEqual({ outcome: 'refused protected', status: 3 });
    expect(inspect(process.pid)).toMatchObject({ isOwnSession: true });
  });

  describe('with a process called sshd', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'gantry-sshd-'));
      copyFileSync('/bin/sh', join(folder, 'sshd'));
      chmodSync(join(folder, 'sshd'), 0o755);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('leaves it alone', async () => {
      const pid = await start({ program: join(folder, 'sshd') });
      expect(signal('KILL', 1, identity(pid)).outcome).toBe('refused protected');
      expect(isAlive(pid)).toBe(true);
    });
  });

  it('tells a zombie from a living process', async () => {
    // The child ends once its parent has become a program that never waits for it, so that it stays as a zombie.
    const script = '(until grep -q sleep /proc/$$/comm; do sleep 0.05; done) & echo $!; exec sleep 300';
    const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    const zombie = await new Promise<number>((resolve) => child.stdout?.once('data', (data) => resolve(Number(data))));
    await expect.poll(() => inspect(zombie)).toMatchObject({ kind: 'found', state: 'Z', parentPid: child.pid });
    expect(signal('TERM', 1, identity(zombie)).outcome).toBe('gone zombie');
  });
});

describe('parseInspection', () => {
  it('gives null for output that was cut anywhere, and never throws', () => {
    const whole = spawnSync('/bin/sh', ['-c', inspectProgram, 'gantry', String(process.pid)], {
      encoding: 'utf8',
    }).stdout;
    const psLine = whole.indexOf('\nps ');
    fc.assert(fc.property(fc.nat(psLine), (length) => parseInspection(whole.slice(0, length)) === null));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (garbage) => {
        parseInspection(garbage);
      }),
    );
  });
});
