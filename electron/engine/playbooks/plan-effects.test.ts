import { expect, it } from 'vitest';
import type { ActionInfo, ActionRun } from '#shared/domain/action';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import { earlierMinutes, effectsOf, fullDisk } from './plan-effects';

const step = (id: string, actionId: string, changed: Partial<PlaybookStepPlan> = {}) =>
  ({ id, actionId, state: 'ready', restartsNode: false, ...changed }) as PlaybookStepPlan;
const actions = [
  { id: 'docker-ce', restarts: ['docker', 'containerd'], interruptsJobs: false },
  { id: 'nvidia-driver', interruptsJobs: true },
  { id: 'quiet', interruptsJobs: false },
  { id: 'docker-settings', restarts: ['docker'], interruptsJobs: true, interrupts: 'process' },
  { id: 'triton-server', interruptsJobs: true, interrupts: 'process', image: { fromBytes: 8e9, toBytes: 21e9 } },
] as unknown as ActionInfo[];
const mount = (mountPoint: string, availableBytes: number) => ({ mountPoint, availableBytes });
const facts = (more: object = {}) =>
  ({
    docker: {
      containers: [
        { id: 'a1', name: 'vllm', state: 'running' },
        { id: 'b2', name: 'old', state: 'exited' },
      ],
    },
    'file-systems': { fileSystems: [mount('/', 5e9), mount('/var', 1e9), mount('/usrlocal', 9e12)] },
    ...more,
  }) as unknown as NodeFacts;
const sizes = { packages: [], downloadBytes: null, diskBytes: null };
const grown = (downloadBytes: number, diskBytes: number) => ({
  packages: [{ name: 'docker-ce', before: null, after: '5:28' }],
  downloadBytes,
  diskBytes,
});

it('tells of the steps that are to be done which services they restart, and which containers end with them', () => {
  const steps = [step('engine', 'docker-ce'), step('again', 'docker-ce', { state: 'later' })];
  const { services, containers, jobs } = effectsOf(steps, sizes, actions, facts());
  expect(services).toEqual([
    { name: 'docker', steps: ['engine', 'again'] },
    { name: 'containerd', steps: ['engine', 'again'] },
  ]);
  // Who computes in it could not be read.
  expect([containers, jobs]).toEqual([['vllm'], null]);
  const none = effectsOf([step('engine', 'docker-ce', { state: 'done' })], sizes, actions, facts());
  expect([none.services, none.containers]).toEqual([[], []]);
});

const command = (argv: string[]) => ({ kind: 'command', argv });
const planned = (...steps: ReturnType<typeof command>[]) =>
  ({ plan: { parameters: {}, steps } }) as unknown as Partial<PlaybookStepPlan>;

it('names who is in what a step ends: those in its containers, everybody for a driver, nobody for a file', () => {
  const user = (pid: number, cgroup: string | null) => ({ pid, uuid: 'GPU-a', cgroup });
  const busy = facts({
    docker: {
      containers: [
        { id: 'a1a1', name: 'vllm', state: 'running' },
        { id: 'b2b2', name: 'triton', state: 'running' },
      ],
    },
    gpu: { gpus: [{ index: 0, uuid: 'GPU-a' }] },
    'gpu-processes': {
      processes: [user(1, null), user(2, null), user(3, null)].map((one) => ({ ...one, gpuUuid: 'GPU-a' })),
    },
    processes: {
      processes: [
        { pid: 1, cgroup: '0::/system.slice/docker-a1a1.scope' },
        { pid: 2, cgroup: '0::/system.slice/docker-b2b2.scope' },
        { pid: 3, cgroup: '0::/user.slice' },
      ],
      loggedInUsers: null,
    },
  });
  const reached = (...steps: PlaybookStepPlan[]) => {
    const { jobs, containers } = effectsOf(steps, sizes, actions, busy);
    return [jobs?.map(({ pid }) => pid), containers];
  };
  expect(reached(step('file', 'quiet'))).toEqual([[], []]);
  expect(reached(step('driver', 'nvidia-driver'))).toEqual([[1, 2, 3], []]);
  expect(reached(step('settings', 'docker-settings'))).toEqual([
    [1, 2],
    ['vllm', 'triton'],
  ]);
  const stop = planned(command(['docker', 'stop', '-t', '30', 'triton']), command(['docker', 'run', 'x']));
  expect(reached(step('triton', 'triton-server', stop))).toEqual([[2], ['triton']]);
  expect(reached(step('triton', 'triton-server', planned(command(['docker', 'run', 'x']))))).toEqual([[], []]);
  // Its commands can't be told yet.
  expect(reached(step('triton', 'triton-server', { state: 'later', plan: null }))).toEqual([
    [1, 2],
    ['vllm', 'triton'],
  ]);
});

