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
  expect([containers, jobs]).toEqual([['vllm'], []]);
  const none = effectsOf([step('engine', 'docker-ce', { state: 'done' })], sizes, actions, facts());
  expect([none.services, none.containers]).toEqual([[], []]);
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
  expect(full?.en).toContain('On /var are 1.00 GB free and the packages need 1.50 GB');
  const unread = effectsOf([], grown(1, 2), actions, facts({ 'file-systems': undefined })).space;
  expect([unread.map(({ freeBytes }) => freeBytes), fullDisk(unread)]).toEqual([[null, null], null]);
});

it('takes the median of verified runs for how long an action takes', () => {
  const run = (minutes: number, state: ActionRun['state'] = 'verified') =>
    ({ plan: { actionId: 'quiet' }, state, startedAtMs: 0, finishedAtMs: minutes * 60_000 }) as ActionRun;
  const earlier = earlierMinutes([run(9), run(2), run(4), run(3), run(100, 'failed')]);
  expect([earlier('quiet'), earlier('docker-ce')]).toEqual([{ median: 3.5, runs: 4 }, null]);
});
