import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeSummary } from '#shared/contract/inventory';
import type { Settings } from '#shared/contract/system';
import { resetFleetView, useFleetView } from '../../stores/fleet-view-store';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { startFakeNative } from '../../testing/fake-native';
import { refused, settings, sshHost, summary } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { FleetScreen } from './fleet-screen';

const l4 = [{ name: 'NVIDIA L4', count: 1 }];
const summaries = [
  summary('gpu01', { driverVersion: '570.26' }),
  summary('gpu02', { driverVersion: '570.9' }),
  summary('edge03', { driverVersion: '550.90', gpuModels: l4 }),
];

function Fleet() {
  useFleetSync();
  return (
    <main id="main" tabIndex={-1}>
      <FleetScreen />
    </main>
  );
}

async function start(handlers: FakeHandlers = {}, watched = createTopic<NodeSummary[]>([summaries])) {
  const view = renderWithEngine(<Fleet />, {
    ...handlers,
    hosts: {
      list: () => summaries.map(({ hostId }) => sshHost(hostId)),
      watch: createTopic<never>().read,
      ...handlers.hosts,
    },
    inventory: { watchSummaries: watched.read, noteExport: () => ({}), ...handlers.inventory },
    system: { settings: () => settings, ...handlers.system },
  });
  await screen.findByText('550.90');
  return { ...view, watched };
}

const line = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Filter nodes' });
const type = (text: string) => fireEvent.change(line(), { target: { value: text } });
const rows = () => screen.getAllByRole('row').slice(1);
const names = () => rows().map((row) => within(row).queryAllByRole('cell')[0]?.textContent ?? row.textContent);
const row = (name: string) => {
  const found = rows().find((one) => within(one).queryAllByRole('cell')[0]?.textContent === name);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};

beforeEach(() => {
  // The table is as wide as a window of the usual size.
  vi.stubGlobal('innerWidth', 1500);
});

describe('the filter line', () => {
  it('takes the language of filters', async () => {
    await start();
    type('gpu.model ~ H100 and driver < 570.26');
    await waitFor(() => expect(names()).toEqual(['gpu02']));
    expect(screen.getByText('1 of 3 shown')).toBeTruthy();
  });

  it('says where and what is wrong, and leaves the table as it was', async () => {
    await start();
    type('gpu.count = 1');
    await waitFor(() => expect(names()).toEqual(['edge03']));
    type('gpu.count = 1 and drivr < 570');
    expect(await screen.findByText('Column 19: There is no field drivr. Did you mean driver?')).toBeTruthy();
    expect(line().getAttribute('aria-invalid')).toBe('true');
    expect(names()).toEqual(['edge03']);
  });

  it('empties no table while the name of a field is being written', async () => {
    await start();
    type('gpu.mod');
    expect(names()).toHaveLength(3);
    type('nothing like it');
    expect(await screen.findByText('No node matches')).toBeTruthy();
  });

  it('completes with the keyboard what was begun', async () => {
    await start();
    type('gpu.mod');
    expect((await screen.findAllByRole('option')).map((option) => option.textContent)).toEqual(['gpu.modelGPUs']);
    fireEvent.keyDown(line(), { key: 'Tab' });
    expect(line().value).toBe('gpu.model ');
    type('gpu.model ~ l4');
    fireEvent.keyDown(line(), { key: 'ArrowDown' });
    fireEvent.keyDown(line(), { key: 'Enter' });
    expect(line().value).toBe('gpu.model ~ "NVIDIA L4" ');
    await waitFor(() => expect(names()).toEqual(['edge03']));
    fireEvent.keyDown(line(), { key: 'Escape' });
    fireEvent.keyDown(line(), { key: 'Escape' });
    expect(line().value).toBe('');
  });
});

