import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { DiagnosisRun, TreeGraph } from '#shared/domain/diagnosis';
import type { IncidentSummary, Redaction } from '#shared/domain/incident';
import { sampleRun } from '../../actions/testing/sample-action';
import { currentRoute, navigate } from '../../app/router';
import { setHosts } from '../../stores/fleet-store';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { asBytes, startFakeNative } from '../../testing/fake-native';
import { sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { IncidentsScreen } from './incidents-screen';
import { sampleIncident, sampleSummary } from './testing/sample-incident';

function open(handlers: FakeHandlers = {}) {
  setHosts([sshHost('node-a')]);
  return renderWithEngine(<IncidentsScreen />, {
    actions: { list: () => [] },
    inventory: {
      get: ({ hostId }: { hostId: string }) => ({ hostId, isCollecting: false, results: [], staleResults: [] }),
    },
    ...handlers,
    incidents: {
      list: () => [sampleSummary],
      get: () => sampleIncident,
      watch: createTopic<IncidentSummary>().read,
      ...handlers.incidents,
    },
  });
}

function openDetail(handlers: FakeHandlers = {}) {
  navigate({ screen: 'incidents', incidentId: sampleIncident.id });
  return open(handlers);
}

describe('the list of incidents', () => {
  it('shows number, title, severity and nodes, and opens one', async () => {
    navigate({ screen: 'incidents' });
    open();
    const row = (await screen.findByText('INC-12')).closest('tr');
    if (!row) throw new Error('an incident has a row');
    expect(within(row).getByText('Warning')).toBeTruthy();
    expect(within(row).getByText('node-a')).toBeTruthy();
    fireEvent.click(within(row).getByRole('button', { name: sampleIncident.title }));
    expect(currentRoute()).toEqual({ screen: 'incidents', incidentId: 'incident-1' });
  });

  it('opens one by a click anywhere in its row', async () => {
    navigate({ screen: 'incidents' });
    open();
    fireEvent.click(await screen.findByText('INC-12'));
    expect(currentRoute()).toEqual({ screen: 'incidents', incidentId: 'incident-1' });
  });

  it('takes in an incident that was opened elsewhere', async () => {
    const topic = createTopic<IncidentSummary>();
    navigate({ screen: 'incidents' });
    const { engine } = open({ incidents: { watch: topic.read } });
    await screen.findByText('INC-12');
    await waitFor(() => expect(engine.inputsOf('incidents.watch')).toHaveLength(1));
    act(() => topic.push({ ...sampleSummary, id: 'incident-2', number: 13, title: 'GPU lost' }));
    expect(await screen.findByText('GPU lost')).toBeTruthy();
  });

  it('opens a new one by hand', async () => {
    navigate({ screen: 'incidents' });
    const { engine } = open({ incidents: { list: () => [], open: ({ title }) => ({ ...sampleSummary, title }) } });
    const [newIncident] = await screen.findAllByRole('button', { name: 'New incident' });
    fireEvent.click(newIncident as HTMLElement);
    fireEvent.change(await screen.findByLabelText('Title'), { target: { value: '  Fans are loud ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Open incident' }));
    await waitFor(() => expect(currentRoute()).toEqual({ screen: 'incidents', incidentId: 'incident-1' }));
    expect(engine.inputsOf('incidents.open')).toEqual([{ title: 'Fans are loud' }]);
  });
});

describe('one incident', () => {
  it('tells what happened in order, and shows what a node printed as text only', async () => {
    openDetail();
    const timeline = within(await screen.findByRole('region', { name: 'Timeline' }));
    expect(timeline.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent)).toEqual([
      'Incident opened',
      'Action',
      'Evidence',
      'Note by kim',
    ]);
    expect(timeline.getByText('41 GiB -> 0.4 GiB')).toBeTruthy();
    expect(timeline.getByText('<nvidia_smi_log><script>alert(1)</script>')).toBeTruthy();
    expect(document.querySelector('script')).toBeNull();
  });

  it('tells the start of an action from its end', async () => {
    const began = { kind: 'action' as const, id: 'entry-0', atMs: sampleIncident.openedAtMs + 5000, run: sampleRun() };
    openDetail({
      incidents: { get: () => ({ ...sampleIncident, entries: [...sampleIncident.entries, began] }) },
    });
    const timeline = within(await screen.findByRole('region', { name: 'Timeline' }));
    const titles = timeline.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent);
    expect(titles.slice(1, 3)).toEqual(['Action started', 'Action']);
    expect(timeline.queryByText('Applying…')).toBeNull();
  });

  it('tells how a diagnosis went in the words of each tree it came through', async () => {
    const step = { kind: 'ask' as const, explanation: null, severity: null, branches: [] };
    const tree = (id: string, title: string): TreeGraph => ({
      id,
      title: { en: id },
      symptoms: [],
      introduction: null,
      probes: [],
      sources: [],
      isBuiltIn: true,
      start: 'ask',
      steps: [
        {
          ...step,
          id: 'ask',
          title: { en: title },
          fields: [{ name: 'isNeeded', label: { en: 'Is it needed?' }, unit: null, choices: [] }],
        },
      ],
    });
    const trees = [tree('memory', 'About the job'), tree('network', 'About the link')];
    const visit = { atMs: 0, evaluations: [], chosenBranchId: null, isForced: false, evidence: [] };
    const run: DiagnosisRun = {
      id: 'run-1',
      treeId: 'memory',
      hostId: 'node-a',
      state: 'concluded',
      startedAtMs: 0,
      updatedAtMs: 0,
      isWhatIf: false,
      progress: { done: 0, total: 0, running: [] },
      probes: [],
      path: [
        { ...visit, stepId: 'ask', answers: { isNeeded: true } },
        { ...visit, stepId: 'network:ask', answers: null },
        { ...visit, stepId: 'gone:ask', answers: null },
      ],
      question: null,
      findings: [],
      error: null,
    };
    openDetail({
      incidents: { get: () => ({ ...sampleIncident, entries: [{ kind: 'diagnosis', id: 'e', atMs: 0, run }] }) },
      trees: {
        get: ({ treeId }: { treeId: string }) => {
          const found = trees.find(({ id }) => id === treeId);
          if (!found) throw new Error('gone');
          return found;
        },
      },
    });
    await screen.findByText('About the job');
    const lines = screen.getAllByRole('listitem').map((item) => item.textContent);
    expect(lines.slice(-3)).toEqual(['About the jobIs it needed?Yes', 'About the link', 'gone:ask']);
  });

  it('names what each of its forms adds', async () => {
    openDetail();
    expect(await screen.findByRole('button', { name: 'Add note' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Add evidence' })).toBeTruthy();
  });

  it('shows one kind of entry alone', async () => {
    openDetail();
    fireEvent.click(await screen.findByLabelText('Note 1'));
    expect(screen.queryByText('41 GiB -> 0.4 GiB')).toBeNull();
    expect(screen.getByText('alice said it may go')).toBeTruthy();
  });

  it('keeps a note in the box until the engine has taken it', async () => {
    let isFull = true;
    const { engine } = openDetail({
      incidents: {
        addNote: ({ text }) => {
          if (isFull) throw new Error('disk full');
          return { kind: 'note' as const, id: 'entry-9', atMs: 1, author: 'kim', text };
        },
      },
    });
    const box = await screen.findByLabelText('Add a note');
    fireEvent.change(box, { target: { value: 'rebooted' } });
    fireEvent.keyDown(box, { key: 'Enter', ctrlKey: true });
    await screen.findByRole('alert');
    expect(box).toHaveProperty('value', 'rebooted');
    isFull = false;
    fireEvent.keyDown(box, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(box).toHaveProperty('value', ''));
    expect(engine.inputsOf('incidents.addNote')).toHaveLength(2);
    await waitFor(() => expect(engine.inputsOf('incidents.get').length).toBeGreaterThan(1));
  });

  it('brings a note that was added into view', async () => {
    const note = { kind: 'note' as const, id: 'entry-9', atMs: Date.now(), author: 'kim', text: 'rebooted' };
    let entries = sampleIncident.entries;
    openDetail({
      incidents: {
        get: () => ({ ...sampleIncident, entries }),
        addNote: () => {
          entries = [...entries, note];
          return note;
        },
      },
    });
    const timeline = await screen.findByRole('region', { name: 'Timeline' });
    const scrollTo = vi.fn();
    timeline.scrollTo = scrollTo;
    fireEvent.change(screen.getByLabelText('Add a note'), { target: { value: 'rebooted' } });
    expect(scrollTo).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Add note' }));
    await waitFor(() => expect(scrollTo).toHaveBeenCalledTimes(1));
    expect(within(timeline).getByText('rebooted')).toBeTruthy();
  });

  it('closes with a reason', async () => {
    const { engine } = openDetail({ incidents: { close: () => ({ ...sampleSummary, state: 'closed' as const }) } });
    fireEvent.click(await screen.findByRole('button', { name: 'Close incident' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByRole('button', { name: 'Close incident' })).toHaveProperty('disabled', true);
    fireEvent.change(dialog.getByLabelText('What resolved it'), { target: { value: 'process ended' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Close incident' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(engine.inputsOf('incidents.close')).toEqual([{ incidentId: 'incident-1', reason: 'process ended' }]);
  });
});

describe('exporting a report', () => {
  const hidden: Redaction[] = [
    { token: 'HOST-1', kind: 'host', original: 'node-a', count: 4 },
    { token: 'USER-1', kind: 'user', original: 'alice', count: 1 },
  ];
  const page = '<html><head><style>p{color:red}</style></head><body><p>Report</p></body></html>';

  function openExport() {
    const main = startFakeNative();
    const view = openDetail({
      reports: {
        preview: ({ isRedacted, reveal }) => ({
          redactions: isRedacted ? hidden.filter(({ token }) => !reveal.includes(token)) : [],
          html: page,
        }),
        render: ({ format }) => ({
          fileName: `INC-12.${format}`,
          mediaType: 'text/html',
          bytes: asBytes(page),
        }),
      },
    });
    return { ...view, main };
  }

  it('hides by default and lists everything hidden, each with its token', async () => {
    const { engine } = openExport();
    fireEvent.click(await screen.findByRole('button', { name: 'Export report' }));
    const row = (await screen.findByText('HOST-1')).closest('tr');
    expect(row?.textContent).toContain('node-a');
    expect(row?.textContent).toContain('4');
    expect(screen.getByText('2 values are hidden')).toBeTruthy();
    expect(engine.inputsOf('reports.preview')).toMatchObject([{ isRedacted: true, reveal: [], language: 'en' }]);
  });

  it('shows a chosen value after all, and can hide it again', async () => {
    const { engine } = openExport();
    fireEvent.click(await screen.findByRole('button', { name: 'Export report' }));
    const box = await screen.findByLabelText('Show alice in the report');
    fireEvent.click(box);
    await waitFor(() => expect(engine.inputsOf('reports.preview').at(-1)).toMatchObject({ reveal: ['USER-1'] }));
    expect(await screen.findByText('1 value is hidden')).toBeTruthy();
    fireEvent.click(await screen.findByLabelText('Show alice in the report'));
    await waitFor(() => expect(engine.inputsOf('reports.preview').at(-1)).toMatchObject({ reveal: [] }));
  });

  it('previews in a frame that may do nothing', async () => {
    openExport();
    fireEvent.click(await screen.findByRole('button', { name: 'Export report' }));
    const frame = await screen.findByTitle('Preview of the report');
    expect(frame.getAttribute('sandbox')).toBe('');
    expect(frame.getAttribute('srcdoc')).toContain('<p>Report</p>');
  });

  it('prints the PDF, saves it, says where and shows it in its folder', async () => {
    const { main, engine } = openExport();
    fireEvent.click(await screen.findByRole('button', { name: 'Export report' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Export as PDF' }));
    const said = (await screen.findByText('/reports/INC-12.pdf')).closest<HTMLElement>('[role="alert"]');
    expect(said && within(said).getByRole('button', { name: 'Close' })).toBeTruthy();
    expect(main.printed).toEqual([page]);
    expect(
      main.saved.map(({ suggestedName, content }) => [suggestedName, new TextDecoder().decode(content as Uint8Array)]),
    ).toEqual([['INC-12.pdf', '%PDF-1.7']]);
    expect(engine.inputsOf('reports.render')).toMatchObject([{ format: 'html', isRedacted: true }]);
    fireEvent.click(screen.getByRole('button', { name: 'Show in folder' }));
    await waitFor(() => expect(main.shown).toEqual(['/reports/INC-12.pdf']));
  });
});