it('counts images that are pulled at their least, unpacked, where Docker keeps them, and not those that are there', () => {
  const disk = { 'file-systems': { fileSystems: [mount('/', 50e9), mount('/data', 10e9)] } };
  const later = step('triton', 'triton-server', { state: 'later', plan: null });
  const of = (one: PlaybookStepPlan, docker: object) => effectsOf([one], sizes, actions, facts({ ...disk, ...docker }));
  const fresh = of(later, { docker: undefined });
  expect([fresh.images, fresh.space]).toEqual([
    [{ step: 'triton', fromBytes: 8e9, toBytes: 21e9 }],
    [{ mountPoint: '/', neededBytes: 16e9, freeBytes: 50e9 }],
  ]);
  const moved = of(later, { docker: { containers: [], rootDir: '/data/docker' } });
  expect(fullDisk(moved.space)?.en).toContain('On /data are 10.00 GB free and this needs 16.00 GB');
  expect(of(step('triton', 'triton-server', planned(command(['docker', 'run', 'x']))), {}).images).toEqual([]);
  expect(of(step('triton', 'triton-server', planned(command(['docker', 'pull', 'x']))), {}).images).toHaveLength(1);
});

it('who is interrupted and could not be read is not told as nobody', () => {
  expect(effectsOf([step('driver', 'nvidia-driver')], sizes, actions, facts()).jobs).toBeNull();
  expect(effectsOf([step('a', 'quiet')], sizes, actions, facts()).jobs).toEqual([]);
  const restarting = effectsOf([step('a', 'quiet', { restartsNode: true })], sizes, actions, facts());
  expect([restarting.jobs, restarting.restartCount, restarting.containers]).toEqual([null, 1, ['vllm']]);
  const untold = facts({ docker: { containers: null } });
  expect(effectsOf([step('engine', 'docker-ce')], sizes, actions, untold).containers).toBeNull();
});

it('adds up what packages need on the file systems that hold them, and says which is too full', () => {
  const { space } = effectsOf([step('a', 'quiet')], grown(0.5e9, 2e9), actions, facts());
  expect(space).toEqual([
    { mountPoint: '/var', neededBytes: 0.5e9, freeBytes: 1e9 },
    { mountPoint: '/', neededBytes: 2e9, freeBytes: 5e9 },
  ]);
  expect(fullDisk(space)).toBeNull();
  const full = fullDisk(effectsOf([], grown(1.5e9, -2), actions, facts()).space);
  expect(full?.en).toContain('On /var are 1.00 GB free and this needs 1.50 GB');
  const unread = effectsOf([], grown(1, 2), actions, facts({ 'file-systems': undefined })).space;
  expect([unread.map(({ freeBytes }) => freeBytes), fullDisk(unread)]).toEqual([[null, null], null]);
});

it('takes the median of verified runs for how long an action takes', () => {
  const run = (minutes: number, state: ActionRun['state'] = 'verified') =>
    ({ plan: { actionId: 'quiet' }, state, startedAtMs: 0, finishedAtMs: minutes * 60_000 }) as ActionRun;
  const earlier = earlierMinutes([run(9), run(2), run(4), run(3), run(100, 'failed')]);
  expect([earlier('quiet'), earlier('docker-ce')]).toEqual([{ median: 3.5, runs: 4 }, null]);
});
