import { ORPCError } from '@orpc/client';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { NodeSummary } from '#shared/contract/inventory';
import type { StorageProblem } from '#shared/domain/storage-problem';
import { useRoute } from '../../app/router';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { createTopic, type FakeHandlers, startFakeEngine } from '../../testing/fake-engine';
import { refused, sshHost, summary } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { FleetScreen } from './fleet-screen';

function Fleet() {
  useFleetSync();
  return (
    <>
      <main id="main" tabIndex={-1}>
        <FleetScreen />
      </main>
      <output>{JSON.stringify(useRoute())}</output>
    </>
  );
}

function start(handlers: {
  hosts?: FakeHandlers['hosts'];
  inventory?: FakeHandlers['inventory'];
  sim?: FakeHandlers['sim'];
}) {
  return renderWithEngine(<Fleet />, {
    ...handlers,
    hosts: { watch: createTopic<never>().read, ...handlers.hosts },
    inventory: { watchSummaries: createTopic<never>().read, ...handlers.inventory },
  });
}

const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('cell')[0]?.textContent);

describe('the fleet', () => {
  it('offers three ways to begin when there is no node', async () => {
    start({ hosts: { list: () => [] } });
    for (const name of [/Add this machine/, /Add nodes over SSH/, /Explore a demo fleet/]) {
      expect(await screen.findByRole('button', { name })).toBeTruthy();
    }
  });

  it('adds this machine and collects it', async () => {
    let isAdded = false;
    const local = { kind: 'local' as const, id: 'local', name: 'desk', tags: [] };
    const { engine } = start({
      hosts: {
        list: () => (isAdded ? [{ spec: local, status: sshHost('local').status }] : []),
        add: () => {
          isAdded = true;
          return [local];
        },
      },
      inventory: { refresh: () => ({ ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null }) },
    });
    const button = await screen.findByRole('button', { name: /Add this machine/ });
    button.focus();
    fireEvent.click(button);
    expect(await screen.findByText('desk')).toBeTruthy();
    // The button is gone; the keyboard goes on in the list.
    await waitFor(() => expect(document.activeElement?.id).toBe('main'));
    expect(engine.inputsOf('hosts.add')).toEqual([{ hosts: [{ kind: 'local' }] }]);
    expect(engine.inputsOf('inventory.refresh')).toEqual([{ hostId: 'local' }]);
  });

  it('keeps collecting the demo fleet after the first screen has gone', async () => {
    let isStarted = false;
    const finished: string[] = [];
    start({
      hosts: { list: () => (isStarted ? [sshHost('sim1')] : []) },
      sim: {
        start: () => {
          isStarted = true;
          const node = {
            name: 'sim1',
            hostId: 'sim1',
            address: '127.0.0.1',
            port: 1,
            user: 'ops',
            profile: 'x',
            faults: [],
            possibleFaults: [],
          };
          return { nodes: [node] };
        },
      },
      inventory: {
        refresh: async ({ hostId }, { signal }) => {
          await new Promise((resolve) => setTimeout(resolve, 150));
          signal.throwIfAborted();
          finished.push(hostId);
          return { ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null };
        },
      },
    });
    fireEvent.click(await screen.findByRole('button', { name: /demo fleet/ }));
    expect(await screen.findByText('sim1')).toBeTruthy();
    await waitFor(() => expect(finished).toEqual(['sim1']));
  });

  it('tells a full disk of the workstation once after a refresh of many nodes, and not as the fault of a node', async () => {
    const data: StorageProblem = { reason: 'full', path: '/data/gantry.db', disk: '/data', detail: 'disk I/O error' };
    const { engine } = start({
      hosts: { list: () => [sshHost('gpu01'), sshHost('gpu02')] },
      inventory: {
        refresh: () => {
          throw new ORPCError('STORE_FAILED', { defined: true, data });
        },
      },
    });
    await screen.findByText('gpu01');
    fireEvent.click(screen.getByRole('button', { name: 'Refresh all' }));
    const told = await screen.findAllByText(/The disk \/data is full.*Free some space/);
    expect(engine.inputsOf('inventory.refresh')).toHaveLength(2);
    expect(told).toHaveLength(1);
    expect(screen.queryByText('Some nodes were not refreshed')).toBeNull();
  });

  it('shows unknown values as dashes and sorts them last in both directions', async () => {
    start({
      hosts: { list: () => [sshHost('cold'), sshHost('blank'), sshHost('hot')] },
      inventory: {
        watchSummaries: createTopic([
          [
            summary('cold', { maxGpuTemperatureC: 40 }),
            summary('blank', { maxGpuTemperatureC: null }),
            summary('hot', { maxGpuTemperatureC: 90 }),
          ],
        ]).read,
      },
    });
    await screen.findByText('90');
    fireEvent.click(screen.getByRole('button', { name: 'Max °C' }));
    await waitFor(() => expect(names()).toEqual(['hot', 'cold', 'blank']));
    fireEvent.click(screen.getByRole('button', { name: 'Max °C' }));
    await waitFor(() => expect(names()).toEqual(['cold', 'hot', 'blank']));
  });

  it('calls a node unremarkable only once its collection is through', async () => {
    const watched = createTopic<NodeSummary[]>([[summary('gpu01', { isCollecting: true })]]);
    start({ hosts: { list: () => [sshHost('gpu01')] }, inventory: { watchSummaries: watched.read } });
    await screen.findByText('collecting');
    expect(screen.queryByText('nothing noticed')).toBeNull();
    watched.push([summary('gpu01')]);
    expect(await screen.findByText('nothing noticed')).toBeTruthy();
  });

  it('says why a node can not be reached, in words', async () => {
    start({ hosts: { list: () => [sshHost('gpu07', { connection: 'failed', error: refused })] } });
    expect(await screen.findByText(/refused the connection on port 22/)).toBeTruthy();
    expect(screen.getByTitle(/nothing listens on port 22/).textContent).toBe('No connection');
  });

  it('narrows the list while typing and offers the way back when nothing is left', async () => {
    start({ hosts: { list: () => [sshHost('gpu01'), sshHost('rtx02')] } });
    const search = await screen.findByRole('combobox', { name: 'Filter nodes' });
    fireEvent.change(search, { target: { value: 'rtx' } });
    await waitFor(() => expect(names()).toEqual(['rtx02']));
    expect(screen.getByText('1 of 2 shown')).toBeTruthy();
    fireEvent.change(search, { target: { value: 'nothing like it' } });
    fireEvent.click(await screen.findByRole('button', { name: 'Show all nodes' }));
    await waitFor(() => expect(names()).toEqual(['gpu01', 'rtx02']));
  });

  it('opens a node with the keyboard', async () => {
    start({ hosts: { list: () => [sshHost('gpu01')] } });
    const row = (await screen.findByText('gpu01')).closest('tr');
    if (!row) throw new Error('no row');
    fireEvent.keyDown(row, { key: 'Enter' });
    expect(screen.getByText(JSON.stringify({ screen: 'node', hostId: 'gpu01' }))).toBeTruthy();
  });

  it('moves to the lines by keyboard while nothing has the focus', async () => {
    start({ hosts: { list: () => [sshHost('gpu01'), sshHost('gpu02'), sshHost('gpu03')] } });
    await screen.findByText('gpu03');
    const focused = () => document.activeElement?.closest('tr')?.querySelector('td')?.textContent;
    fireEvent.keyDown(document.body, { key: 'Enter' });
    expect(focused()).toBeUndefined();
    fireEvent.keyDown(document.body, { key: 'ArrowDown' });
    await waitFor(() => expect(focused()).toBe('gpu01'));
    (document.activeElement as HTMLElement).blur();
    fireEvent.keyDown(document.body, { key: 'End' });
    await waitFor(() => expect(focused()).toBe('gpu03'));
    screen.getByRole('combobox', { name: 'Filter nodes' }).focus();
    fireEvent.keyDown(screen.getByRole('combobox', { name: 'Filter nodes' }), { key: 'Home' });
    expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Filter nodes' }));
  });

  it('keeps only the lines in view in the document', async () => {
    start({ hosts: { list: () => Array.from({ length: 400 }, (_, index) => sshHost(`node-${index}`)) } });
    await screen.findByText('node-0');
    expect(screen.getByText('400 nodes')).toBeTruthy();
    expect(screen.getAllByRole('row').length).toBeLessThan(80);
  });

  it('goes on collecting with the engine that comes after one that ended', async () => {
    const handlers: FakeHandlers = {
      hosts: { list: () => [sshHost('gpu01'), sshHost('gpu02')], watch: createTopic<never>().read },
      inventory: { watchSummaries: createTopic<never>().read, cancelRefresh: () => ({}) },
    };
    const { engine } = start({
      ...handlers,
      inventory: { ...handlers.inventory, refresh: () => new Promise(() => {}) },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Refresh all' }));
    await waitFor(() => expect(engine.inputsOf('inventory.refresh')).toHaveLength(2));
    engine.close();
    const refresh = () => ({ ok: 1, total: 1, durationMs: 1, roundTrips: 1, nodeCpuMs: null });
    const next = startFakeEngine({ ...handlers, inventory: { ...handlers.inventory, refresh } });
    expect(await screen.findByRole('button', { name: 'Refresh all' })).toBeTruthy();
    expect(next.inputsOf('inventory.refresh')).toEqual([{ hostId: 'gpu01' }, { hostId: 'gpu02' }]);
    expect(screen.queryByText('Some nodes were not refreshed')).toBeNull();
    next.close();
  });

  it('cancels on the node what it was collecting', async () => {
    const { engine } = start({
      hosts: { list: () => [sshHost('gpu01')] },
      inventory: {
        refresh: (_input, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        cancelRefresh: () => ({}),
      },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Refresh all' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(engine.inputsOf('inventory.cancelRefresh')).toEqual([{ hostId: 'gpu01' }]));
    expect(await screen.findByRole('button', { name: 'Refresh all' })).toBeTruthy();
  });
});
