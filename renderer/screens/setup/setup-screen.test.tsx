import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import type { PlaybookPlan, PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { Preflight, PreflightCheck, PreflightCheckId, PreflightOutcome } from '#shared/domain/playbook/preflight';
import type { Rollout } from '#shared/domain/rollout';
import { samplePlan } from '../../actions/testing/sample-action';
import { currentRoute, navigate } from '../../app/router';
import { applySummaries, setHosts } from '../../stores/fleet-store';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { sshHost, summary } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { SetupScreen } from './setup-screen';

const words = (en: string) => ({ en });

const info: PlaybookInfo = {
  id: 'host-tuning',
  title: words('Host settings'),
  introduction: words('Full clock.'),
  isGoal: true,
  platforms: ['ubuntu-22.04'],
  requires: [],
  parameters: [],
  steps: [
    {
      id: 'governor',
      actionId: 'cpu-governor',
      title: words('Set the governor'),
      needs: [],
      isConditional: false,
      duration: { fromMinutes: 1, toMinutes: 2 },
    },
  ],
  offline: { can: 'yes', needs: [] },
  sources: ['cpupower(1)'],
};

function planOf(hostId: string, step: Partial<PlaybookStepPlan>, part: Partial<PlaybookPlan> = {}): PlaybookPlan {
  return {
    id: `plan-${hostId}`,
    playbookId: info.id,
    hostId,
    parameters: {},
    createdAtMs: Date.now(),
    expiresAtMs: Date.now() + 600_000,
    requirements: [],
    steps: [
      {
        id: 'governor',
        actionId: 'cpu-governor',
        title: words('Set the governor'),
        needs: [],
        state: 'ready',
        reason: null,
        plan: samplePlan({ hostId, risk: 'reversible', interruptsJobs: false, checks: [] }),
        duration: { fromMinutes: 1, toMinutes: 2 },
        earlierRuns: 0,
        restartsNode: false,
        ...step,
      },
    ],
    packages: [],
    downloadBytes: null,
    diskBytes: null,
    effects: { restartCount: 0, services: [], jobs: [], containers: [], space: [] },
    summary: [],
    isComplete: true,
    restartsNode: false,
    duration: { fromMinutes: 1, toMinutes: 2 },
    refusal: null,
    isBlocked: false,
    isAlreadyDone: false,
    fingerprint: `print-${hostId}`,
    ...part,
  };
}

/** Nobody knows the clock of any node, and node-4 has no room. */
function preflightOf(hostId: string): Preflight {
  const check = (id: PreflightCheckId, outcome: PreflightOutcome): PreflightCheck => ({
    ...{ id, outcome, title: words(id), value: words('?'), reason: null, remedy: null, evidence: [] },
  });
  const checks = [check('clock', 'unknown'), ...(hostId === 'node-4' ? [check('disk', 'fail')] : [])];
  return { hostId, playbookId: info.id, observedAtMs: 0, durationMs: 1, checks, outcome: 'fail', unreachable: null };
}

function rolloutOf(state: Rollout['state']): Rollout {
  const item = {
    ...{
      parameters: {},
      fingerprint: 'print',
      planId: null,
      runId: null,
      error: null,
      startedAtMs: 1,
      finishedAtMs: 2,
    },
    step: { id: 'governor', actionId: 'cpu-governor', title: words('Set the governor') },
    state: 'done' as const,
  };
  return {
    ...{ id: 'rollout-1', actionId: info.id, incidentId: null, batchSize: 1, startedAtMs: 0, finishedAtMs: 1, state },
    playbook: { title: info.title },
    items: ['node-1', 'node-2'].map((hostId) => ({ ...item, hostId })),
  };
}

it('leads from a goal over the plans of its nodes, those that are the same together, to the run and back', async () => {
  const nodes = ['node-1', 'node-2', 'node-3', 'node-4'];
  setHosts(nodes.map((name) => sshHost(name)));
  applySummaries([summary('node-4', { osName: 'Ubuntu 20.04.6 LTS', platform: null })]);
  const undone: unknown[] = [];
  navigate({ screen: 'setup' });
  const { engine } = renderWithEngine(<SetupScreen />, {
    incidents: { list: () => [] },
    actions: {
      list: () => [],
      rollouts: () => [],
      rollout: () => rolloutOf('done'),
      watchRollout: createTopic<Rollout>([rolloutOf('done')]).read,
      undoRollout: (input: unknown) => {
        undone.push(input);
        return rolloutOf('undone');
      },
    },
    manual: { procedures: () => [] },
    playbooks: {
      list: () => [info],
      preflight: ({ hostIds }: { hostIds: string[] }) => hostIds.map((hostId) => preflightOf(hostId)),
      plan: ({ hostId }: { hostId: string }) =>
        hostId === 'node-3'
          ? planOf(hostId, { state: 'blocked', reason: words('No scaling here.') }, { isBlocked: true })
          : planOf(hostId, {}),
      start: () => rolloutOf('running'),
    },
  } as unknown as FakeHandlers);

  fireEvent.click(await screen.findByRole('button', { name: /^Host settings/ }));
  expect(await screen.findByText('Not for Ubuntu 20.04.6 LTS')).toBeTruthy();
  // Nobody is chosen who was not named.
  const plan = screen.getByRole('button', { name: 'Plan on 0 nodes' });
  expect(plan).toHaveProperty('disabled', true);
  for (const name of nodes) fireEvent.click(screen.getByRole('checkbox', { name }));
  fireEvent.click(await screen.findByRole('button', { name: 'Plan on 4 nodes' }));

  const start = await screen.findByRole('button', { name: 'Start on 2 nodes' });
  expect(currentRoute()).toMatchObject({ playbookId: info.id, hostIds: 'node-1,node-2,node-3,node-4' });
  const compared = screen.getByRole('table', { name: 'Plans beside each other' });
  expect(within(compared).getAllByRole('columnheader')).toHaveLength(3);
  fireEvent.click(screen.getByRole('button', { name: /Set the governor/ }));
  expect(screen.getByText('kill -TERM 4711')).toBeTruthy();
  fireEvent.click(within(compared).getByRole('button', { name: /node-3/ }));
  expect(await screen.findByText('No scaling here.')).toBeTruthy();
  // node-4 is unfit: neither what it lacks nor what is not known of it is asked about.
  expect(screen.getByText('Nothing is begun on node-4: a check there failed.')).toBeTruthy();
  expect(start).toHaveProperty('disabled', true);
  fireEvent.click(screen.getByRole('checkbox', { name: 'I go on although this failed or is not known: clock' }));
  await waitFor(() => expect(start).toHaveProperty('disabled', false));
  fireEvent.click(start);

  await waitFor(() => expect(currentRoute()).toMatchObject({ screen: 'setup', rolloutId: 'rollout-1' }));
  expect(engine.inputsOf('playbooks.start')).toEqual([
    {
      plans: ['node-1', 'node-2'].map((name) => ({ planId: `plan-${name}`, fingerprint: `print-${name}` })),
      batchSize: 1,
      accepted: ['clock'],
    },
  ]);
  const node = await screen.findByRole('region', { name: 'node-2' });
  fireEvent.click(within(node).getByRole('button', { name: 'Undo' }));
  const question = await screen.findByRole('dialog');
  expect(undone).toEqual([]);
  fireEvent.click(within(question).getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(undone).toEqual([{ rolloutId: 'rollout-1', hostIds: ['node-2'] }]));
});

it('lets no plan be carried out that is too old, nor one that restarts a node unread', async () => {
  setHosts([sshHost('node-1')]);
  const expiring = { expiresAtMs: 1 };
  const restarting = { restartsNode: true };
  let made = planOf('node-1', restarting, expiring);
  navigate({ screen: 'setup', playbookId: info.id, hostIds: 'node-1' });
  renderWithEngine(<SetupScreen />, {
    incidents: { list: () => [] },
    playbooks: { list: () => [info], preflight: () => [], plan: () => made },
  } as unknown as FakeHandlers);
  fireEvent.click(await screen.findByRole('button', { name: 'Plan on 1 node' }));
  expect(await screen.findByText(/too old/)).toBeTruthy();
  fireEvent.click(screen.getByRole('checkbox', { name: /I have read the plans/ }));
  const start = () => screen.getByRole('button', { name: 'Start on 1 node' });
  expect(start()).toHaveProperty('disabled', true);
  made = planOf('node-1', restarting);
  const again = screen.getByRole('button', { name: 'Plan again' });
  await waitFor(() => expect(again).toHaveProperty('disabled', false));
  fireEvent.click(again);
  await waitFor(() => expect(screen.queryByText(/too old/)).toBeNull());
  await waitFor(() => expect(start()).toHaveProperty('disabled', false));
  fireEvent.click(screen.getByRole('checkbox', { name: /I have read the plans/ }));
  expect(start()).toHaveProperty('disabled', true);
});

it('repairs a pasted file, judges what is typed and shows what it makes', async () => {
  setHosts([]);
  navigate({ screen: 'setup', generatorId: 'conda-environment' });
  renderWithEngine(<SetupScreen />);
  fireEvent.click(await screen.findByRole('button', { name: 'Paste a file…' }));
  fireEvent.change(await screen.findByRole('textbox', { name: 'Its text' }), {
    target: { value: 'name: mine channels: - nvidia dependencies: - python=3.10 - pip - pip: - accelerate==0.20.3' },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Fill the form' }));
  const file = () => document.querySelector('pre')?.textContent;
  await waitFor(() => expect(file()).toMatch(/^name: mine\nchannels:\n {2}- nvidia\n/));
  fireEvent.change(screen.getByRole('textbox', { name: /^Name/ }), { target: { value: 'not/allowed' } });
  expect(await screen.findByText(/^1 error$/)).toBeTruthy();
  expect(file()).toMatch(/^name: .*not\/allowed/);
});

it('says of a way back that was cut off that going on goes on with it', async () => {
  setHosts([sshHost('node-1'), sshHost('node-2')]);
  navigate({ screen: 'setup', rolloutId: 'rollout-1' });
  const cut: Rollout = { ...rolloutOf('stopped'), wayBack: { hostIds: ['node-1'], before: 'done' } };
  const { engine } = renderWithEngine(<SetupScreen />, {
    incidents: { list: () => [] },
    actions: {
      list: () => [],
      rollout: () => cut,
      watchRollout: createTopic<Rollout>([cut]).read,
      continueRollout: () => rolloutOf('undoing'),
    },
    playbooks: { list: () => [info] },
  } as unknown as FakeHandlers);
  expect(await screen.findByText('Undoing was cut off')).toBeTruthy();
  expect(screen.getByText(/undoes what is left of it; nothing is applied/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Go on' })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Go on undoing' }));
  await waitFor(() => expect(engine.inputsOf('actions.continueRollout')).toEqual([{ rolloutId: 'rollout-1' }]));
});
