import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ActionRun } from '#shared/domain/action';
import { type CommandResult, type ExecOptions, type Host, HostUnavailableError } from '../hosts/host';
import { type Action, defineAction } from './action';
import { commandLineOf } from './command-line';
import { parseActionKnowledge } from './knowledge';
import { createTestBench, type TestBench } from './testing/test-bench';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gantry-actions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = { en: 'words', 'zh-CN': '文字' };
const knowledge = parseActionKnowledge(
  'touch.yaml',
  JSON.stringify({
    id: 'touch',
    title: text,
    description: text,
    risk: 'disruptive',
    needsRoot: false,
    interruptsJobs: false,
    canUndo: true,
    parameters: [],
    sources: ['a test'],
    texts: {},
  }),
);

/** Makes two files, one step each, and takes them away on undo; every call is counted. */
function touchAction(calls: string[] = []): Action {
  const argv = (name: string): [string, ...string[]] => ['sh', '-c', ': > "$1"', 'sh', join(folder, name)];
  return defineAction({
    id: 'touch',
    knowledge: () => knowledge,
    parametersSchema: z.strictObject({ name: z.string() }),
    stateSchema: z.object({ name: z.string() }),
    async prepare(_, { name }) {
      calls.push('prepare');
      const isDone = existsSync(join(folder, `${name}-2`));
      const isForbidden = existsSync(join(folder, 'forbidden'));
      return {
        checks: [{ title: text, outcome: isForbidden ? 'fail' : 'pass', detail: text }],
        steps: [1, 2].map((part) => ({
          kind: 'command',
          id: `part-${part}`,
          title: text,
          argv: argv(`${name}-${part}`),
          commandLine: commandLineOf(argv(`${name}-${part}`), 'user'),
          privilege: 'user',
          onlyIf: null,
        })),
        verification: text,
        undo: text,
        isAlreadyDone: isDone,
        state: { name },
        identity: existsSync(join(folder, 'identity')) ? readFileSync(join(folder, 'identity'), 'utf8') : null,
      };
    },
    async apply(context, _, steps) {
      for (const step of steps) {
        if (step.kind !== 'command') continue;
        await context.step(step.id, async () => {
          calls.push(step.id);
          const [tool = '', ...rest] = step.argv;
          const ran = await context.run({ id: step.id, argv: [tool, ...rest] }, { isAbortable: false });
          return { state: ran.exitCode === 0 ? 'done' : 'failed', evidenceId: ran.evidenceId, detail: null };
        });
      }
    },
    async verify(_, { name }) {
      return { outcome: existsSync(join(folder, `${name}-2`)) ? 'pass' : 'fail', detail: text };
    },
    async ask(context, { name }) {
      calls.push('ask');
      await context.run({ id: 'ask', argv: ['true'] });
      const done = [1, 2].filter((part) => existsSync(join(folder, `${name}-${part}`))).length;
      return { state: done === 2 ? 'applied' : done === 1 ? 'partly' : 'not-applied', detail: text };
    },
    async undo(context, { name }) {
      await context.step('undo', async () => {
        for (const part of [1, 2]) rmSync(join(folder, `${name}-${part}`), { force: true });
        return { state: 'done', evidenceId: null, detail: null };
      });
      return { outcome: 'pass', detail: text };
    },
  });
}

const plan = (bench: TestBench, name = 'file') =>
  bench.actions.plan({ actionId: 'touch', hostId: bench.hostId, parameters: { name } });

async function applied(bench: TestBench): Promise<ActionRun> {
  const { id: planId, fingerprint } = await plan(bench);
  const run = await bench.actions.apply({ planId, fingerprint });
  return bench.settled(run.id);
}

/** The real host, except that `meddle` decides about each command but those of the lock first. */
function meddledHost(
  host: Host,
  meddle: (id: string, run: () => Promise<CommandResult>) => Promise<CommandResult>,
): Host {
  return {
    id: host.id,
    kind: host.kind,
    batch: host.batch.bind(host),
    stream: host.stream.bind(host),
    forward: host.forward.bind(host),
    close: host.close.bind(host),
    exec: (command, options?: ExecOptions) =>
      command.id.startsWith('lock-')
        ? host.exec(command, options)
        : meddle(command.id, () => host.exec(command, options)),
  };
}

/** Every command of the host waits until the returned function is called. */
function holdCommands(bench: ReturnType<typeof createTestBench>): () => void {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  bench.host = meddledHost(bench.host, async (_, run) => {
    await held;
    return run();
  });
  return letGo;
}

describe('plan', () => {
  it('changes nothing and says the same for the same', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const [first, second, other] = [await plan(bench), await plan(bench), await plan(bench, 'other')];
    expect(first.fingerprint).toBe(second.fingerprint);
    expect(first.fingerprint).not.toBe(other.fingerprint);
    expect(existsSync(join(folder, 'file-1'))).toBe(false);
    expect(bench.actions.runs()).toEqual([]);
  });

  it('refuses an unknown action, an unknown host and an imported collection', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const ask = (actionId: string, hostId: string) =>
      bench.actions.plan({ actionId, hostId, parameters: { name: 'file' } });
    await expect(ask('nope', 'local')).rejects.toMatchObject({ name: 'NotFoundError', what: 'action' });
    await expect(ask('touch', 'nope')).rejects.toMatchObject({ name: 'NotFoundError', what: 'host' });
    await expect(ask('touch', 'bundle')).rejects.toMatchObject({ name: 'InvalidError', key: 'actions.bundleHost' });
  });
});

