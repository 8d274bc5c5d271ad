import { afterEach, expect, it } from 'vitest';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { canContinue, type Rollout, undoable } from '#shared/domain/rollout';
import { createAuditLog } from '../../audit/audit-log';
import { ConflictError, NotFoundError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import { openStore } from '../../store/open-store';
import type { Store } from '../../store/store';
import { createRollouts } from './create-rollouts';

interface Fleet {
  /** By host: how a run there ends. */
  readonly ends?: Readonly<Record<string, ActionRun['state']>>;
  /** Hosts whose plan is another one at their turn. */
  readonly changed?: readonly string[];
  readonly blocked?: readonly string[];
  readonly alreadyDone?: readonly string[];
  readonly unreachable?: readonly string[];
  /** What the node says of an interrupted run. */
  readonly asked?: Readonly<Record<string, ActionRun['state'] | 'unreachable' | 'not-applied'>>;
  /** Where the engine dies at host b: nothing after it ever happens. */
  readonly dies?: 'planning' | 'before-apply' | 'after-apply' | 'running' | 'ended' | 'undoing' | 'undone';
  onApply?: (hostId: string) => void;
  /** Which ways back fail, counted from 1. */
  readonly stuck?: readonly number[];
  /** Which of them find nobody there, and which are lost in the middle. */
  readonly away?: readonly number[];
  readonly lost?: readonly number[];
}

const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

const words = (en: string) => ({ en, 'zh-CN': en });

const never = () => new Promise<never>(() => {});

/** A fleet whose runs outlive an engine, as the store keeps them. */
function rolling(first: Fleet) {
  const store = openStore(':memory:');
  stores.push(store);
  const applied: string[] = [];
  const undone: string[] = [];
  const saved = new Map<string, ActionRun>();
  const taken = new Set<string>();
  let planCount = 0;
  let atWork = 0;
  let mostAtWork = 0;

  function engine(fleet: Fleet) {
    const plan = (hostId: string, id: string, fingerprint = 'print') =>
      ({ id, actionId: 'x', hostId, parameters: { watts: 1 }, fingerprint }) as unknown as ActionPlan;
    const diesAt = (hostId: string, where: Fleet['dies']) => hostId === 'b' && fleet.dies === where;
    const set = (runId: string, state: ActionRun['state'], error: ActionRun['error'] = null) => {
      const run = { ...(saved.get(runId) as ActionRun), state, error };
      saved.set(runId, run);
      return run;
    };
    const rollouts = createRollouts({
      store,
      audit: createAuditLog({ store, nowMs: () => 1, actor: 'tester' }),
      nowMs: () => 1,
      operator: 'tester',
      plans: {
        take(planId, fingerprint) {
          if (taken.has(planId)) throw new ConflictError('actions.planUsed');
          taken.add(planId);
          return plan(planId.slice('shown-'.length), planId, fingerprint); // 'other-' is as long
        },
        putBack: (planId) => void taken.delete(planId),
      },
      actions: {
        async plan({ hostId }) {
          if (diesAt(hostId, 'planning')) await never();
          if (fleet.unreachable?.includes(hostId))
            throw new HostUnavailableError(hostId, { code: 'connection-lost', detail: '' });
          planCount += 1;
          return {
            ...plan(hostId, `${hostId}-${planCount}`, fleet.changed?.includes(hostId) ? 'other' : 'print'),
            isAlreadyDone: fleet.alreadyDone?.includes(hostId) ?? false,
            isBlocked: fleet.blocked?.includes(hostId) ?? false,
            checks: [
              {
                title: words('Sudo'),
                outcome: fleet.blocked?.includes(hostId) ? 'fail' : 'pass',
                detail: words('asks'),
              },
              { title: words('Free'), outcome: 'warn', detail: words('in use') },
            ] as ActionPlan['checks'],
          };
        },
        async apply({ planId }) {
          const hostId = planId.slice(0, planId.indexOf('-'));
          if (diesAt(hostId, 'before-apply')) await never();
          applied.push(hostId);
          atWork += 1;
          mostAtWork = Math.max(mostAtWork, atWork);
          fleet.onApply?.(hostId);
          const run = {
            id: `run-${planId}`,
            plan: plan(hostId, planId),
            state: 'applying',
            error: null,
            steps: [],
            verification: null,
            incidentId: null,
            startedAtMs: 1,
            finishedAtMs: null,
            canUndo: true,
          };
          saved.set(run.id, run as ActionRun);
          if (diesAt(hostId, 'after-apply')) await never();
          return run as ActionRun;
        },
        async *watch(runId) {
          const run = saved.get(runId) as ActionRun;
          const { hostId } = run.plan;
          yield run;
          if (diesAt(hostId, 'running')) await never();
          await Promise.resolve();
          atWork -= 1;
          if (run.state === 'undone' || run.state === 'verify-failed' || run.state === 'interrupted') return;
          const last = set(runId, fleet.ends?.[hostId] ?? 'verified');
          if (diesAt(hostId, 'ended')) await never();
          yield last;
        },
        async recheck(runId) {
          const said = fleet.asked?.[(saved.get(runId) as ActionRun).plan.hostId] ?? 'verified';
          if (said === 'unreachable') throw new HostUnavailableError(null, { code: 'connection-lost', detail: '' });
          if (said === 'not-applied') return set(runId, 'failed', { key: 'actions.notApplied' });
          return set(runId, said);
        },
        async undo(runId) {
          undone.push(runId.slice('run-'.length));
          const { hostId } = (saved.get(runId) as ActionRun).plan;
          if (diesAt(hostId, 'undoing')) await never();
          if (fleet.away?.includes(undone.length))
            throw new HostUnavailableError(null, { code: 'no-shell', detail: '' });
          if (fleet.lost?.includes(undone.length)) return set(runId, 'interrupted', { key: 'actions.connectionLost' });
          const last = set(runId, fleet.stuck?.includes(undone.length) ? 'verify-failed' : 'undone');
          if (diesAt(hostId, 'undone')) await never();
          return last;
        },
        keepLocked: () => async () => {},
        runs: (hostId) => [...saved.values()].filter((run) => run.plan.hostId === hostId),
        get(runId) {
          const run = saved.get(runId);
          if (!run) throw new NotFoundError('action run', runId);
          return run;
        },
      },
    });
    const start = (...hosts: string[]) => startIn(1, ...hosts);
    const startIn = (batchSize: number, ...hosts: string[]) =>
      rollouts.start({ batchSize, plans: hosts.map((host) => ({ planId: `shown-${host}`, fingerprint: 'print' })) });
    const ended = async ({ id }: Pick<Rollout, 'id'>) => {
      for await (const _ of rollouts.watch(id));
      const { state, items } = rollouts.get(id);
      return [state, ...items.map((item) => item.state)];
    };
    /** A playbook of two steps on each of these, the second of which is planned at its turn. */
    const startSteps = (...hosts: string[]) =>
      rollouts.startPlaybook({
        playbook: { id: 'book', title: words('Book') },
        batchSize: 1,
        incidentId: null,
        nodes: hosts.map((hostId) => ({
          hostId,
          steps: ['one', 'two'].map((id, index) => ({
            step: { id, actionId: id, title: words(id) },
            parameters: {},
            fingerprint: index === 0 ? 'print' : null,
          })),
        })),
      });
    return { rollouts, start, startIn, startSteps, ended };
  }
  return {
    ...engine(first),
    applied,
    undone,
    saved,
    mostAtWork: () => mostAtWork,
    /** Another engine on the same store; what the dead one had under way is as its own journal says. */
    restart(fleet: Fleet = {}) {
      for (const run of saved.values())
        if (run.state === 'applying') saved.set(run.id, { ...run, state: 'interrupted' });
      return engine(fleet);
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

it('does one node after the other', async () => {
  const { start, ended, applied, mostAtWork } = rolling({ alreadyDone: ['b'] });
  expect(await ended(start('a', 'b', 'c'))).toEqual(['done', 'done', 'not-needed', 'done']);
  expect([applied, mostAtWork()]).toEqual([['a', 'c'], 1]);
});

it('does as many at a time as it was told, and lets a batch finish when one of it fails', async () => {
  const { startIn, ended, applied, mostAtWork } = rolling({ ends: { c: 'verify-failed' } });
  expect(await ended(startIn(2, 'a', 'b', 'c', 'd', 'e'))).toEqual([
    'stopped',
    'done',
    'done',
    'failed',
    'done',
    'waiting',
  ]);
  expect([applied, mostAtWork()]).toEqual([['a', 'b', 'c', 'd'], 2]);
});

it.each<[string, Fleet, Rollout['items'][number]['state']]>([
  ['is not verified', { ends: { b: 'verify-failed' } }, 'failed'],
  ['fails', { ends: { b: 'failed' } }, 'failed'],
  ['was lost in the middle', { ends: { b: 'interrupted' } }, 'unknown'],
  ['would be done something else to than was confirmed', { changed: ['b'] }, 'failed'],
  ['has a check that fails now', { blocked: ['b'] }, 'failed'],
  ['can not be reached', { unreachable: ['b'] }, 'unknown'],
])('stops at the first node that %s', async (_, fleet, state) => {
  const { start, ended, applied } = rolling(fleet);
  expect(await ended(start('a', 'b', 'c'))).toEqual(['stopped', 'done', state, 'waiting']);
  expect(applied).not.toContain('c');
});

it('goes on behind a node that failed when somebody says so, and never does that node again', async () => {
  const { rollouts, start, ended, applied } = rolling({ ends: { b: 'verify-failed' } });
  const { id } = start('a', 'b', 'c');
  await ended({ id });
  rollouts.continue(id);
  expect(await ended({ id })).toEqual(['stopped', 'done', 'failed', 'done']);
  expect(applied).toEqual(['a', 'b', 'c']);
  expect(() => rollouts.continue(id)).toThrow('actions.rolloutNotStanding');
});

it('pauses behind the node it is at, goes on, and is cancelled for good', async () => {
  let ask = () => {};
  const { rollouts, start, ended, applied } = rolling({ onApply: () => ask() });
  const { id } = start('a', 'b', 'c');
  ask = () => void rollouts.pause(id);
  expect(await ended({ id })).toEqual(['paused', 'done', 'waiting', 'waiting']);
  expect(() => rollouts.pause(id)).toThrow('actions.notRunning');
  ask = () => void rollouts.cancel(id);
  rollouts.continue(id);
  expect(() => rollouts.continue(id)).toThrow('actions.rolloutNotStanding');
  expect(await ended({ id })).toEqual(['cancelled', 'done', 'done', 'waiting']);
  expect(() => rollouts.continue(id)).toThrow('actions.rolloutNotStanding');
  expect(applied).toEqual(['a', 'b']);
});

it('takes no plan and no node twice, also by a second click, and leaves other plans to be taken', async () => {
  const { start, ended, rollouts, applied } = rolling({});
  expect(() => rollouts.start({ plans: [] })).toThrow('actions.rolloutMixed');
  expect(() => start('a', 'a')).toThrow('actions.planUsed');
  const rollout = start('a', 'b');
  expect(() => start('a', 'b')).toThrow('actions.planUsed');
  expect(() => start('c', 'b')).toThrow('actions.planUsed');
  expect(rollouts.list()).toHaveLength(1);
  expect(await ended(rollout)).toEqual(['done', 'done', 'done']);
  expect(await ended(start('c'))).toEqual(['done', 'done']);
  expect(applied).toEqual(['a', 'b', 'c']);
});

it('begins no node that another rollout is about to change', async () => {
  const { rollouts, start, ended, applied } = rolling({ dies: 'running' });
  start('a', 'b', 'c');
  await until(() => applied.includes('b'));
  const again = (host: string) => rollouts.start({ plans: [{ planId: `other-${host}`, fingerprint: 'print' }] });
  expect(() => again('b')).toThrow('actions.rolloutOverlaps');
  expect(() => again('c')).toThrow('actions.rolloutOverlaps');
  expect(await ended(again('a'))).toEqual(['done', 'done']);
});

it.each<[NonNullable<Fleet['dies']>, 'waiting' | 'unknown' | 'done', number]>([
  // Until the run is in the store nothing was sent to the node.
  ['planning', 'waiting', 1],
  ['before-apply', 'waiting', 1],
  ['after-apply', 'unknown', 1],
  ['running', 'unknown', 1],
  ['ended', 'done', 1],
])(
  'after an engine that died while %s a node it is interrupted, and goes on without repeating it',
  async (dies, state, times) => {
    const dead = rolling({ dies });
    const { id } = dead.start('a', 'b', 'c');
    await until(() => {
      const b = dead.rollouts.get(id).items[1];
      if (dies === 'planning') return b?.state === 'running';
      if (dies === 'before-apply') return b?.planId !== null;
      if (dies === 'ended')
        return [...dead.saved.values()].some((run) => run.plan.hostId === 'b' && run.state === 'verified');
      return dead.applied.includes('b');
    });
    const next = dead.restart();
    const found = next.rollouts.get(id);
    expect([found.state, ...found.items.map((item) => item.state)]).toEqual(['interrupted', 'done', state, 'waiting']);
    next.rollouts.continue(id);
    expect(await next.ended({ id })).toEqual(['done', 'done', 'done', 'done']);
    // Nobody saw the end of what went on without an engine.
    expect(next.rollouts.get(id).items[1]?.finishedAtMs).toBe(state === 'waiting' ? 1 : null);
    expect(dead.applied.filter((host) => host === 'b')).toHaveLength(times);
  },
);

it.each<[string, Fleet['asked'], string[], string[]]>([
  ['was not changed is planned anew', { b: 'not-applied' }, ['done', 'done', 'done', 'done'], ['a', 'b', 'b', 'c']],
  ['failed stops it again', { b: 'verify-failed' }, ['stopped', 'done', 'failed', 'waiting'], ['a', 'b']],
  ['does not answer stops it again', { b: 'unreachable' }, ['stopped', 'done', 'unknown', 'waiting'], ['a', 'b']],
])('a node that says, asked after a crash, that it %s', async (_, asked, states, applied) => {
  const dead = rolling({ dies: 'running' });
  const { id } = dead.start('a', 'b', 'c');
  await until(() => dead.applied.includes('b'));
  const next = dead.restart({ asked });
  next.rollouts.continue(id);
  expect(await next.ended({ id })).toEqual(states);
  expect(dead.applied).toEqual(applied);
});

it('tells of a node that was taken back since', async () => {
  const { rollouts, start, ended, saved } = rolling({});
  const { id } = start('a', 'b');
  await ended({ id });
  const [run] = saved.values();
  if (run) saved.set(run.id, { ...run, state: 'undone' });
  expect(rollouts.get(id).items.map(({ state }) => state)).toEqual(['undone', 'done']);
});

it('an engine that ends begins no other node and leaves it interrupted', async () => {
  let close: Promise<void> = Promise.resolve();
  const { rollouts, start, applied } = rolling({
    onApply: () => {
      close = rollouts.close();
    },
  });
  const { id } = start('a', 'b');
  await until(() => applied.length === 1);
  await close;
  expect(rollouts.get(id)).toMatchObject({ state: 'interrupted', items: [{ state: 'done' }, { state: 'waiting' }] });
});

it('does the steps of a playbook in their order, node by node, and takes them back the other way round', async () => {
  const { startSteps, ended, applied, undone, rollouts } = rolling({ changed: [] });
  const rollout = startSteps('a', 'b');
  expect(await ended(rollout)).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect(applied).toEqual(['a', 'a', 'b', 'b']);
  const half = await rollouts.undo(rollout.id, ['b']);
  expect([undone, half.items.map(({ state }) => state)]).toEqual([
    ['b-4', 'b-3'],
    ['done', 'done', 'undone', 'undone'],
  ]);
  await rollouts.undo(rollout.id);
  expect(undone).toEqual(['b-4', 'b-3', 'a-2', 'a-1']);
});

it('ends the way back of a node at what can not be taken back, and goes on there when asked again', async () => {
  const { startSteps, ended, undone, rollouts } = rolling({ stuck: [1] });
  const rollout = startSteps('a');
  await ended(rollout);
  const half = await rollouts.undo(rollout.id);
  expect([undone, half.items.map(({ state }) => state)]).toEqual([['a-2'], ['done', 'failed']]);
  expect((await rollouts.undo(rollout.id)).items.map(({ state }) => state)).toEqual(['undone', 'undone']);
});

it.each<[string, Fleet, ActionRun['state'], string[]]>([
  ['does not answer', { away: [2] }, 'verified', ['b-4', 'b-3', 'b-3']],
  // Asked, it says that it had come to the end of it.
  ['is lost', { lost: [2], asked: { b: 'undone' } }, 'interrupted', ['b-4', 'b-3']],
])(
  'goes on with the way back, and with nothing else, once a node is there again that %s on it',
  async (_, fleet, run, ways) => {
    const { startSteps, ended, undone, applied, saved, rollouts } = rolling(fleet);
    const { id } = startSteps('a', 'b');
    await ended({ id });
    const cut = await rollouts.undo(id, ['b']);
    expect([cut.state, ...cut.items.map(({ state }) => state)]).toEqual([
      'stopped',
      'done',
      'done',
      'unknown',
      'undone',
    ]);
    expect([canContinue(cut), saved.get('run-b-3')?.state]).toEqual([true, run]);
    expect(undoable(cut.items)).toHaveLength(3);
    expect(rollouts.continue(id).state).toBe('undoing');
    expect(await ended({ id })).toEqual(['done', 'done', 'done', 'undone', 'undone']);
    expect([undone, applied]).toEqual([ways, ['a', 'a', 'b', 'b']]);
    expect(canContinue(rollouts.get(id))).toBe(false);
  },
);

it.each<[Fleet['dies'], Partial<Rollout>, string[]]>([
  ['undoing', { state: 'interrupted', wayBack: { hostIds: ['b'], before: 'done' } }, ['b-2', 'b-2', 'b-1']],
  // The last but one step of it is left.
  ['undone', { state: 'interrupted' }, ['b-2', 'b-1']],
])('goes on with the way back after the engine died while a step was %s', async (dies, found, ways) => {
  const dead = rolling({ dies });
  const { id } = dead.startSteps('b');
  await dead.ended({ id });
  void dead.rollouts.undo(id);
  await until(() => dead.undone.length > 0);
  const next = dead.restart();
  expect(next.rollouts.get(id)).toMatchObject(found);
  next.rollouts.continue(id);
  expect(await next.ended({ id })).toEqual(['undone', 'undone', 'undone']);
  expect([dead.undone, dead.applied]).toEqual([ways, ['b', 'b']]);
  expect(canContinue(next.rollouts.get(id))).toBe(false);
});

it('is undone where the engine died before it could write only that down', async () => {
  const dead = rolling({ dies: 'undone' });
  const { id } = dead.start('b');
  await dead.ended({ id });
  void dead.rollouts.undo(id);
  await until(() => dead.undone.length > 0);
  const { state, wayBack } = dead.restart().rollouts.get(id);
  expect([state, wayBack]).toEqual(['undone', undefined]);
});

it('names a step that knows no way back, leaves it as it is and takes back what was before it', async () => {
  const { startSteps, ended, saved, undone, rollouts } = rolling({});
  const rollout = startSteps('a');
  await ended(rollout);
  const restart = saved.get('run-a-2') as ActionRun;
  saved.set(restart.id, { ...restart, canUndo: false, plan: { ...restart.plan, undo: null } });
  const { state, items } = await rollouts.undo(rollout.id);
  expect([undone, state, items.map((item) => [item.state, item.error?.key])]).toEqual([
    ['a-1'],
    'undone',
    [
      ['undone', undefined],
      ['done', 'actions.undoImpossible'],
    ],
  ]);
});

it('says while it is being undone, refuses to be undone twice at once, and goes no further once it is', async () => {
  const { startSteps, ended, rollouts, undone } = rolling({});
  const rollout = startSteps('a', 'b');
  await ended(rollout);
  const first = rollouts.undo(rollout.id);
  expect(rollouts.get(rollout.id).state).toBe('undoing');
  await expect(rollouts.undo(rollout.id)).rejects.toThrow('actions.rolloutUndoing');
  expect(() => rollouts.cancel(rollout.id)).toThrow('actions.rolloutUndoing');
  expect((await first).state).toBe('undone');
  expect(undone).toHaveLength(4);
  expect(() => rollouts.continue(rollout.id)).toThrow('actions.rolloutNotStanding');
});

it('begins nothing on a node behind steps that were taken back', async () => {
  const fleet: Fleet = { onApply: () => (paused ||= rolled.rollouts.pause(started.id).state === 'pausing') };
  let paused = false;
  const rolled = rolling(fleet);
  const started = rolled.startSteps('a', 'b');
  expect((await rolled.ended(started))[0]).toBe('paused');
  await rolled.rollouts.undo(started.id, ['a']);
  rolled.rollouts.continue(started.id);
  expect(await rolled.ended(started)).toEqual(['done', 'undone', 'waiting', 'done', 'done']);
});

it('plans a step at its turn that could not be told before, and holds the others to what was confirmed', async () => {
  const { startSteps, ended } = rolling({ changed: ['a'] });
  expect(await ended(startSteps('a', 'b'))).toEqual(['stopped', 'failed', 'waiting', 'waiting', 'waiting']);
});

it('begins nothing behind a step that failed, also when it goes on with the other nodes', async () => {
  const { startSteps, ended, rollouts, applied } = rolling({ ends: { a: 'verify-failed' } });
  const rollout = startSteps('a', 'b');
  expect(await ended(rollout)).toEqual(['stopped', 'failed', 'waiting', 'waiting', 'waiting']);
  rollouts.continue(rollout.id);
  expect(await ended(rollout)).toEqual(['stopped', 'failed', 'waiting', 'done', 'done']);
  expect(applied).toEqual(['a', 'b', 'b']);
  expect(() => rollouts.continue(rollout.id)).toThrow(ConflictError);
});

it.each(['planning', 'before-apply', 'after-apply', 'running', 'ended'] as const)(
  'goes on after the engine died %s a step: each is done once',
  async (dies) => {
    const { startSteps, restart, applied, rollouts } = rolling({ dies });
    const { id } = startSteps('a', 'b', 'c');
    await until(() => rollouts.get(id).items.some(({ hostId, state }) => hostId === 'b' && state === 'running'));
    await until(() => dies === 'planning' || dies === 'before-apply' || applied.includes('b'));
    const next = restart();
    expect(next.rollouts.get(id).state).toBe('interrupted');
    next.rollouts.continue(id);
    expect(await next.ended({ id })).toEqual(['done', ...Array(6).fill('done')]);
    expect(applied).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  },
);

it('a pause takes effect after the step that is being done', async () => {
  const fleet: Fleet = { onApply: () => (paused ||= rolled.rollouts.pause(started.id).state === 'pausing') };
  let paused = false;
  const rolled = rolling(fleet);
  const started = rolled.startSteps('a', 'b');
  expect(await rolled.ended(started)).toEqual(['paused', 'done', 'waiting', 'waiting', 'waiting']);
  rolled.rollouts.continue(started.id);
  expect(await rolled.ended(started)).toEqual(['done', 'done', 'done', 'done', 'done']);
});
