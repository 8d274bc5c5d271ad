import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { mergeStrands, type StrandRun } from '#shared/domain/strands/merge-strands';
import type { Strands } from '#shared/domain/strands/strands';
import { currentRoute, navigate } from '../../../app/router';
import { setHosts } from '../../../stores/fleet-store';
import { createTopic, type FakeHandlers } from '../../../testing/fake-engine';
import { sshHost } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { DiagnoseScreen } from '../diagnose-screen';
import { concludedRun, sampleTree, whatIfRun } from '../testing/sample-run';
import { CompareMenu } from './compare-menu';

const { treeId } = concludedRun;
const held: StrandRun = { ...concludedRun, id: 'run-1', hostId: 'host-1' };
const asking: StrandRun = { ...whatIfRun, id: 'run-2', hostId: 'host-2' };
const reading: StrandRun = {
  ...concludedRun,
  id: 'run-3',
  hostId: 'host-3',
  state: 'collecting',
  path: [],
  findings: [],
  reading: { stepId: 'look', done: 2, times: 5, everyMs: 10_000 },
};
const refused: StrandRun = {
  ...concludedRun,
  id: 'run-4',
  hostId: 'host-4',
  state: 'failed',
  path: [],
  findings: [],
  error: { key: 'diagnosis.hostUnavailable', params: { code: 'refused' } },
};

function strandsOf(...runs: StrandRun[]): Strands {
  const hostIds = runs.map(({ hostId }) => hostId);
  return { id: 'strands-1', treeId, startedAtMs: 1000, hostIds, ...mergeStrands(runs) };
}

const summary = { id: 'strands-0', treeId, startedAtMs: 500, hostIds: ['host-1', 'host-2'] };

function prepare(): void {
  const hosts = ['a', 'b', 'c', 'd'].map((letter, index) => {
    const view = sshHost(`host-${index + 1}`);
    return { ...view, spec: { ...view.spec, name: `node-${letter}` } };
  });
  setHosts(hosts);
}

function open(handlers: FakeHandlers['strands'], ui = <DiagnoseScreen />) {
  prepare();
  return renderWithEngine(ui, {
    trees: {
      list: () => ({ trees: [{ ...sampleTree, isBuiltIn: true }], problems: [] }),
      get: () => sampleTree,
    } as NonNullable<FakeHandlers['trees']>,
    incidents: { list: () => [] },
    actions: { list: () => [] },
    strands: { list: () => [summary], watch: createTopic<Strands>().read, ...handlers },
  });
}

it('shows where walks part, which node is still read again, and which could not be reached', async () => {
  navigate({ screen: 'diagnose', strandsId: 'strands-1' });
  const strands = strandsOf(held, asking, reading, refused);
  const { engine } = open({ get: () => strands, cancel: () => strandsOf(held, asking, refused) });
  expect(await screen.findByText('3 of 4 nodes read')).toBeTruthy();
  expect(screen.getByText('1 is read again, to see what grows')).toBeTruthy();
  const side = screen.getByRole('region', { name: 'What the walks came to' });
  expect(within(side).getByText('Memory is held').parentElement?.textContent).toContain('node-a');
  expect(within(side).getByText('Memory is free').parentElement?.textContent).toContain('node-b');
  const rows = within(screen.getByRole('table', { name: '2 nodes have not come to an end' })).getAllByRole('row');
  expect(rows.map(({ textContent }) => textContent).slice(1)).toEqual([
    expect.stringMatching(/^node-d.*could not be reached/),
    expect.stringMatching(/^node-c.*read again 2 of 5 times, every 10 s/),
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Cancel, keep what came' }));
  await waitFor(() => expect(engine.inputsOf('strands.cancel')).toEqual([{ strandsId: 'strands-1' }]));
  await waitFor(() => expect(screen.queryByText('3 of 4 nodes read')).toBeNull());
});

it('answers the shared question for its nodes, and never calls done what was not walked', async () => {
  navigate({ screen: 'diagnose', strandsId: 'strands-1' });
  const { engine } = open({ get: () => strandsOf(asking, refused), answer: () => strandsOf(held, refused) });
  const form = await screen.findByRole('form', { name: /question/i });
  fireEvent.change(within(form).getByRole('textbox', { name: /Parameters/ }), { target: { value: '70' } });
  fireEvent.click(within(form).getByRole('button', { name: 'Continue' }));
  await waitFor(() =>
    expect(engine.inputsOf('strands.answer')).toEqual([
      { strandsId: 'strands-1', stepId: 'fit', answers: { parametersBillion: 70 } },
    ]),
  );
  expect(await screen.findByText('1 of 2 walked')).toBeTruthy();
  expect(screen.queryByText('Done')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'node-a' }));
  expect(currentRoute()).toEqual({ screen: 'diagnose', runId: 'run-1' });
});

it('opens nodes that were compared before', async () => {
  navigate({ screen: 'diagnose', strandsId: 'new' });
  open({ get: () => strandsOf(held) });
  const table = await screen.findByRole('table', { name: 'Compared before' });
  fireEvent.click(await within(table).findByRole('button', { name: 'Not enough GPU memory' }));
  expect(currentRoute()).toEqual({ screen: 'diagnose', strandsId: 'strands-0' });
});

it('compares a run with another node, with the same answers', async () => {
  navigate({ screen: 'diagnose', runId: 'run-1' });
  const answered = {
    ...concludedRun,
    path: concludedRun.path.map((visit, at) => (at === 0 ? { ...visit, answers: { user: 'ada' } } : visit)),
  };
  const { engine } = open({ start: () => strandsOf(held, asking) }, <CompareMenu run={answered} />);
  fireEvent.click(screen.getByRole('button', { name: 'Compare…' }));
  fireEvent.click(await screen.findByRole('combobox', { name: 'Compare with another node' }));
  const options = await screen.findAllByRole('option', { hidden: true });
  expect(options.map(({ textContent }) => textContent)).toEqual(['node-b', 'node-c', 'node-d']);
  for (const option of options.slice(0, 1)) fireEvent.click(option);
  await waitFor(() =>
    expect(engine.inputsOf('strands.start')).toEqual([
      { treeId, hostIds: ['host-1', 'host-2'], answers: { look: { user: 'ada' } } },
    ]),
  );
  await waitFor(() => expect(currentRoute()).toEqual({ screen: 'diagnose', strandsId: 'strands-1' }));
});
