import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '#shared/domain/rules/alert';
import { HeatMapScreen } from '../screens/heat-map/heat-map-screen';
import { useHeatView } from '../screens/heat-map/heat-view-store';
import { seek, togglePlaying } from '../stores/replay-clock';
import { changeReplay, startReplay, useReplay } from '../stores/replay-store';
import { useAlertsSync } from '../stores/use-alerts-sync';
import { useFleetSync } from '../stores/use-fleet-sync';
import { createTopic } from '../testing/fake-engine';
import { sshHost } from '../testing/fixtures';
import { renderWithEngine } from '../testing/render';
import { ReplayBar } from './replay-bar';

beforeEach(() => {
  const context = new Proxy({} as Record<string, unknown>, {
    get: (known, name: string) => {
      if (name === 'measureText') return () => ({ width: 6 });
      return name in known ? known[name] : () => undefined;
    },
    set: (known, name: string, value) => {
      known[name] = value;
      return true;
    },
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  useHeatView.setState({ metricId: 'gpu.temperatureC', order: 'name', form: 'table' });
});
afterEach(() => {
  vi.restoreAllMocks();
  useHeatView.setState({ metricId: 'gpu.utilizationPercent', order: 'name', form: 'map' });
});

const fromMs = Date.UTC(2025, 0, 2, 10);
const toMs = fromMs + 600_000;
const hotAtMs = fromMs + 300_000;
const alert: Alert = {
  id: 1,
  ruleId: 'gpu-hot',
  hostId: 'gpu01',
  subject: 'gpu GPU-1',
  state: 'resolved',
  severity: 'critical',
  title: { en: 'Hot' },
  message: { en: '95 °C' },
  labels: {},
  treeId: null,
  value: 95,
  sinceMs: hotAtMs - 1000,
  firedMs: hotAtMs,
  resolvedMs: toMs - 1000,
  isAbandoned: false,
  acknowledged: null,
};

function App() {
  useFleetSync();
  useAlertsSync();
  return (
    <>
      <ReplayBar />
      <HeatMapScreen />
    </>
  );
}

function start() {
  return renderWithEngine(<App />, {
    // Not connected now, which says nothing of then.
    hosts: { list: () => [sshHost('gpu01', { connection: 'idle' })], watch: createTopic<never>().read },
    inventory: { watchSummaries: createTopic<never>().read },
    telemetry: {
      live: createTopic<never>().read,
      watchStates: createTopic<never>().read,
      gpus: () => [{ hostId: 'gpu01', gpus: [{ subject: 'gpu GPU-1', index: 0, model: 'H100' }], lost: [] }],
      at: ({ atMs, metrics }) => {
        const row = { hostId: 'gpu01', subject: 'gpu GPU-1', atMs };
        const values = metrics.map(() => (atMs >= hotAtMs ? 95 : 51));
        // Nothing was sampled in the first minute.
        return { atMs, tierMs: 0, rows: atMs < fromMs + 60_000 ? [] : [{ ...row, values }] };
      },
    },
    alerts: { watch: createTopic<never>().read, during: () => ({ alerts: [alert], silences: [] }) },
    timeline: {
      annotations: () => ({
        annotations: [{ kind: 'alert', atMs: hotAtMs, untilMs: toMs - 1000, alertId: 1, ...words }],
        isCut: false,
      }),
    },
  });
}
const { ruleId, hostId, subject, severity, title, message } = alert;
const words = { ruleId, hostId, subject, severity, title, message };

describe('a replay', () => {
  it('shows what was measured and what fired at its time, and is left for what is now', async () => {
    const { engine } = start();
    act(() => {
      startReplay({ window: { fromMs, toMs } });
      changeReplay(togglePlaying);
    });
    await screen.findByText('This is the past');
    expect(await screen.findByText('1 without data then')).toBeTruthy();
    expect(screen.getByText('No alert fired then')).toBeTruthy();

    act(() => changeReplay((replay) => seek(replay, fromMs + 120_000)));
    await screen.findByText(/^51\s°C$/);
    expect(screen.getByText('Nothing had happened yet')).toBeTruthy();
    const slider = screen.getByRole<HTMLInputElement>('slider', { name: 'Time that is shown' });
    expect(Number(slider.value)).toBe(fromMs + 120_000);

    fireEvent.click(screen.getByRole('button', { name: /^Next event/ }));
    await screen.findByText(/^95\s°C$/);
    expect(await screen.findByText('1 alert fired then')).toBeTruthy();
    expect(screen.getByText(/gpu01 GPU 0.*Hot/)).toBeTruthy();

    fireEvent.keyDown(document.body, { key: 'ArrowRight' });
    expect(useReplay.getState().replay?.atMs).toBe(hotAtMs + 11_000);
    fireEvent.keyDown(document.body, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByText('This is the past')).toBeNull());
    await screen.findByText('1 not connected');
    expect(engine.inputsOf('telemetry.live').length).toBeGreaterThan(0);
  });
});
