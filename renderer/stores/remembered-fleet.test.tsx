import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { FleetScreen } from '../screens/fleet/fleet-screen';
import { createTopic } from '../testing/fake-engine';
import { refused, sshHost, summary } from '../testing/fixtures';
import { renderWithEngine } from '../testing/render';
import { applySummaries, resetFleet, setHosts, useFleet } from './fleet-store';
import { flush, rememberedFleet } from './remembered-fleet';
import { useFleetSync } from './use-fleet-sync';

/** Leaves behind what a session with these two nodes would. */
function lastSession() {
  useFleet.setState({ demoHostIds: new Set() });
  setHosts([sshHost('n1', { connection: 'failed', error: refused }), sshHost('n2')]);
  applySummaries([summary('n1', { isCollecting: true, osName: 'Debian 12' })]);
  flush();
  resetFleet();
}

function Synced() {
  useFleetSync();
  return <FleetScreen />;
}

describe('the remembered fleet', () => {
  beforeEach(() => localStorage.clear());

  it('keeps nodes and what was known of them, but no connection and nothing that was running', () => {
    lastSession();
    const { hosts, isListed, summaries } = useFleet.getState();
    expect(isListed).toBe(false);
    expect([...(hosts?.values() ?? [])].map(({ spec, status }) => [spec.id, status.connection, status.error])).toEqual([
      ['n1', 'idle', null],
      ['n2', 'idle', null],
    ]);
    expect(summaries.get('n1')).toMatchObject({ osName: 'Debian 12', isCollecting: false });
  });

  it('leaves out the demo fleet, which ends with the session, but not a node that a person tagged so', async () => {
    const own = sshHost('mine');
    const views = [sshHost('sim1'), { ...own, spec: { ...own.spec, tags: ['demo'] } }];
    const at = { address: '127.0.0.1', port: 1, user: 'ops' };
    const node = { ...at, name: 'sim1', hostId: 'sim1', profile: 'x', faults: [], possibleFaults: [] };
    renderWithEngine(<Synced />, {
      hosts: { list: () => views, names: () => ({}), watch: createTopic<never>().read },
      inventory: { watchSummaries: createTopic([[summary('sim1'), summary('mine')]]).read },
      sim: { status: () => ({ isRunning: true, nodes: [node], faults: [] }) },
    });
    await waitFor(() => {
      flush();
      const remembered = rememberedFleet();
      expect(remembered?.hosts.map(({ spec }) => spec.id)).toEqual(['mine']);
      expect(remembered?.summaries.map(({ hostId }) => hostId)).toEqual(['mine']);
    });
  });

  it('claims no empty fleet where only a demo was left', () => {
    useFleet.setState({ demoHostIds: new Set(['sim1']) });
    setHosts([sshHost('sim1')]);
    flush();
    resetFleet();
    expect(useFleet.getState().hosts).toBeUndefined();
  });

  it('is not overwritten before the engine has listed its hosts', () => {
    lastSession();
    applySummaries([]);
    flush();
    expect(rememberedFleet()?.hosts).toHaveLength(2);
  });

  it('leaves alone what another version or a damaged profile holds', () => {
    for (const text of ['{', '[]', '{"version":0,"specs":[{}]}', '{"version":3}']) {
      localStorage.setItem('gantry.fleet', text);
      expect(rememberedFleet()).toBeNull();
    }
  });

  it('is shown as of the last session until the engine answers, then replaced by its list', async () => {
    let answer: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    lastSession();
    renderWithEngine(<Synced />, {
      hosts: {
        list: async () => {
          await isAsked;
          return [sshHost('n2')];
        },
        watch: createTopic<never>().read,
      },
      inventory: { watchSummaries: createTopic<never>().read },
    });
    expect(await screen.findByText('2 nodes, as of the last session')).toBeTruthy();
    expect(screen.getAllByText('Not connected')).toHaveLength(2);
    answer();
    expect(await screen.findByText('1 node')).toBeTruthy();
    expect(screen.queryByText('n1')).toBeNull();
  });
});
