import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { defineAction } from '../action';
import { createTestBench, type TestBench } from '../testing/test-bench';

const words = (en: string) => ({ en, 'zh-CN': en });

/** Two steps, the first of which waits at a gate. */
function slowAction(gate: string) {
  return defineAction({
    id: 'slow',
    knowledge: () => ({
      id: 'slow',
      title: words('Slow'),
      description: words('Waits'),
      risk: 'reversible' as const,
      needsRoot: false,
      interruptsJobs: false,
      canUndo: false,
      restarts: [],
      parameters: [],
      sources: [],
      texts: {},
    }),
    parametersSchema: z.object({}),
    stateSchema: z.object({}),
    prepare: async () => ({
      checks: [],
      steps: ['wait', 'end'].map((id) => ({
        kind: 'command' as const,
        id,
        title: words(id),
        argv: ['cat', gate],
        commandLine: `cat ${gate}`,
        privilege: 'user' as const,
        onlyIf: null,
      })),
      verification: words('-'),
      undo: null,
      isAlreadyDone: false,
      state: {},
      identity: null,
    }),
    async apply(context) {
      const done = { state: 'done' as const, evidenceId: null, detail: null };
      await context.step('wait', async () => {
        await context.run({ id: 'wait', argv: ['cat', gate], timeoutMs: 60_000 });
        return done;
      });
      await context.step('end', async () => done);
    },
    verify: async () => ({ outcome: 'pass' as const, detail: words('is so') }),
    ask: async () => ({ state: 'applied' as const, detail: words('is so') }),
    undo: null,
  });
}

function twoOperators(lockName = 'lock') {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const gate = join(folder, 'gate');
  execFileSync('mkfifo', [gate]);
  const lockPath = join(folder, lockName);
  const options = { actions: [slowAction(gate)], lockPath };
  const ann = createTestBench({ ...options, operator: 'ann' });
  const bob = createTestBench({ ...options, operator: 'bob' });
  const planned = (bench: TestBench) => bench.actions.plan({ actionId: 'slow', hostId: bench.hostId, parameters: {} });
  const begin = async (bench: TestBench) => {
    const { id: planId, fingerprint } = await planned(bench);
    return (await bench.actions.apply({ planId, fingerprint })).id;
  };
  return { ann, bob, lockPath, planned, begin, openGate: () => writeFileSync(gate, 'through\n') };
}
const gone = (path: string) => vi.waitFor(() => expect(existsLink(path)).toBe(false), 20_000);
function existsLink(path: string): boolean {
  try {
    return readlinkSync(path) !== '';
  } catch {
    return existsSync(path);
  }
}

it('tells the second operator who is changing a node, in the plan and when applied, and lets him once it is done', async () => {
  const { ann, bob, lockPath, planned, begin, openGate } = twoOperators();
  const before = await planned(bob);
  const runId = await begin(ann);
  const held = await planned(bob);
  expect([held.isBlocked, held.checks[0]?.detail.en]).toEqual([
    true,
    expect.stringMatching(/^ann on here, since 2026-06-01 00:00 UTC \(slow\)/),
  ]);
  const text = readlinkSync(lockPath);
  await ann.actions.freeLeftLock(ann.hostId);
  expect(existsLink(lockPath)).toBe(true);
  const { id: planId, fingerprint } = before;
  await expect(bob.actions.apply({ planId, fingerprint })).rejects.toMatchObject({
    key: 'actions.nodeLocked',
    params: { operator: 'ann', what: 'slow' },
  });
  const printed = (async () => {
    let all = '';
    for await (const { stepId, text } of ann.actions.watchOutput(runId)) all += `${stepId}: ${text}`;
    return all;
  })();
  openGate();
  expect((await ann.settled(runId)).state).toBe('verified');
  expect(await printed).toBe('wait: through\n');
  await gone(lockPath);
  const again = await bob.actions.apply({ planId, fingerprint });
  openGate();
  expect((await bob.settled(again.id)).state).toBe('verified');
  await gone(lockPath);

  // Left by an engine that was killed behind the end of its run: hers alone frees it.
  symlinkSync(text, lockPath);
  await bob.actions.freeLeftLock(bob.hostId);
  expect(existsLink(lockPath)).toBe(true);
  await ann.actions.freeLeftLock(ann.hostId);
  expect(existsLink(lockPath)).toBe(false);
  expect(ann.audit.list({ limit: 1 }).entries).toMatchObject([{ event: 'lock.free', detail: { what: 'slow' } }]);
});

it('is ours again after a restart, and taken over only when somebody says so, who then changes the node alone', async () => {
  const { ann, bob, lockPath, begin, openGate } = twoOperators();
  const runId = await begin(ann);
  await vi.waitFor(() => expect(ann.actions.get(runId).steps[0]?.state).toBe('running'));
  const found = await bob.actions.lock(bob.hostId);
  expect(found).toMatchObject({ operator: 'ann', isOurs: false, what: 'slow' });
  await expect(bob.actions.takeOverLock({ hostId: bob.hostId, token: 'another' })).rejects.toMatchObject({
    key: 'actions.lockOther',
  });
  await bob.actions.takeOverLock({ hostId: bob.hostId, token: found?.token ?? '' });
  const [logged] = bob.audit.list({ limit: 1 }).entries;
  expect(logged).toMatchObject({ event: 'lock.take-over', detail: { operator: 'ann', what: 'slow' } });
  const taken = await begin(bob);
  // Ann's next step finds another lock than hers, and is not begun.
  openGate();
  expect(await ann.settled(runId)).toMatchObject({
    state: 'interrupted',
    error: { key: 'actions.nodeLocked', params: { operator: 'bob' } },
    steps: [{ state: 'done' }, { state: 'pending' }],
  });
  await vi.waitFor(() => expect(bob.actions.get(taken).steps[0]?.state).toBe('running'));
  // Bob's engine ends in the middle; what it left is known as his own by the next one, which asks the node and lets it go.
  await bob.actions.close();
  const next = bob.restart();
  onTestFinished(() => next.close());
  expect(await next.lock(bob.hostId)).toMatchObject({ operator: 'bob', isOurs: true });
  await next.freeLeftLock(bob.hostId);
  expect(await next.lock(bob.hostId)).toMatchObject({ isOurs: true });
  expect(await next.recheck(taken)).toMatchObject({ state: 'verified' });
  await gone(lockPath);
});

it('refuses what lies there in words that nobody knows, and takes none of it for more than text', async () => {
  const { bob, lockPath, planned } = twoOperators();
  symlinkSync('\u001b[31m{"operator": 1}', lockPath);
  const held = await planned(bob);
  expect([held.isBlocked, held.checks[0]?.detail.en]).toEqual([
    true,
    expect.stringMatching(/^\{"operator": 1\} on \?, since \? \(\?\)/),
  ]);
});

it('warns where nobody would be told, and lets it be done all the same', async () => {
  const { ann, planned } = twoOperators('missing/lock');
  const { checks, isBlocked } = await planned(ann);
  expect([isBlocked, checks]).toEqual([
    false,
    [
      expect.objectContaining({
        outcome: 'warn',
        detail: expect.objectContaining({ en: expect.stringContaining('/run/lock') }),
      }),
    ],
  ]);
  expect((await planned(twoOperators().ann)).checks).toEqual([]);
});
