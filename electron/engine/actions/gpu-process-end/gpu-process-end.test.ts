import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { gpu, gpuFacts, mib } from '../testing/gpu-facts';
import { createTestBench, type TestBench } from '../testing/test-bench';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(script: string): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', `${script} echo ready; while :; do sleep 0.2; done`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;
const uuid = 'GPU-5c3e2b1a-0000-1111-2222-333344445555';

/** A GPU on which these processes hold memory for as long as they run; `leakedMib` stays behind. */
function withGpu(bench: TestBench, holders: ChildProcess[], options: { leakedMib?: number } = {}): void {
  const usedMemoryBytes = 20_000 * mib;
  const running = () => holders.filter(isRunning);
  bench.facts.gpu = () =>
    gpuFacts([
      gpu({
        index: 0,
        uuid,
        memory: {
          totalBytes: 81_559 * mib,
          reservedBytes: 0,
          usedBytes: (500 + (options.leakedMib ?? 0)) * mib + running().length * usedMemoryBytes,
          freeBytes: null,
        },
        processes: running().map((child) => ({
          pid: child.pid ?? -1,
          kind: 'C',
          name: 'python3',
          usedMemoryBytes,
          gpuInstanceId: null,
          computeInstanceId: null,
        })),
      }),
    ]);
  bench.facts['gpu-processes'] = () => ({
    processes: running().map((child) => ({ gpuUuid: uuid, pid: child.pid ?? -1, name: 'python3', usedMemoryBytes })),
  });
}

const plan = (bench: TestBench, pid: number | undefined) =>
  bench.actions.plan({ actionId: 'gpu-process-end', hostId: bench.hostId, parameters: { pid } });

async function apply(bench: TestBench, pid: number | undefined) {
  const { id: planId, fingerprint } = await plan(bench, pid);
  const run = await bench.actions.apply({ planId, fingerprint });
  return bench.settled(run.id);
}

