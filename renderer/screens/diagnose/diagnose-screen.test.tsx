import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { HostView } from '#shared/contract/hosts';
import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { HostStatus } from '#shared/domain/host';
import { currentRoute, navigate } from '../../app/router';
import { useEvidenceDrawer } from '../../stores/evidence-store';
import { setHosts } from '../../stores/fleet-store';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { DiagnoseScreen } from './diagnose-screen';
import { concludedRun, sampleTree, staleFinding, whatIfRun } from './testing/sample-run';

const waitingRun: DiagnosisRun = { ...whatIfRun, id: 'run-1', isWhatIf: false };

function openRun(run: DiagnosisRun, handlers: FakeHandlers = {}) {
  navigate({ screen: 'diagnose', runId: run.id });
  return open({
    ...handlers,
    diagnosis: { get: () => run, watch: createTopic<DiagnosisRun>().read, ...handlers.diagnosis },
  });
}

function open(handlers: FakeHandlers) {
  setHosts([named('host-1', 'node-a'), named('host-2', 'node-b')]);
  const { symptoms, title, id, introduction, probes, isBuiltIn } = sampleTree;
  return renderWithEngine(<DiagnoseScreen />, {
    trees: {
      list: () => ({ trees: [{ id, title, symptoms, introduction, probes, isBuiltIn }], problems: [] }),
      get: () => sampleTree,
    },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    ...handlers,
    diagnosis: { list: () => [], ...handlers.diagnosis },
  });
}

function named(hostId: string, name: string, status: Partial<HostStatus> = {}): HostView {
  const view = sshHost(hostId, status);
  return { ...view, spec: { ...view.spec, name } };
}

const stepButton = (id: string, standing: string) =>
  screen.findByRole('button', { name: new RegExp(`^Step ${id} .* ${standing}$`) });
const panel = () => within(screen.getByRole('tabpanel'));

describe('choosing a diagnosis', () => {
  it('names the symptoms and starts on the chosen node only', async () => {
    navigate({ screen: 'diagnose', hostId: 'host-2' });
    const { engine } = open({ diagnosis: { start: () => concludedRun, get: () => concludedRun } });
    expect(await screen.findByText(/CUDA out of memory/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Start “Not enough GPU memory” on node-b' }));
    await waitFor(() => expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'run-1' }));
    expect(engine.inputsOf('diagnosis.start')).toEqual([{ treeId: sampleTree.id, hostId: 'host-2' }]);
  });

  it('points out the tree that led here, on its node, and starts nothing by itself', async () => {
    navigate({ screen: 'diagnose', hostId: 'host-2', treeId: sampleTree.id });
    const { engine } = open({});
    const card = await screen.findByRole('article', { name: 'Not enough GPU memory' });
    expect(card.getAttribute('aria-current')).toBe('true');
    expect(within(card).getByRole('button', { name: /^Start .* on node-b$/ })).toHaveProperty('disabled', false);
    expect(engine.inputsOf('diagnosis.start')).toEqual([]);
    act(() => navigate({ screen: 'diagnose', hostId: 'host-2' }));
    expect(screen.getByRole('article', { name: 'Not enough GPU memory' }).getAttribute('aria-current')).toBeNull();
  });

  it('asks for the node when none is chosen, and starts on it', async () => {
    navigate({ screen: 'diagnose' });
    const { engine } = open({ diagnosis: { start: () => concludedRun, get: () => concludedRun } });
    fireEvent.click(await screen.findByRole('button', { name: 'Start “Not enough GPU memory”: choose a node' }));
    fireEvent.click(await screen.findByRole('option', { name: 'node-b' }));
    await waitFor(() => expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'run-1' }));
    expect(engine.inputsOf('diagnosis.start')).toEqual([{ treeId: sampleTree.id, hostId: 'host-2' }]);
  });

  it('finds a diagnosis by words, and goes to the search and on to what it found by keys', async () => {
    navigate({ screen: 'diagnose', hostId: 'host-2' });
    open({});
    await screen.findByRole('article', { name: 'Not enough GPU memory' });
    fireEvent.keyDown(document.body, { key: '/' });
    const search = screen.getByRole('searchbox', { name: 'Search diagnoses' });
    expect(document.activeElement).toBe(search);
    fireEvent.change(search, { target: { value: 'no such words' } });
    expect(screen.queryByRole('article')).toBeNull();
    expect(screen.getByText(/No diagnosis fits/)).toBeTruthy();
    fireEvent.change(search, { target: { value: '显存' } });
    fireEvent.keyDown(search, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(
      screen.getByRole('button', { name: /^Start “Not enough GPU memory” on node-b$/ }),
    );
  });

  it('lists what was diagnosed lately with its findings, and nothing that was only assumed', async () => {
    navigate({ screen: 'diagnose' });
    const { findings, ...run } = concludedRun;
    const assumed = { ...run, id: 'run-2', isWhatIf: true, findings };
    open({ diagnosis: { list: () => [assumed, { ...run, findings }] } });
    const row = (await screen.findByText('An orphaned process holds 40 GiB')).closest('tr');
    if (!row) throw new Error('a finding is shown in its row');
    expect(within(row).getByText('node-a')).toBeTruthy();
    expect(within(row).getByText('Warning')).toBeTruthy();
    fireEvent.click(within(row).getByRole('button', { name: 'Not enough GPU memory' }));
    expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'run-1' });
  });
});