describe('apply', () => {
  it('goes through its steps to verified, saving each, and undo takes it back', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const { id: planId, fingerprint } = await plan(bench);
    const run = await bench.actions.apply({ planId, fingerprint });
    const seen: string[] = [];
    for await (const { state, steps } of bench.actions.watch(run.id)) {
      seen.push(`${state} ${steps.map((step) => step.state).join(' ')}`);
    }
    expect(seen).toEqual(
      [
        'applying pending pending',
        'applying running pending',
        'applying done pending',
        'applying done running',
        'applying done done',
        'verifying done done',
        'verified done done',
      ].slice(-seen.length),
    );
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(bench.actions.runs(bench.hostId)).toMatchObject([{ id: run.id, state: 'verified', canUndo: true }]);
    const [settled] = bench.audit.list({ limit: 1 }).entries;
    expect(settled).toMatchObject({
      event: 'action.settle',
      detail: {
        runId: run.id,
        steps: [
          { id: 'part-1', state: 'done', exits: [0] },
          { id: 'part-2', state: 'done', exits: [0] },
        ],
      },
    });
    await bench.actions.undo(run.id);
    expect(await bench.settled(run.id)).toMatchObject({ state: 'undone', canUndo: false });
    expect(existsSync(join(folder, 'file-1'))).toBe(false);
    await expect(bench.actions.undo(run.id)).rejects.toMatchObject({ key: 'actions.undoImpossible' });
  });

  it('happens once however often it is clicked', async () => {
    const calls: string[] = [];
    const bench = createTestBench({ actions: [touchAction(calls)] });
    const { id: planId, fingerprint } = await plan(bench);
    const clicks = await Promise.allSettled([1, 2, 3].map(() => bench.actions.apply({ planId, fingerprint })));
    const refused = clicks.filter((click) => click.status === 'rejected').map((click) => click.reason);
    expect(refused).toMatchObject([{ name: 'ConflictError', key: 'actions.planUsed' }, { key: 'actions.planUsed' }]);
    const [run] = bench.actions.runs();
    await bench.settled(run?.id ?? '');
    expect(calls.filter((call) => call.startsWith('part'))).toEqual(['part-1', 'part-2']);
    await expect(bench.actions.apply({ planId, fingerprint })).rejects.toMatchObject({ key: 'actions.planUsed' });
  });

  it.each([
    [
      'with another fingerprint',
      (_: TestBench, plan: { fingerprint: string }) => plan.fingerprint.replace(/^./, 'x'),
      'planOtherFingerprint',
    ],
    [
      'after ten minutes',
      (bench: TestBench, plan: { fingerprint: string }) => {
        bench.nowMs += 10 * 60_000 + 1;
        return plan.fingerprint;
      },
      'planExpired',
    ],
    [
      'on a node that changed',
      (_: TestBench, plan: { fingerprint: string }) => {
        writeFileSync(join(folder, 'identity'), 'another');
        return plan.fingerprint;
      },
      'planOutdated',
    ],
    [
      'when a check fails by now',
      (_: TestBench, plan: { fingerprint: string }) => {
        writeFileSync(join(folder, 'forbidden'), '');
        return plan.fingerprint;
      },
      'planOutdated',
    ],
  ])('is refused %s, and nothing is run', async (_, meddle, key) => {
    const calls: string[] = [];
    const bench = createTestBench({ actions: [touchAction(calls)] });
    const made = await plan(bench);
    const fingerprint = meddle(bench, made);
    await expect(bench.actions.apply({ planId: made.id, fingerprint })).rejects.toMatchObject({
      key: `actions.${key}`,
    });
    expect(calls.filter((call) => call !== 'prepare')).toEqual([]);
    expect(bench.actions.runs()).toEqual([]);
  });

  it('is refused while another action changes the same node', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const [first, second] = [await plan(bench), await plan(bench, 'other')];
    const letGo = holdCommands(bench);
    const run = await bench.actions.apply({ planId: first.id, fingerprint: first.fingerprint });
    const again = { planId: second.id, fingerprint: second.fingerprint };
    await expect(bench.actions.apply(again)).rejects.toMatchObject({ key: 'actions.hostBusy' });
    letGo();
    await bench.settled(run.id);
    // The refused plan was not used up.
    expect(await bench.settled((await bench.actions.apply(again)).id)).toMatchObject({ state: 'verified' });
  });

  it('starts nothing when it can not be written down', async () => {
    const calls: string[] = [];
    const bench = createTestBench({ actions: [touchAction(calls)] });
    const { id: planId, fingerprint } = await plan(bench);
    bench.store.database.exec('DROP TABLE action_run');
    await expect(bench.actions.apply({ planId, fingerprint })).rejects.toMatchObject({ name: 'StoreError' });
    expect(calls).toEqual(['prepare', 'prepare']);
    expect(bench.audit.list({ limit: 10 }).entries.map((entry) => entry.event)).toEqual(['action.plan']);
  });

  it('starts nothing when evidence can not be frozen first', async () => {
    const calls: string[] = [];
    const bench = createTestBench({ actions: [touchAction(calls)] });
    bench.actions.onWillApply(() => {
      throw new Error('no room');
    });
    const { id: planId, fingerprint } = await plan(bench);
    await expect(bench.actions.apply({ planId, fingerprint })).rejects.toThrow('no room');
    expect(calls).toEqual(['prepare', 'prepare']);
  });
});

