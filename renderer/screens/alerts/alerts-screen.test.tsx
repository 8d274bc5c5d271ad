import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ListedRule } from '#shared/contract/rules';
import type { Alert, AlertChange, Silence } from '#shared/domain/rules/alert';
import type { WatchState } from '#shared/domain/telemetry/live';
import { currentRoute, navigate } from '../../app/router';
import { useAlertsSync } from '../../stores/use-alerts-sync';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { settings, sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { AlertsScreen } from './alerts-screen';
import { alertOf } from './testing/alert-of';

const rule: ListedRule = {
  id: 'gpu-hot',
  of: 'gpu',
  when: 'gpu.temperatureC >= 85',
  for: '1m',
  until: { when: 'gpu.temperatureC <= 75', forMs: 600_000 },
  severity: 'critical',
  labels: {},
  title: { en: 'GPU too hot' },
  message: { en: '{{ value }} °C' },
  treeId: null,
  sources: [],
  isBuiltIn: true,
  file: 'gpu.yaml',
  line: 3,
  isOn: true,
  reading: { metrics: ['gpu.temperatureC'], unit: 'celsius', comparison: '>=', threshold: 85 },
};
const whole = (open: Alert[]): AlertChange => ({ isWhole: true, open, endedIds: [], silences: [] });

function Screen() {
  useFleetSync();
  useAlertsSync();
  return <AlertsScreen />;
}

const running = { id: 'system', state: 'running' as const, lastWords: null, cost: null };
const stopped = { id: 'nvidia-gpu', state: 'stopped' as const, lastWords: 'killed', cost: null };

function watchOf(hostId: string, part: Partial<WatchState> = {}): WatchState {
  const still = { endpoints: [], bytesPerSecond: 0, intervalMs: 1000 };
  return { hostId, state: 'watching', collectors: [running], ...still, ...part };
}

function show(open: Alert[], part: FakeHandlers = {}, isWatched = true) {
  const changes = createTopic<AlertChange>([whole(open)]);
  const [one] = open;
  const view = renderWithEngine(<Screen />, {
    hosts: { list: () => [sshHost('gpu01'), sshHost('gpu02')], names: () => ({}), watch: createTopic<never>().read },
    inventory: { watchSummaries: createTopic<never>().read },
    sim: { status: () => ({ isRunning: false, nodes: [], faults: [] }) as never },
    system: { settings: () => settings },
    telemetry: {
      gpus: () => [{ hostId: 'gpu01', gpus: [{ subject: alertOf(0).subject, index: 3, model: 'H100' }], lost: [] }],
      watchStates: createTopic([
        ['gpu01', 'gpu02'].map((hostId) =>
          watchOf(hostId, isWatched && hostId === 'gpu01' ? {} : { state: 'waiting' }),
        ),
      ]).read,
      read: () => [{ times: [], least: [], mean: [], greatest: [], paceMs: 1000, tierMs: 0 }],
    },
    rules: { list: () => ({ rules: [rule], problems: [] }) },
    alerts: {
      watch: changes.read,
      resolved: () => [],
      values: ({ alertIds }) => alertIds.map((alertId) => ({ alertId, value: 93, atMs: 1000 })),
      acknowledge: ({ alertId, why }) => ({
        ...(one ?? alertOf(alertId)),
        acknowledged: { who: 'ada', atMs: Date.now(), why },
        silence: null,
      }),
      silence: (wanted): Silence => ({ ...wanted, id: 1, who: 'ada', atMs: Date.now() }),
    },
    ...part,
  });
  return { ...view, changes };
}

describe('the alerts screen', () => {
  it('shows what fires with its value and threshold, and follows it without a reload', async () => {
    navigate({ screen: 'alerts' });
    const { changes } = show([alertOf(1)]);
    const line = await screen.findByRole('row', { name: /GPU too hot/ });
    await waitFor(() => expect(line.textContent).toMatch(/GPU 3 · 8f2c1a3b/));
    for (const words of [/Critical/, /Firing/, /gpu01/]) expect(line.textContent).toMatch(words);
    // What it has come to by now, not what it fired at.
    await waitFor(() => expect(line.textContent).toMatch(/93\s°C\s≥\s85\s°C/));
    // What nobody watches is not said to be well.
    await screen.findByText('1 of 2 nodes is not watched');
    changes.push({ isWhole: false, open: [], endedIds: [1], silences: null });
    await screen.findByText('No open alerts');
    expect(screen.queryByRole('row', { name: /GPU too hot/ })).toBeNull();
  });

  it('takes an acknowledgement and a silence with their reasons', async () => {
    navigate({ screen: 'alerts' });
    const { engine } = show([alertOf(1)]);
    fireEvent.click(await screen.findByRole('row', { name: /GPU too hot/ }));
    const panel = await screen.findByRole('complementary', { name: 'GPU too hot' });
    const condition = await within(panel).findByText('gpu.temperatureC >= 85');
    expect(condition.closest('li')?.textContent).toContain('samples of 1 min');
    fireEvent.change(within(panel).getByLabelText('Note'), { target: { value: 'fan ordered' } });
    fireEvent.click(within(panel).getByRole('button', { name: 'Acknowledge' }));
    await within(panel).findByText(/ada, .*: fan ordered/);
    expect(engine.inputsOf('alerts.acknowledge')).toEqual([{ alertId: 1, why: 'fan ordered' }]);
    fireEvent.click(within(panel).getByRole('button', { name: 'Silence' }));
    fireEvent.change(within(panel).getByLabelText('Reason'), { target: { value: 'service' } });
    fireEvent.click(within(panel).getByRole('button', { name: 'Silence' }));
    await within(panel).findByText(/Silenced by ada until .*: service/);
    expect(engine.inputsOf('alerts.silence')).toMatchObject([
      { ruleId: 'gpu-hot', hostId: 'gpu01', subject: alertOf(1).subject, why: 'service' },
    ]);
  });

  it('leads to the diagnosis that its rule names, on its node', async () => {
    navigate({ screen: 'alerts' });
    show([alertOf(1, { treeId: 'gpu-hot' })]);
    fireEvent.click(await screen.findByRole('row', { name: /GPU too hot/ }));
    fireEvent.click(await screen.findByRole('button', { name: 'Diagnose' }));
    expect(currentRoute()).toEqual({ screen: 'diagnose', hostId: 'gpu01', treeId: 'gpu-hot' });
  });

  it('says that nothing can fire where nothing is watched', async () => {
    navigate({ screen: 'alerts' });
    show([], {}, false);
    await screen.findByText('Nothing is watched, so nothing can fire');
    expect(screen.queryByText('Nothing fires')).toBeNull();
  });

  it('says that nothing fires only where every rule can be judged and nothing is pending', async () => {
    navigate({ screen: 'alerts' });
    const watches = createTopic([[watchOf('gpu01'), watchOf('gpu02', { collectors: [running, stopped] })]]);
    const { changes } = show([], { telemetry: { watchStates: watches.read } });
    await screen.findByText('1 node watched in part');
    expect(screen.queryByText('Nothing fires')).toBeNull();
    watches.push([watchOf('gpu01'), watchOf('gpu02')]);
    await screen.findByText('Nothing fires');
    changes.push(whole([alertOf(1, { state: 'pending', firedMs: null })]));
    await screen.findByText('1 pending');
    expect(screen.queryByText('Nothing fires')).toBeNull();
  });

  it('says that there is no node, whatever is looked for, and leads to the fleet', async () => {
    navigate({ screen: 'alerts', ruleId: 'gpu-hot' });
    show([], { hosts: { list: () => [], names: () => ({}), watch: createTopic<never>().read } });
    await screen.findByText('No nodes');
    expect(screen.queryByText('No open alerts')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Open the fleet' }));
    expect(currentRoute()).toEqual({ screen: 'fleet' });
  });

  it('does not say that all is well before it is known what is watched', async () => {
    navigate({ screen: 'alerts' });
    let tell: (states: WatchState[]) => void = () => undefined;
    const known = new Promise<WatchState[]>((resolve) => {
      tell = resolve;
    });
    show([], {
      telemetry: {
        async *watchStates() {
          yield await known;
        },
      },
    });
    await screen.findByText('0 alerts');
    expect(screen.queryByText('No open alerts')).toBeNull();
    tell([]);
    await screen.findByText('Nothing is watched, so nothing can fire');
  });

  it('keeps few lines of ten thousand in the document, grouped by what they have in common', async () => {
    navigate({ screen: 'alerts' });
    show(Array.from({ length: 10_000 }, (_, id) => alertOf(id, { hostId: `gpu${id}` })));
    const group = await screen.findByRole('row', { name: /GPU too hot.*10000 alerts/ });
    expect(screen.getAllByRole('row')).toHaveLength(2);
    fireEvent.click(group);
    await waitFor(() => expect(screen.getAllByRole('row').length).toBeGreaterThan(10));
    expect(screen.getAllByRole('row').length).toBeLessThan(100);
  });

  it('says with file and line which rule does not load, runs the tests of one, and switches it off', async () => {
    navigate({ screen: 'alerts', section: 'rules' });
    const { engine } = show([], {
      rules: {
        list: () => ({
          rules: [rule],
          problems: [{ file: '/rules/own.yaml', line: 4, message: 'there is no metric gpu.heat' }],
        }),
        runCases: () => ({ cases: [{ name: 'fires at 85', problems: [] }], problems: [] }),
        setOn: () => ({}),
      },
    });
    const told = await screen.findAllByText('1 mistake in your rules');
    const places = told.map((each) => each.closest('[data-tone=bad]')?.textContent).join();
    expect(places).toContain('/rules/own.yaml:4 there is no metric gpu.heat');
    fireEvent.click(screen.getByRole('button', { name: /GPU too hot/ }));
    const panel = await screen.findByRole('complementary', { name: 'GPU too hot' });
    fireEvent.click(within(panel).getByRole('button', { name: 'Run its tests' }));
    await within(panel).findByText('1 of 1 passed');
    fireEvent.change(within(panel).getByLabelText('Reason'), { target: { value: 'too loud' } });
    fireEvent.click(within(panel).getByRole('button', { name: 'Switch off' }));
    await waitFor(() =>
      expect(engine.inputsOf('rules.setOn')).toEqual([{ ruleId: 'gpu-hot', isOn: false, why: 'too loud' }]),
    );
  });
});