describe('the table', () => {
  it('sorts by one more column with Shift', async () => {
    await start();
    fireEvent.click(screen.getByRole('button', { name: 'GPUs' }));
    await waitFor(() => expect(names()).toEqual(['edge03', 'gpu01', 'gpu02']));
    fireEvent.click(screen.getByRole('button', { name: /^Driver/ }), { shiftKey: true });
    fireEvent.click(screen.getByRole('button', { name: /^Driver/ }), { shiftKey: true });
    await waitFor(() => expect(names()).toEqual(['edge03', 'gpu02', 'gpu01']));
  });

  it('puts nodes into groups that can be closed', async () => {
    await start();
    fireEvent.click(screen.getByRole('button', { name: 'Group' }));
    fireEvent.click(await screen.findByRole('menuitemradio', { name: 'GPUs' }));
    const head = await screen.findByRole('row', { name: /H100 80GB HBM3 2 nodes · 16 GPUs/ });
    expect(rows()).toHaveLength(5);
    fireEvent.keyDown(head, { key: 'ArrowLeft' });
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(head.getAttribute('aria-expanded')).toBe('false');
  });

  it('shows the columns that were chosen, in the order they were put', async () => {
    await start();
    fireEvent.click(screen.getByRole('button', { name: 'Columns' }));
    const panel = await screen.findByRole('dialog', { name: 'Columns' });
    fireEvent.click(await within(panel).findByRole('checkbox', { name: 'VBIOS' }));
    fireEvent.click(within(panel).getByRole('checkbox', { name: 'System' }));
    fireEvent.click(within(panel).getByRole('button', { name: 'Move Driver to the left' }));
    const heads = screen.getAllByRole('columnheader', { hidden: true }).map((head) => head.textContent);
    expect(heads.slice(0, 4)).toEqual(['Node', 'Connection', 'Driver', 'GPUs']);
    expect(heads.at(-2)).toBe('VBIOS');
    expect(within(row('gpu01')).getByText('96.00.74.00.01')).toBeTruthy();
  });

  it('draws no line again that nothing happened to', async () => {
    const { watched } = await start();
    // What a line is drawn from is read with it.
    const reads: string[] = [];
    const spied = (hostId: string, part: Partial<NodeSummary>) => ({ ...summary(hostId), ...part });
    watched.push([spied('gpu01', { driverVersion: '570.30' })]);
    await screen.findByText('570.30');
    const before = row('gpu02').querySelector('td');
    const observer = new MutationObserver((changes) => {
      for (const { target } of changes) reads.push(target.parentElement?.closest('tr')?.textContent ?? '');
    });
    const body = before?.closest('tbody');
    if (!body) throw new Error('no table');
    observer.observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
    watched.push([spied('gpu01', { driverVersion: '570.40' })]);
    await screen.findByText('570.40');
    observer.disconnect();
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.every((text) => text.includes('gpu01'))).toBe(true);
  });
});

