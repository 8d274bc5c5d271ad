// @vitest-environment jsdom
import { ORPCError } from '@orpc/server';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import type { IncidentSummary } from '#shared/domain/incident';
import { useTasks } from '../stores/tasks-store';
import { createTopic, type FakeHandlers } from '../testing/fake-engine';
import { renderWithEngine } from '../testing/render';
import { ActionDialog } from './action-dialog';
import { endProcess, samplePlan, sampleRun } from './testing/sample-action';

function openDialog(handlers: FakeHandlers['actions'], parameters: Record<string, unknown> = { pid: 4711 }) {
  const onClose = vi.fn();
  const onDidFinish = vi.fn();
  const view = renderWithEngine(
    <ActionDialog
      actionId={endProcess.id}
      hostId="host-1"
      parameters={parameters}
      onClose={onClose}
      onDidFinish={onDidFinish}
    />,
    { actions: { list: () => [endProcess], ...handlers }, incidents: { list: () => [] } },
  );
  return { ...view, onClose, onDidFinish };
}

const apply = () => screen.findByRole('button', { name: 'Apply on host-1' });
const understood = () => screen.findByRole('checkbox', { name: /interrupts work on host-1/ });

const openIncident: IncidentSummary = {
  id: 'incident-3',
  number: 3,
  title: 'Slow jobs',
  state: 'open',
  severity: null,
  hostIds: ['host-1'],
  openedAtMs: 1,
  updatedAtMs: 1,
  entryCount: 1,
};

