import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ActionPlan } from '#shared/domain/action';
import { type ManualWork, manualWorkSchema } from '#shared/domain/manual/manual-work';
import type { Rollout } from '#shared/domain/rollout';
import { endProcess, samplePlan } from '../../actions/testing/sample-action';
import { currentRoute, navigate } from '../../app/router';
import { setHosts } from '../../stores/fleet-store';
import { useTasks } from '../../stores/tasks-store';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { WorkScreen } from './work-screen';

it('rolls out the plans that were shown, without the nodes that are blocked, and lets nothing begin unread', async () => {
  setHosts(['host-1', 'host-2', 'host-3'].map((name) => sshHost(name)));
  const asked: unknown[] = [];
  const rolled: unknown[] = [];
  const rollout: Rollout = {
    ...{ id: 'rollout-1', actionId: endProcess.id, incidentId: null, batchSize: 1, startedAtMs: 0, finishedAtMs: null },
    state: 'paused',
    items: ['host-1', 'host-2'].map((hostId, index) => ({
      ...{ hostId, parameters: {}, fingerprint: 'print', planId: null, runId: null, error: null },
      ...{ state: index === 0 ? ('done' as const) : ('waiting' as const), startedAtMs: null, finishedAtMs: null },
    })),
  };
  navigate({ screen: 'work', rolloutId: 'new', hostIds: 'host-1,host-2,host-3', subject: endProcess.id });
  renderWithEngine(<WorkScreen />, {
    incidents: { list: () => [] },
    actions: {
      list: () => [endProcess],
      plan: (input: { hostId: string }): ActionPlan => {
        asked.push(input);
        const detail = { en: 'The node says no.' };
        const isBlocked = input.hostId === 'host-3';
        const checks = [
          { title: { en: 'May be' }, outcome: isBlocked ? ('fail' as const) : ('pass' as const), detail },
        ];
        return samplePlan({ id: `plan-${input.hostId}`, hostId: input.hostId, isBlocked, checks });
      },
      roll: (input: unknown) => {
        rolled.push(input);
        return rollout;
      },
      rollout: () => rollout,
      watchRollout: createTopic<Rollout>([rollout]).read,
    },
  } as unknown as FakeHandlers);
  fireEvent.change(await screen.findByLabelText(/Process id/), { target: { value: '4711' } });
  fireEvent.click(screen.getByRole('button', { name: 'Plan on all nodes' }));
  const start = await screen.findByRole('button', { name: 'Start on 2 nodes' });
  expect(await screen.findByText('The node says no.')).toBeTruthy();
  expect(start).toHaveProperty('disabled', true);
  fireEvent.click(screen.getByRole('checkbox'));
  await waitFor(() => expect(start).toHaveProperty('disabled', false));
  fireEvent.click(start);
  await waitFor(() => expect(currentRoute()).toMatchObject({ screen: 'work', rolloutId: 'rollout-1' }));
  expect(asked).toHaveLength(3);
  expect(rolled).toEqual([
    {
      plans: ['plan-host-1', 'plan-host-2'].map((planId) => ({ planId, fingerprint: 'print-1' })),
      batchSize: 1,
    },
  ]);
  expect(await screen.findByRole('button', { name: 'Go on' })).toBeTruthy();
  expect(screen.getByText('Not begun')).toBeTruthy();
});

it('has a rollout among the tasks of the status bar for as long as it goes on, and lets it be ended there', async () => {
  setHosts([sshHost('host-1')]);
  const item = { hostId: 'host-1', parameters: {}, fingerprint: 'print', planId: null, runId: null, error: null };
  const rollout: Rollout = {
    ...{ id: 'rollout-2', actionId: endProcess.id, incidentId: null, batchSize: 1, startedAtMs: 0, finishedAtMs: null },
    state: 'running',
    items: [{ ...item, state: 'running', startedAtMs: 1, finishedAtMs: null }],
  };
  const topic = createTopic<Rollout>([rollout]);
  const cancelled: unknown[] = [];
  navigate({ screen: 'work', section: 'rollouts', rolloutId: rollout.id });
  const { unmount } = renderWithEngine(<WorkScreen />, {
    actions: {
      list: () => [endProcess],
      rollout: () => rollout,
      watchRollout: topic.read,
      cancelRollout: (input: unknown) => {
        cancelled.push(input);
        return rollout;
      },
    },
  } as unknown as FakeHandlers);
  const tasks = () => useTasks.getState().tasks;
  await waitFor(() => expect(tasks().map(({ progress }) => progress)).toEqual([{ done: 0, total: 1 }]));
  expect(tasks()[0]?.title).toMatch(/ on 1 node$/);
  // Another screen is opened.
  unmount();
  expect(tasks()).toHaveLength(1);
  tasks()[0]?.cancel();
  await waitFor(() => expect(tasks()).toEqual([]));
  expect(cancelled).toEqual([{ rolloutId: rollout.id }]);
});

it('ticks a step with the name of who did it, and asks the node only when nothing is open', async () => {
  setHosts([sshHost('host-1')]);
  const words = (en: string) => ({ en });
  const step = { id: 'esd', phase: 'before', title: words('Put on a strap'), detail: null, caution: null };
  let work: ManualWork = manualWorkSchema.parse({
    ...{
      id: 'work-1',
      hostId: 'host-1',
      target: null,
      incidentId: null,
      state: 'open',
      startedAtMs: 0,
      startedBy: 'ops',
    },
    ...{ finishedAtMs: null, checks: [], steps: {}, serials: [], photos: [], verifications: [], abortReason: null },
    procedure: {
      ...{ id: 'gpu-reseat', register: [], title: words('Reseat a GPU'), description: words('Out and in.') },
      ...{ power: 'off', persons: 1, part: 'gpu', tools: [], steps: [step], photos: [], serials: [], sources: [] },
      verification: words('It must answer to `nvidia-smi`.'),
    },
  });
  const asked: unknown[] = [];
  navigate({ screen: 'work', workId: 'work-1' });
  renderWithEngine(<WorkScreen />, {
    manual: {
      get: () => work,
      watch: createTopic<ManualWork>([]).read,
      setStep: (input: { stepId: string; by: string }) => {
        asked.push(input);
        work = { ...work, steps: { esd: { state: 'done', note: '', atMs: 1, by: input.by } } };
        return work;
      },
      verify: () => {
        const detail = words('GPU 3 is lost.');
        work = { ...work, verifications: [{ outcome: 'fail', detail, atMs: 2, by: 'Ada' }] };
        return work;
      },
    },
  } as unknown as FakeHandlers);
  const verify = await screen.findByRole('button', { name: 'Ask the node' });
  expect(verify).toHaveProperty('disabled', true);
  fireEvent.change(screen.getByLabelText(/I am/), { target: { value: 'Ada' } });
  fireEvent.click(screen.getByRole('checkbox', { name: 'Put on a strap' }));
  expect(await screen.findByText(/^Ada ·/)).toBeTruthy();
  expect(asked).toMatchObject([{ workId: 'work-1', stepId: 'esd', state: 'done', by: 'Ada' }]);
  fireEvent.click(verify);
  const failed = (await screen.findByText('GPU 3 is lost.')).closest('li');
  expect(within(failed ?? document.body).getByText('Not as it should be')).toBeTruthy();
  // It goes on: only the node's word ends it.
  expect(screen.getByRole('button', { name: 'Ask the node' })).toBeTruthy();
});