describe('a selection', () => {
  it('is made with the keyboard and tells what can be done with it', async () => {
    await start();
    fireEvent.keyDown(row('gpu01'), { key: ' ' });
    expect(await screen.findByText('1 selected')).toBeTruthy();
    fireEvent.keyDown(row('gpu01'), { key: 'ArrowDown', shiftKey: true });
    expect(await screen.findByText('2 selected')).toBeTruthy();
    fireEvent.keyDown(row('gpu01'), { key: 'a', ctrlKey: true });
    expect(await screen.findByText('3 selected')).toBeTruthy();
    fireEvent.keyDown(row('gpu01'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByText('3 selected')).toBeNull());
  });

  it('never holds a node that the filter hides', async () => {
    await start();
    fireEvent.keyDown(row('gpu01'), { key: 'a', ctrlKey: true });
    type('edge03');
    expect(await screen.findByText('1 selected')).toBeTruthy();
  });

  it('gets tags and loses them', async () => {
    const spec = sshHost('gpu01').spec;
    const { engine } = await start({
      hosts: {
        tag: () => [spec],
        list: () =>
          summaries.map(({ hostId }) => {
            const host = sshHost(hostId);
            return { ...host, spec: { ...host.spec, tags: hostId === 'gpu01' ? ['old'] : [] } };
          }),
      },
    });
    fireEvent.click(row('gpu01'), { ctrlKey: true });
    fireEvent.click(row('gpu02'), { ctrlKey: true });
    fireEvent.click(await screen.findByRole('button', { name: 'Tags' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'lab, rack 4' } });
    const old = within(dialog).getByRole('checkbox', { name: 'old (1 of 2)' });
    fireEvent.click(old);
    fireEvent.click(old);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(engine.inputsOf('hosts.tag')).toEqual([
        { hostIds: ['gpu01', 'gpu02'], add: ['lab', 'rack 4'], remove: ['old'] },
      ]),
    );
  });

  it('is refreshed alone, and what became of each node is told', async () => {
    const { engine } = await start({
      inventory: {
        refresh: ({ hostId }) => {
          if (hostId === 'gpu02') throw new Error('broken');
          return { ok: 19, total: 20, durationMs: 1, roundTrips: 1, nodeCpuMs: null };
        },
      },
    });
    fireEvent.click(row('gpu01'), { ctrlKey: true });
    fireEvent.click(row('gpu02'), { ctrlKey: true });
    fireEvent.click(await screen.findByRole('button', { name: 'Refresh' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Show which' }));
    const dialog = await screen.findByRole('dialog', { name: 'Results of the refresh' });
    expect(
      within(dialog)
        .getAllByRole('rowheader')
        .map((head) => head.textContent),
    ).toEqual(['gpu02', 'gpu01']);
    expect(within(dialog).getByText('19 of 20 probes ok')).toBeTruthy();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Try 1 node again' }));
    await waitFor(() => expect(engine.inputsOf('inventory.refresh')).toHaveLength(3));
    expect(engine.inputsOf('inventory.refresh').at(-1)).toEqual({ hostId: 'gpu02' });
  });
});

describe('saved views', () => {
  it('are kept with the settings, taken again, and one of them opens first', async () => {
    let saved: Settings = settings;
    const system: FakeHandlers['system'] = {
      settings: () => saved,
      updateSettings: (change) => {
        saved = { ...saved, ...change };
        return saved;
      },
    };
    const { unmount } = await start({ system });
    type('gpu.model ~ L4');
    fireEvent.click(screen.getByRole('button', { name: 'Views' }));
    fireEvent.change(await screen.findByRole('textbox', { name: 'Name of the view' }), { target: { value: 'Edge' } });
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    // The panel closes and its button takes the name; a line of the closing panel has it as well.
    await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Name of the view' })).toBeNull());
    fireEvent.click(await screen.findByRole('button', { name: 'Edge' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Open the fleet with Edge' }));
    await waitFor(() =>
      expect(saved.fleetViews).toEqual([
        { name: 'Edge', filter: 'gpu.model ~ L4', columns: [], sort: [], group: null, isDefault: true },
      ]),
    );
    // The next start of the window, before the engine has answered.
    unmount();
    resetFleetView();
    expect(useFleetView.getState()).toMatchObject({ text: 'gpu.model ~ L4', viewName: 'Edge' });
  });
});

describe('an export', () => {
  it('saves what is shown, and notes it in the audit log', async () => {
    const native = startFakeNative();
    const { engine } = await start({
      hosts: {
        list: () => [sshHost('gpu01'), sshHost('=cmd()', { connection: 'failed', error: refused }), sshHost('edge03')],
      },
    });
    type('connection = failed');
    await waitFor(() => expect(names()).toEqual(['=cmd()']));
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'CSV: 1 node shown, its columns' }));
    await waitFor(() => expect(native.saved).toHaveLength(1));
    const [head, only] = String(native.saved[0]?.content).split('\r\n');
    expect(head).toMatch(/^name,connection,os,gpu\.model,driver,gpu\.memory\.use \(percent\)/);
    expect(only).toMatch(/^'=cmd\(\),failed,/);
    await waitFor(() =>
      expect(engine.inputsOf('inventory.noteExport')).toMatchObject([
        { format: 'csv', hosts: 1, filter: 'connection = failed' },
      ]),
    );
  });
});