describe('the action dialog', () => {
  it('shows the exact commands, that there is no undo, and keeps the focus on Cancel', async () => {
    const { engine } = openDialog({ plan: () => samplePlan() });
    expect(await screen.findByText('kill -TERM 4711')).toBeTruthy();
    expect(screen.getByText(/There is no undo/)).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' })));
    expect(engine.inputsOf('actions.plan')).toEqual([
      { actionId: endProcess.id, hostId: 'host-1', parameters: { pid: 4711 } },
    ]);
    expect(engine.inputsOf('actions.apply')).toEqual([]);
  });

  it('asks for what the finding did not give before it plans', async () => {
    const { engine } = openDialog({ plan: () => samplePlan() }, {});
    fireEvent.click(await screen.findByRole('button', { name: 'Show the plan' }));
    expect(await screen.findByText('This is needed.')).toBeTruthy();
    expect(engine.inputsOf('actions.plan')).toEqual([]);
    fireEvent.change(screen.getByLabelText(/Process id/), { target: { value: '99' } });
    fireEvent.click(screen.getByRole('button', { name: 'Show the plan' }));
    await screen.findByText('kill -TERM 4711');
    expect(engine.inputsOf('actions.plan')).toMatchObject([{ parameters: { pid: 99 } }]);
  });

  it('applies a disruptive plan only after a tick, and once however often it is clicked', async () => {
    const { engine } = openDialog({
      plan: () => samplePlan(),
      apply: () => sampleRun({ state: 'verified', steps: [] }),
      watch: createTopic<ActionRun>().read,
    });
    const button = await apply();
    expect(button).toHaveProperty('disabled', true);
    fireEvent.click(await understood());
    fireEvent.click(button);
    fireEvent.click(button);
    fireEvent.click(button);
    await screen.findByText('Done and verified');
    expect(engine.inputsOf('actions.apply')).toEqual([{ planId: 'plan-1', fingerprint: 'print-1' }]);
  });

  it('folds away many checks that passed, and keeps the one that did not in sight', async () => {
    const checks = ['one', 'two', 'three'].map((en) => ({ title: { en }, outcome: 'pass' as const, detail: { en } }));
    const warning = { title: { en: 'Others' }, outcome: 'warn' as const, detail: { en: 'Two jobs share the GPU.' } };
    openDialog({ plan: () => samplePlan({ checks: [...checks, warning] }) });
    expect((await screen.findByText('3 checks passed')).closest('details')).toHaveProperty('open', false);
    expect(screen.getByText('Two jobs share the GPU.').closest('details')).toBeNull();
  });

  it('wants the node typed before something destructive', async () => {
    openDialog({ plan: () => samplePlan({ risk: 'destructive' }) });
    const button = await apply();
    fireEvent.change(screen.getByLabelText(/Type host-1 to confirm/), { target: { value: 'host' } });
    expect(button).toHaveProperty('disabled', true);
    fireEvent.change(screen.getByLabelText(/Type host-1 to confirm/), { target: { value: 'host-1' } });
    expect(button).toHaveProperty('disabled', false);
  });

  it('follows the run to its verification and reports the end once', async () => {
    const topic = createTopic<ActionRun>();
    const { onDidFinish, engine } = openDialog({
      plan: () => samplePlan(),
      apply: () => sampleRun(),
      watch: topic.read,
    });
    fireEvent.click(await understood());
    fireEvent.click(await apply());
    await screen.findByText('Applying…');
    // The button that applied it is gone; the keyboard stays in the dialog.
    expect(screen.getByRole('dialog').contains(document.activeElement)).toBe(true);
    // The dialog and the status bar, which goes on once the dialog is closed.
    const watch = { runId: 'action-run-1' };
    await waitFor(() => expect(engine.inputsOf('actions.watch')).toEqual([watch, watch]));
    expect(useTasks.getState().tasks.map(({ title }) => title)).toEqual(['End a process on host-1']);
    topic.push(
      sampleRun({
        state: 'verified',
        steps: [{ id: 'term', state: 'done', evidenceId: null, detail: { en: 'The process ended.' } }],
        verification: { outcome: 'pass', detail: { en: '41 GiB -> 0.4 GiB' } },
      }),
    );
    await screen.findByText('Done and verified');
    expect(screen.getByText('41 GiB -> 0.4 GiB')).toBeTruthy();
    expect(screen.getByText('The process ended.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
    expect(onDidFinish).toHaveBeenCalledTimes(1);
    await waitFor(() => expect(useTasks.getState().tasks).toEqual([]));
  });

  it.each<[string, Partial<ActionPlan>, RegExp]>([
    ['blocked', { isBlocked: true }, /a check failed/],
    ['expired', { expiresAtMs: 1 }, /too old to apply/],
    ['already done', { isAlreadyDone: true }, /already in the wanted state/],
  ])('offers no way to apply a plan that is %s, but to read the node again', async (_, overrides, words) => {
    const { engine } = openDialog({ plan: () => samplePlan(overrides) });
    await screen.findByText(words);
    expect(screen.queryByRole('button', { name: 'Apply on host-1' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Read the node again' }));
    await waitFor(() => expect(engine.inputsOf('actions.plan')).toHaveLength(2));
  });

  it('says that a plan which moved on was not applied and plans anew', async () => {
    const { engine } = openDialog({
      plan: () => samplePlan(),
      apply: () => {
        throw new ORPCError('CONFLICT', { defined: true, data: { message: { key: 'actionDialog.expired' } } });
      },
    });
    fireEvent.click(await understood());
    fireEvent.click(await apply());
    await screen.findByText(/too old to apply/);
    fireEvent.click(screen.getByRole('button', { name: 'Read the node again' }));
    await waitFor(() => expect(engine.inputsOf('actions.plan')).toHaveLength(2));
    await apply();
  });

  it('offers to recheck an interrupted run and to undo what can be undone', async () => {
    const { engine } = openDialog({
      plan: () => samplePlan(),
      apply: () => sampleRun({ state: 'interrupted' }),
      recheck: () => sampleRun({ state: 'verified', canUndo: true }),
      undo: () => sampleRun({ state: 'undone' }),
    });
    fireEvent.click(await understood());
    fireEvent.click(await apply());
    fireEvent.click(await screen.findByRole('button', { name: 'Recheck' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo this' }));
    await screen.findByText('Undone');
    expect(engine.calls.slice(-2)).toEqual([
      { path: 'actions.recheck', input: { runId: 'action-run-1' } },
      { path: 'actions.undo', input: { runId: 'action-run-1' } },
    ]);
  });

  it('records what interrupts jobs in a new incident that starts with the diagnosis, opened once', async () => {
    const topic = createTopic<ActionRun>();
    const { engine } = renderWithEngine(
      <ActionDialog
        actionId={endProcess.id}
        hostId="host-1"
        parameters={{ pid: 4711 }}
        newIncident={{ title: 'An orphan on host-1', diagnosisRunId: 'run-1' }}
        onClose={() => undefined}
      />,
      {
        actions: { list: () => [endProcess], plan: () => samplePlan(), apply: () => sampleRun(), watch: topic.read },
        incidents: { list: () => [], open: () => openIncident },
      },
    );
    fireEvent.click(await understood());
    fireEvent.click(await apply());
    await screen.findByText('Applying…');
    expect(engine.inputsOf('incidents.open')).toEqual([
      { title: 'An orphan on host-1', hostId: 'host-1', diagnosisRunId: 'run-1' },
    ]);
    expect(engine.inputsOf('actions.apply')).toMatchObject([{ incidentId: 'incident-3' }]);
  });

  it('records in the incident that is open for the node', async () => {
    const { engine } = renderWithEngine(
      <ActionDialog actionId={endProcess.id} hostId="host-1" parameters={{ pid: 4711 }} onClose={() => undefined} />,
      {
        actions: { list: () => [endProcess], plan: () => samplePlan(), apply: () => sampleRun({ state: 'failed' }) },
        incidents: { list: () => [{ ...openIncident, id: 'incident-2', hostIds: ['host-9'] }, openIncident] },
      },
    );
    await screen.findByDisplayValue('INC-3 Slow jobs');
    fireEvent.click(await understood());
    fireEvent.click(await apply());
    await screen.findByText('Failed');
    expect(engine.inputsOf('actions.apply')).toMatchObject([{ incidentId: 'incident-3' }]);
  });

  it('folds a long command away once it ran, and offers to diagnose again', async () => {
    const onAgain = vi.fn();
    const script = `sh -c '${'check; '.repeat(40)}'`;
    const plan = samplePlan();
    const [step] = plan.steps;
    if (step?.kind !== 'command') throw new Error('the sample runs a command');
    const long = { ...plan, steps: [{ ...step, commandLine: script }] };
    renderWithEngine(
      <ActionDialog
        actionId={endProcess.id}
        hostId="host-1"
        parameters={{ pid: 4711 }}
        onAgain={onAgain}
        onClose={() => undefined}
      />,
      {
        actions: {
          list: () => [endProcess],
          plan: () => long,
          apply: () => sampleRun({ plan: long, state: 'verified' }),
        },
        incidents: { list: () => [] },
      },
    );
    fireEvent.click(await understood());
    fireEvent.click(await apply());
    await screen.findByText('Done and verified');
    expect(screen.getByText(script).closest('details')).toHaveProperty('open', false);
    fireEvent.click(screen.getByRole('button', { name: 'Diagnose again' }));
    expect(onAgain).toHaveBeenCalledTimes(1);
  });
});