describe('gpu-process-end', () => {
  it('is blocked when the number has come to belong to another process than the one that was found', async () => {
    const bench = createTestBench();
    const child = await start('');
    withGpu(bench, [child]);
    const planFor = (commandLine: string) =>
      bench.actions.plan({
        actionId: 'gpu-process-end',
        hostId: bench.hostId,
        parameters: { pid: child.pid, commandLine },
      });
    const [commandLine = ''] = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').split('\0\0');
    expect((await planFor(commandLine.replaceAll('\0', ' '))).isBlocked).toBe(false);
    const other = await planFor('python3 train.py --resume');
    expect(other.isBlocked).toBe(true);
    expect(other.checks.find(({ outcome }) => outcome === 'fail')?.detail.en).toContain('python3 train.py --resume');
  });

  it('shows who is ended, what it holds and who else is there, and changes nothing', async () => {
    const bench = createTestBench();
    const [child, other] = [await start(''), await start('')];
    withGpu(bench, [child, other]);
    const made = await plan(bench, child.pid);
    expect(made).toMatchObject({ isBlocked: false, risk: 'disruptive', interruptsJobs: true, undo: null });
    const text = made.checks.map((check) => `${check.outcome}: ${check.detail.en}`).join('\n');
    expect(text).toMatch(new RegExp(`^pass: +${child.pid} +${process.pid} .*sh -c`));
    expect(text).toContain('pass: GPU 0: 20000 MiB');
    expect(text).toContain(`GPU 0: ${other.pid} python3 (20000 MiB)`);
    expect(made.steps.map((step) => [step.id, step.kind === 'command' && step.onlyIf?.en])).toEqual([
      ['term', undefined],
      ['kill', 'Only if it is still there after 10 s'],
    ]);
    expect([isRunning(child), isRunning(other)]).toEqual([true, true]);
  });

  it('ends it with TERM, leaves out KILL and sees the memory come back', async () => {
    const bench = createTestBench();
    const [child, other] = [await start(''), await start('')];
    withGpu(bench, [child, other]);
    const run = await apply(bench, child.pid);
    expect(run).toMatchObject({ state: 'verified', canUndo: false, verification: { outcome: 'pass' } });
    expect(run.steps.map((step) => step.state)).toEqual(['done', 'skipped']);
    expect(run.verification?.detail.en).toContain('GPU 0: 40500 MiB → 20500 MiB');
    expect([child.signalCode, isRunning(other)]).toEqual(['SIGTERM', true]);
    const [first] = run.steps;
    expect(Buffer.from(bench.evidence.get(first?.evidenceId ?? '')?.stdout ?? []).toString()).toMatch(/^gone/);
  });

  it('goes on to KILL when TERM is ignored', async () => {
    const bench = createTestBench();
    const child = await start("trap '' TERM;");
    withGpu(bench, [child]);
    const run = await apply(bench, child.pid);
    expect(run.state).toBe('verified');
    expect(run.steps.map((step) => step.state)).toEqual(['done', 'done']);
    expect(run.steps[0]?.detail?.en).toContain('still there after 10 s');
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('does not call it verified when the memory stays', async () => {
    const bench = createTestBench();
    const child = await start('');
    const options = { leakedMib: 0 };
    withGpu(bench, [child], options);
    const made = await plan(bench, child.pid);
    const run = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    options.leakedMib = 20_000;
    // The clock of the test stands still, so the fifteen seconds pass by moving it.
    const ticking = setInterval(() => {
      bench.nowMs += 5000;
    }, 100);
    const settled = await bench.settled(run.id);
    clearInterval(ticking);
    expect(settled).toMatchObject({ state: 'verify-failed', verification: { outcome: 'fail' } });
    expect(settled.verification?.detail.en).toContain('memory did not come back');
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('does nothing when the process was replaced by another with the plan in hand', async () => {
    const bench = createTestBench();
    const child = await start('');
    withGpu(bench, [child]);
    const made = await plan(bench, child.pid);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await expect(bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint })).rejects.toMatchObject({
      name: 'ConflictError',
      key: 'actions.planOutdated',
    });
    expect(bench.actions.runs()).toEqual([]);
  });

  it.each([
    ['PID 1', () => 1, 'never ended'],
    ['the session of Gantry itself', () => process.pid, 'this very session'],
    ['a process that holds no GPU memory', (child: ChildProcess) => child.pid, 'holds no GPU memory'],
    ['a process that is not there', () => 2 ** 22 + 9, 'No process has PID'],
  ])('refuses %s', async (_, pidOf, reason) => {
    const bench = createTestBench();
    const child = await start('');
    withGpu(bench, []);
    bench.facts['gpu-holders'] = () => ({ holders: [] });
    const made = await plan(bench, pidOf(child));
    expect(made.isBlocked).toBe(true);
    expect(made.checks.map((check) => check.detail.en).join('\n')).toContain(reason);
  });

  it('takes a failed look at the GPUs as not known, never as free', async () => {
    const bench = createTestBench();
    const child = await start('');
    const made = await plan(bench, child.pid);
    expect(made.isBlocked).toBe(true);
    expect(made.checks.find((check) => check.outcome === 'unknown')?.detail.en).toContain('could not be read');
  });

  it('finds a holder that the driver does not list by its open device file', async () => {
    const bench = createTestBench();
    const child = await start('');
    withGpu(bench, []);
    bench.facts['gpu-holders'] = () => ({
      holders: isRunning(child)
        ? [{ device: '/dev/nvidia0', pid: child.pid ?? -1, user: 'root', access: 'F....', command: 'python3' }]
        : [],
    });
    const made = await plan(bench, child.pid);
    expect(made).toMatchObject({ isBlocked: false });
    expect(made.checks.map((check) => check.detail.en).join('\n')).toContain('the driver does not say how much');
  });

  it('can be cancelled while it waits, and then asks the node what is so', async () => {
    const bench = createTestBench();
    const child = await start("trap 'echo not yet' TERM;");
    withGpu(bench, [child]);
    const made = await plan(bench, child.pid);
    const isAsked = new Promise((resolve) => child.stdout?.once('data', resolve));
    const run = await bench.actions.apply({ planId: made.id, fingerprint: made.fingerprint });
    await isAsked;
    const cancelled = await bench.actions.cancel(run.id);
    expect(cancelled).toMatchObject({ state: 'cancelled', error: { key: 'actions.cancelled' } });
    expect(cancelled.verification?.detail.en).toContain('still runs');
    expect(cancelled.steps.map((step) => step.state)).toEqual(['failed', 'pending']);
    expect(isRunning(child)).toBe(true);
  });
});