describe('an interrupted run', () => {
  /** Lets `before` more commands through, then the connection is gone for good. */
  function cutAfter(bench: TestBench, before: number): void {
    let left = before;
    bench.host = meddledHost(bench.host, async (_, run) => {
      left -= 1;
      if (left < 0) throw new HostUnavailableError(bench.hostId, { code: 'connection-lost', detail: 'cut' });
      return run();
    });
  }

  it('is what a lost connection leaves, and is not repeated but asked about', async () => {
    const calls: string[] = [];
    const bench = createTestBench({ actions: [touchAction(calls)] });
    const real = bench.host;
    cutAfter(bench, 1);
    const run = await applied(bench);
    expect(run).toMatchObject({ state: 'interrupted', error: { key: 'actions.connectionLost' } });
    expect(run.steps.map((step) => step.state)).toEqual(['done', 'unknown']);
    bench.host = real;
    expect(await bench.actions.recheck(run.id)).toMatchObject({
      state: 'failed',
      error: { key: 'actions.partlyApplied' },
      canUndo: true,
    });
    expect(calls.filter((call) => call.startsWith('part'))).toEqual(['part-1', 'part-2']);
  });

  it('is found verified when everything had happened all the same', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const real = bench.host;
    bench.host = meddledHost(real, async (id, run) => {
      const result = await run();
      return id === 'part-2' ? { ...result, state: 'lost' } : result;
    });
    const run = await applied(bench);
    expect(run.state).toBe('interrupted');
    bench.host = real;
    const checked = await bench.actions.recheck(run.id);
    expect(checked).toMatchObject({ state: 'verified', error: null, canUndo: true });
    expect(checked.steps.map((step) => step.state)).toEqual(['done', 'done']);
    await expect(bench.actions.recheck(run.id)).rejects.toMatchObject({ key: 'actions.notInterrupted' });
  });

  it('is what a killed engine leaves behind', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const saved: string[] = [];
    bench.host = meddledHost(bench.host, async (_, run) => {
      // What is on disk the moment a command starts.
      saved.push(...(bench.store.database.prepare('SELECT run FROM action_run').pluck().all() as string[]));
      return run();
    });
    const run = await applied(bench);
    for (const [index, row] of saved.entries()) {
      bench.store.database
        .prepare('UPDATE action_run SET run = ?, state = ? WHERE id = ?')
        .run(row, 'applying', run.id);
      const after = bench.restart().get(run.id);
      expect(after).toMatchObject({ state: 'interrupted', error: { key: 'actions.engineStopped' } });
      expect(after.steps.map((step) => step.state)).toEqual(
        [
          ['unknown', 'pending'],
          ['done', 'unknown'],
        ][index],
      );
    }
    expect(saved).toHaveLength(2);
  });

  it('stays interrupted when the node can not be asked', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    cutAfter(bench, 0);
    const run = await applied(bench);
    await expect(bench.actions.recheck(run.id)).rejects.toMatchObject({ name: 'HostUnavailableError' });
    expect(bench.actions.get(run.id).state).toBe('interrupted');
  });

  it('is what closing the engine leaves of a running action', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const { id: planId, fingerprint } = await plan(bench);
    const letGo = holdCommands(bench);
    const { id } = await bench.actions.apply({ planId, fingerprint });
    const closing = bench.actions.close();
    letGo();
    await closing;
    // The command that ran was let finish; the next one was not started.
    expect(bench.actions.get(id)).toMatchObject({ state: 'interrupted' });
    expect(bench.actions.get(id).steps.map((step) => step.state)).toEqual(['done', 'pending']);
    expect(existsSync(join(folder, 'file-2'))).toBe(false);
  });
});

describe('cancel', () => {
  it('takes effect before the next step', async () => {
    const bench = createTestBench({ actions: [touchAction()] });
    const { id: planId, fingerprint } = await plan(bench);
    const letGo = holdCommands(bench);
    const { id } = await bench.actions.apply({ planId, fingerprint });
    const cancelling = bench.actions.cancel(id);
    letGo();
    expect(await cancelling).toMatchObject({
      state: 'cancelled',
      canUndo: true,
      error: { key: 'actions.partlyApplied' },
    });
    expect(existsSync(join(folder, 'file-2'))).toBe(false);
    await expect(bench.actions.cancel(id)).rejects.toMatchObject({ key: 'actions.notRunning' });
  });
});