describe('the walk', () => {
  it('draws the tree with the path, where it stands and what it ruled out', async () => {
    openRun(waitingRun);
    expect((await stepButton('fit', 'Current step')).getAttribute('aria-current')).toBe('step');
    expect(await stepButton('look', 'On the path')).toBeTruthy();
    expect(await stepButton('too-large', 'Not reached yet')).toBeTruthy();
    expect(await stepButton('stale', 'Ruled out')).toBeTruthy();
  });

  it('shows each way on with its result, the reason and the values in it', async () => {
    openRun(concludedRun);
    fireEvent.click(await stepButton('look', 'On the path'));
    expect(panel().getByText('Memory is held: 40 GiB of 80 GiB.')).toBeTruthy();
    const row = panel().getByText('0.93').closest('li');
    expect(row?.textContent).toContain('gpus.usedShare > 0.5');
    const [held, free] = panel()
      .getAllByRole('listitem')
      .filter((item) => item.dataset.isTaken !== undefined);
    expect(held?.textContent).toContain('Taken');
    expect(free?.textContent).toContain('Not judged');
  });

  it('shows what was found once it is concluded, with its actions', async () => {
    openRun(concludedRun);
    expect(await screen.findByRole('tab', { name: /Findings 1/, selected: true })).toBeTruthy();
    expect(panel().getByText(staleFinding.title.en)).toBeTruthy();
    expect(panel().getByText('Ask alice before ending it.')).toBeTruthy();
    expect(panel().getByRole('button', { name: 'end-gpu-process…' })).toBeTruthy();
  });

  it('asks with the limits said in words, and takes "I don\'t know"', async () => {
    const { engine } = openRun(waitingRun, { diagnosis: { answer: () => concludedRun } });
    fireEvent.click(await screen.findByRole('button', { name: 'Continue' }));
    expect(await screen.findByText(/This is needed/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/^Parameters/), { target: { value: '9000' } });
    expect(await screen.findByText('At most 5,000 10⁹.')).toBeTruthy();
    expect(engine.inputsOf('diagnosis.answer')).toEqual([]);
    fireEvent.click(screen.getByLabelText('I don’t know: Parameters'));
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
    await screen.findByText(staleFinding.title.en);
    expect(engine.inputsOf('diagnosis.answer')).toEqual([
      { runId: 'run-1', stepId: 'fit', answers: { parametersBillion: null } },
    ]);
  });

  it('keeps the keyboard beside the tree when the walk moves on', async () => {
    const topic = createTopic<DiagnosisRun>();
    const { engine } = openRun(waitingRun, { diagnosis: { watch: topic.read } });
    (await screen.findByRole('button', { name: 'Continue' })).focus();
    await waitFor(() => expect(engine.inputsOf('diagnosis.watch')).toHaveLength(1));
    act(() => topic.push(concludedRun));
    expect(await screen.findByText('Ask alice before ending it.')).toBeTruthy();
    expect(document.activeElement?.contains(screen.getByRole('tabpanel'))).toBe(true);
    expect(document.activeElement).not.toBe(document.body);
  });

  it('shows what was answered by the words it was asked with', async () => {
    const [look, fit] = waitingRun.path;
    if (!look || !fit) throw new Error('the sample has a path');
    const answered = { ...fit, answers: { parametersBillion: 70, gone: null }, chosenBranchId: 'large' };
    openRun({ ...concludedRun, path: [{ ...look, isForced: false }, answered, { ...fit, stepId: 'too-large' }] });
    fireEvent.click(await stepButton('fit', 'On the path'));
    const answers = within(
      (await panel().findByRole('heading', { name: 'Your answers' })).parentElement as HTMLElement,
    );
    const pairs = answers.getAllByRole('term').map((term) => [term.textContent, term.nextSibling?.textContent]);
    expect(pairs).toEqual([
      ['Parameters', '70 10⁹'],
      ['gone', 'I don’t know'],
    ]);
  });

  it('goes back to any earlier step', async () => {
    const { engine } = openRun(concludedRun, { diagnosis: { back: () => waitingRun } });
    fireEvent.click(await screen.findByRole('tab', { name: 'Path' }));
    const [first] = panel().getAllByRole('listitem');
    if (!first) throw new Error('the path has steps');
    fireEvent.click(within(first).getByRole('button', { name: 'Go back to here' }));
    expect(await screen.findByText('How large is the model?')).toBeTruthy();
    expect(engine.inputsOf('diagnosis.back')).toEqual([{ runId: 'run-1', stepId: 'look' }]);
  });

  it('offers the way back to the question before, and none at the first', async () => {
    const [look, fit] = waitingRun.path;
    if (!look || !fit) throw new Error('the sample has a path');
    const second = { ...waitingRun, path: [{ ...look, stepId: 'look', answers: { isNeeded: 'yes' } }, fit] };
    const { engine } = openRun(second, { diagnosis: { back: () => ({ ...waitingRun, updatedAtMs: 2 }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'Previous question' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Previous question' })).toBeNull());
    expect(screen.getByRole('button', { name: 'Continue' })).toBeTruthy();
    expect(engine.inputsOf('diagnosis.back')).toEqual([{ runId: 'run-1', stepId: 'look' }]);
  });

  it('reads the raw output of a step again, tells what came out differently, and shows the new output', async () => {
    const [look, ...rest] = concludedRun.path;
    if (!look) throw new Error('the sample has a path');
    const read: DiagnosisRun = {
      ...concludedRun,
      updatedAtMs: concludedRun.updatedAtMs + 1,
      path: [{ ...look, evidence: [{ probeId: 'gpus', factPath: null, evidenceId: 'evidence-2' }] }, ...rest],
      change: {
        kind: 'read',
        stepId: 'look',
        atMs: concludedRun.updatedAtMs,
        steps: [],
        values: [{ stepId: 'look', expression: 'gpus.usedShare', before: '0.93', after: '0.95' }],
        findings: [],
      },
    };
    const { engine } = openRun(concludedRun, { diagnosis: { readAgain: () => read } });
    fireEvent.click(await stepButton('look', 'On the path'));
    fireEvent.click(await panel().findByRole('button', { name: 'Read again' }));
    expect(await screen.findByText('Read again: “Step look”.')).toBeTruthy();
    expect(screen.getByText('gpus.usedShare: 0.93 → 0.95')).toBeTruthy();
    expect(engine.inputsOf('diagnosis.readAgain')).toEqual([{ runId: 'run-1', stepId: 'look' }]);
    const [probe] = panel().getAllByRole('button', { name: 'Show the evidence: gpus' });
    if (!probe) throw new Error('the step has what it read');
    fireEvent.click(probe);
    expect(useEvidenceDrawer.getState().selectedId).toBe('evidence-2');
  });

  it('goes from anywhere to the first field of the question by a key', async () => {
    openRun(waitingRun);
    fireEvent.click(await stepButton('look', 'On the path'));
    await waitFor(() => expect(screen.queryByLabelText(/^Parameters/)).toBeNull());
    fireEvent.keyDown(document.body, { key: '.' });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/^Parameters/)));
  });

  it('opens a what-if as a run of its own, marked, with the way back', async () => {
    const runs: Record<string, DiagnosisRun> = {
      'run-1': concludedRun,
      'run-2': { ...whatIfRun, whatIfOf: 'run-1' },
    };
    const { engine } = openRun(concludedRun, {
      diagnosis: {
        get: ({ runId }: { runId: string }) => runs[runId] ?? concludedRun,
        whatIf: () => runs['run-2'] ?? concludedRun,
      },
    });
    fireEvent.click(await stepButton('look', 'On the path'));
    fireEvent.click(panel().getByRole('button', { name: 'What if “Memory is free”?' }));
    await screen.findByText(/everything after the dashed line is an assumption/);
    expect(engine.inputsOf('diagnosis.whatIf')).toEqual([
      { runId: 'run-1', assumption: { kind: 'branch', stepId: 'look', branchId: 'free' } },
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Return to the real run' }));
    await screen.findByText(staleFinding.title.en);
    expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'run-1' });
  });

  it('offers no action for what was only assumed', async () => {
    const [look, ...rest] = concludedRun.path;
    if (!look) throw new Error('the sample has a path');
    openRun({ ...concludedRun, isWhatIf: true, path: [{ ...look, isForced: true }, ...rest] });
    await screen.findByText(staleFinding.title.en);
    expect(screen.getByText('Assumption')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'end-gpu-process…' })).toBeNull();
  });

  it('shows the probes while collecting, follows the run, and cancels it', async () => {
    const topic = createTopic<DiagnosisRun>();
    const collecting: DiagnosisRun = {
      ...concludedRun,
      state: 'collecting',
      path: [],
      findings: [],
      progress: { done: 1, total: 2, running: ['gpu-processes'] },
    };
    const { engine } = openRun(collecting, {
      diagnosis: { watch: topic.read, cancel: () => ({ ...collecting, state: 'cancelled' as const }) },
    });
    await screen.findByText('Reading node-a: 1 of 2 probes');
    expect(screen.getByText('gpu-processes')).toBeTruthy();
    await waitFor(() => expect(engine.inputsOf('diagnosis.watch')).toHaveLength(1));
    act(() => topic.push({ ...collecting, progress: { done: 2, total: 2, running: [] } }));
    await screen.findByText('Reading node-a: 2 of 2 probes');
    const reading = { stepId: 'look', done: 1, times: 5, everyMs: 10_000 };
    act(() => topic.push({ ...collecting, reading }));
    await screen.findByText('Reading node-a again after 10 s to see what grows: 1 of 5');
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await screen.findByText('This diagnosis was cancelled');
  });

  it('says why a node could not be read and runs again', async () => {
    const { engine } = openRun(
      { ...concludedRun, state: 'failed', path: [], findings: [], error: { key: 'diagnosis.failed' } },
      { diagnosis: { start: () => ({ ...concludedRun, id: 'run-3' }) } },
    );
    act(() =>
      setHosts([
        named('host-1', 'node-a', {
          connection: 'failed',
          error: { code: 'refused', address: '10.0.0.5', port: 22, via: null },
        }),
      ]),
    );
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('What to do');
    fireEvent.click(within(alert).getByRole('button', { name: 'Run again' }));
    await waitFor(() => expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'run-3' }));
    expect(engine.inputsOf('diagnosis.start')).toEqual([{ treeId: sampleTree.id, hostId: 'host-1', answers: {} }]);
  });

  it('does not offer to run again on a node that was removed', async () => {
    openRun({ ...concludedRun, hostId: 'host-9' });
    expect(await screen.findByText('host-9 (removed)')).toBeTruthy();
    expect(await screen.findByText('Ask alice before ending it.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Run again' })).toBeNull();
  });

  it('puts the run into a new incident under a title that names finding and node', async () => {
    const { engine } = openRun(concludedRun, {
      incidents: {
        list: () => [],
        open: ({ title }: { title: string }) => ({
          id: 'incident-1',
          number: 7,
          title,
          state: 'open' as const,
          severity: 'warn' as const,
          hostIds: ['host-1'],
          openedAtMs: 1,
          updatedAtMs: 1,
          entryCount: 2,
        }),
      },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Incident' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: /Open an incident/ }));
    fireEvent.click(await screen.findByRole('button', { name: 'Open an incident' }));
    await screen.findByText('Added to INC-7');
    expect(engine.inputsOf('incidents.open')).toEqual([
      { title: 'An orphaned process holds 40 GiB on node-a', hostId: 'host-1', diagnosisRunId: 'run-1' },
    ]);
  });
});
