import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { NodeGpus } from '#shared/domain/telemetry/node-gpus';
import { useRoute } from '../../app/router';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { HeatMapScreen } from './heat-map-screen';
import { useHeatView } from './heat-view-store';

/** What was drawn: jsdom has no canvas. */
let written: string[] = [];
let cleared = 0;
const context = new Proxy({} as Record<string, unknown>, {
  get: (known, name: string) => {
    if (name === 'measureText') return (text: string) => ({ width: 6 * text.length });
    if (name === 'fillText') return (text: string) => written.push(text);
    if (name === 'clearRect') {
      return () => {
        cleared += 1;
      };
    }
    return name in known ? known[name] : () => undefined;
  },
  set: (known, name: string, value) => {
    known[name] = value;
    return true;
  },
});
beforeEach(() => {
  written = [];
  cleared = 0;
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
});
afterEach(() => {
  vi.restoreAllMocks();
  useHeatView.setState({ metricId: 'gpu.utilizationPercent', order: 'name', form: 'map' });
});

function Screen() {
  useFleetSync();
  return (
    <>
      <HeatMapScreen />
      <output>{JSON.stringify(useRoute())}</output>
    </>
  );
}

const gpusOf = (hostId: string, count: number): NodeGpus => ({
  hostId,
  gpus: Array.from({ length: count }, (_, index) => ({ subject: `gpu GPU-${hostId}-${index}`, index, model: 'H100' })),
  lost: [],
});
/** Busy, temperature, memory used, reasons of lower clocks. */
const rowOf = (hostId: string, index: number, busy: number | null): LiveRow => ({
  hostId,
  subject: `gpu GPU-${hostId}-${index}`,
  atMs: Date.now(),
  values: [busy, 60, 1, 0],
});
const watching = (hostId: string): WatchState => ({
  hostId,
  state: 'watching',
  intervalMs: 1000,
  collectors: [],
  endpoints: [],
  bytesPerSecond: 0,
});

function start(names: string[], gpus: NodeGpus[], live: LiveRow[][] = []) {
  const topic = createTopic<LiveRow[]>(live);
  const handlers: FakeHandlers = {
    hosts: { list: () => names.map((name) => sshHost(name)), watch: createTopic<never>().read },
    inventory: { watchSummaries: createTopic<never>().read },
    telemetry: {
      live: topic.read,
      gpus: () => gpus,
      watchStates: createTopic<WatchState[]>([names.map(watching)]).read,
    },
  };
  return { ...renderWithEngine(<Screen />, handlers), topic };
}

describe('the heat map', () => {
  it('shows each GPU with its value and says what stands out', async () => {
    const { engine } = start(['gpu01'], [gpusOf('gpu01', 3)], [[rowOf('gpu01', 0, 42), rowOf('gpu01', 1, null)]]);
    expect(await screen.findByText('3 GPUs on 1 node')).toBeTruthy();
    expect(await screen.findByText('1 unknown')).toBeTruthy();
    // The third never came while its node was heard of.
    expect(await screen.findByText('1 gone')).toBeTruthy();
    expect(written).toContain('42');
    expect(engine.inputsOf('telemetry.live')).toEqual([
      { metrics: ['gpu.utilizationPercent', 'gpu.temperatureC', 'gpu.memoryUsedBytes', 'gpu.throttleReasons'] },
    ]);
  });

  it('draws only the cells that changed', async () => {
    const rows = [0, 1, 2].map((index) => rowOf('gpu01', index, 10));
    const { topic } = start(['gpu01'], [gpusOf('gpu01', 3)], [rows]);
    await screen.findByText('No GPU stands out');
    cleared = 0;
    act(() => topic.push([rowOf('gpu01', 0, 10), rowOf('gpu01', 1, 90)]));
    await waitFor(() => expect(written).toContain('90'));
    expect(cleared).toBe(1);
  });

  it('is read by keyboard, and opens the node', async () => {
    start(
      ['gpu01', 'gpu02'],
      [gpusOf('gpu01', 2), gpusOf('gpu02', 1)],
      [[rowOf('gpu01', 0, 10), rowOf('gpu01', 1, 20), rowOf('gpu02', 0, 30)]],
    );
    await screen.findByText('No GPU stands out');
    const map = screen.getByRole('application', { name: 'Heat map of GPU busy, 3 GPUs' });
    fireEvent.keyDown(map, { key: 'End' });
    const told = await waitFor(() => {
      const status = screen.getAllByRole('status').find((one) => one.textContent?.includes('gpu02'));
      if (!status) throw new Error('nothing is told');
      return status;
    });
    expect(told.textContent).toMatch(/gpu02 · GPU 0.*H100.*GPU busy 30%.*No threshold passed/);
    fireEvent.keyDown(map, { key: 'Enter' });
    expect(screen.getByText(JSON.stringify({ screen: 'node', hostId: 'gpu02', section: 'live' }))).toBeTruthy();
  });

  it('has the same as a table, the worst first', async () => {
    useHeatView.setState({ order: 'worst', form: 'table' });
    start(
      ['gpu01', 'gpu02'],
      [gpusOf('gpu01', 1), gpusOf('gpu02', 2)],
      [[rowOf('gpu01', 0, 10), rowOf('gpu02', 0, 30), rowOf('gpu02', 1, null)]],
    );
    await screen.findByText('1 unknown');
    const lines = () => screen.getAllByRole('row').slice(1);
    await waitFor(() =>
      expect(lines().map((line) => within(line).getAllByRole('cell')[3]?.textContent)).toEqual(['–', '30%', '10%']),
    );
  });

  it('says that no GPU is known of', async () => {
    start(['gpu01'], []);
    expect(await screen.findByText('No GPU is known of')).toBeTruthy();
  });

  it('leads to the fleet when it is empty', async () => {
    start([], []);
    fireEvent.click(await screen.findByRole('button', { name: 'Open the fleet' }));
    expect(screen.getByText(JSON.stringify({ screen: 'fleet' }))).toBeTruthy();
  });
});
