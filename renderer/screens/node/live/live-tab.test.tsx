import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { SeriesRef } from '#shared/contract/telemetry';
import type { DrawnSeries, LiveRow, WatchState } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { TelemetryEvent } from '#shared/domain/telemetry/telemetry-event';
import { navigate } from '../../../app/router';
import { usualMetrics } from '../../../charts/metric-groups';
import { spans } from '../../../charts/time-view';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { giveSize } from '../../../testing/give-size';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';
import { useLiveChoices } from './use-live-choices';
import { type LiveMetric, liveMetrics } from './use-live-rows';

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

giveSize();

const gpu = (index: number) => `gpu GPU-${index}`;
/** Fresh, however slow the machine of the test is. */
const freshAtMs = () => Date.now() + 300_000;
const row = (subject: string, values: Partial<Record<LiveMetric, number>>, atMs = freshAtMs()): LiveRow => ({
  hostId: 'gpu01',
  subject,
  atMs,
  values: liveMetrics.map((metric) => values[metric] ?? null),
});
const busy = { 'gpu.utilizationPercent': 97, 'gpu.temperatureC': 61, 'gpu.temperatureMarginC': 26 } as const;
const watching = (part: Partial<WatchState> = {}): WatchState => ({
  hostId: 'gpu01',
  state: 'watching',
  intervalMs: 1000,
  collectors: [
    { id: 'nvidia-gpu', state: 'running', lastWords: null, cost: { cpuPercent: 0.4, memoryBytes: 2 ** 20 } },
  ],
  endpoints: [],
  bytesPerSecond: 2048,
  ...part,
});
const drawn = (atMs: number): DrawnSeries => ({
  times: [atMs - 3000, atMs - 2000, atMs - 1000],
  least: [59, 60, 61],
  mean: [60, 61, 62],
  greatest: [61, 62, 63],
  paceMs: 1000,
  tierMs: 0,
});

interface Options {
  watch?: WatchState[];
  rows?: LiveRow[];
  subjects?: Array<{ subject: string; metrics: MetricId[] }>;
  events?: TelemetryEvent[];
  read?: (ref: SeriesRef, toMs: number) => DrawnSeries;
}

function start({
  watch = [watching()],
  rows = [],
  subjects = [],
  events = [],
  read = (_, toMs) => drawn(toMs),
}: Options) {
  useLiveChoices.setState({ spanMs: spans[0], metrics: new Set(usualMetrics), isSpread: false });
  navigate({ screen: 'node', hostId: 'gpu01', section: 'live' });
  const live = createTopic<LiveRow[]>(rows.length > 0 ? [rows] : []);
  const list = {
    gpus: [0, 1].map((index) => ({ index, name: 'H100', uuid: `GPU-${index}`, migDevices: [] })),
    lost: [],
  };
  const view = renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    parts: { versions: () => [] },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01')]]).read,
      get: () => ({
        hostId: 'gpu01',
        isCollecting: false,
        results: [probeResult('gpu-list', { facts: list })],
        staleResults: [],
      }),
      watch: createTopic<never>().read,
    },
    telemetry: {
      live: live.read,
      watchStates: createTopic([watch]).read,
      subjects: () => subjects.map((each) => ({ hostId: 'gpu01', ...each })),
      read: ({ series, toMs }) => series.map((ref) => read(ref, toMs)),
      setWatched: () => ({}),
    },
    timeline: {
      annotations: () => ({ annotations: events.map((event) => ({ kind: 'event', ...event })), isCut: false }),
    },
    rules: { list: () => ({ rules: [], problems: [] }) },
  });
  return { ...view, live };
}

const temperatures = [0, 1].map((index) => ({
  subject: gpu(index),
  metrics: ['gpu.temperatureC'] satisfies MetricId[],
}));

describe('the live section of a node', () => {
  it('shows each GPU with its newest values, and takes new ones', async () => {
    const { live } = start({
      subjects: temperatures,
      rows: [row(gpu(0), busy), row(gpu(1), { 'gpu.temperatureC': 90 })],
    });
    const first = await screen.findByRole('listitem', { name: 'GPU 0' });
    await waitFor(() => expect(first.textContent).toMatch(/97%.*61\u00a0°C.*26\u00a0°C left/));
    expect(await within(await screen.findByRole('listitem', { name: 'GPU 1' })).findByText('Too hot')).toBeTruthy();
    act(() => live.push([row(gpu(0), { ...busy, 'gpu.temperatureC': 83 })]));
    await waitFor(() => expect(first.textContent).toMatch(/Hot.*83\u00a0°C/));
  });

  it('says what is not known and why, never as 0', async () => {
    start({ subjects: temperatures, rows: [row(gpu(0), {})] });
    const tile = await screen.findByRole('listitem', { name: 'GPU 0' });
    expect((await within(tile).findByTitle(/Not told while MIG is on/)).textContent).toBe('—');
  });

  it('marks values that are older than three intervals with their age', async () => {
    start({ subjects: temperatures, rows: [row(gpu(0), busy, Date.now() - 30_000), row(gpu(1), busy)] });
    const old = await screen.findByRole('listitem', { name: 'GPU 0' });
    expect(await within(old).findByText(/^from 3\d sec\. ago$/)).toBeTruthy();
    expect(within(await screen.findByRole('listitem', { name: 'GPU 1' })).queryByText(/^from/)).toBeNull();
  });

  it('says how it is watched and what that costs the node', async () => {
    start({ subjects: temperatures });
    expect(await screen.findByText('every 1 s', { normalizer: (text) => text.replace('\u00a0', ' ') })).toBeTruthy();
    expect(screen.getByText(/^2\s?KiB\/s from the node$/)).toBeTruthy();
    expect(screen.getByText(/^0.4% CPU and 1\s?MiB on the node$/)).toBeTruthy();
  });

  it('shows what services tell, and why an endpoint tells nothing', async () => {
    const key = 'service vllm :8000 /models/Llama-3.1-70B';
    const told: Partial<Record<LiveMetric, number>> = {
      'service.requestsRunning': 24,
      'service.requestsWaiting': 38,
      'service.kvCachePercent': 99.2,
      'service.generatedTokens': 880,
    };
    const values = liveMetrics.map((metric) => told[metric] ?? null);
    start({
      watch: [
        watching({
          endpoints: [
            {
              url: 'http://127.0.0.1:8002/metrics',
              isNamed: false,
              exporters: [],
              state: 'denied',
              via: null,
              detail: 'sshd does not forward',
            },
          ],
        }),
      ],
      subjects: [{ subject: key, metrics: Object.keys(told) as MetricId[] }],
      rows: [{ hostId: 'gpu01', subject: key, atMs: Date.now(), values }],
    });
    const tile = within(await screen.findByRole('listitem', { name: 'vLLM Llama-3.1-70B' }));
    expect(tile.getByText('38 waiting')).toBeDefined();
    expect(tile.getByText('Full')).toBeDefined();
    expect(tile.getByText('880/s')).toBeDefined();
    // Nobody ended a request in the last minute.
    expect(tile.getAllByText('—')).toHaveLength(2);
    expect(screen.getByText('http://127.0.0.1:8002/metrics is not read')).toBeDefined();
    expect(screen.getByText(/neither curl nor wget/)).toBeDefined();
  });

  it('shows what a collector said before it stopped', async () => {
    const stopped = { id: 'nvidia-dmon', state: 'stopped', lastWords: 'NVML: GPU is lost', cost: null } as const;
    start({ watch: [watching({ collectors: [stopped] })], subjects: temperatures });
    expect(await screen.findByText('NVML: GPU is lost')).toBeTruthy();
    expect(screen.getByText(/nvidia-dmon has stopped/)).toBeTruthy();
  });

  it.each([
    ['a node that was never watched', [], 'Not watched yet'],
    ['watching that has just begun', [watching({ collectors: [] })], 'Watching has just begun'],
  ])('has words for %s', async (_, watch, words) => {
    start({ watch });
    expect(await screen.findByText(words)).toBeTruthy();
  });

  it('shows what is old of a node that is not connected, with its age', async () => {
    const watch = watching({ state: 'waiting', intervalMs: null, collectors: [] });
    start({ watch: [watch], subjects: temperatures, rows: [row(gpu(0), busy, Date.now() - 120_000)] });
    expect(await screen.findByText('Not connected')).toBeTruthy();
    expect(screen.getAllByText(/2 min\. ago/).length).toBeGreaterThan(0);
  });

  it('draws a line for each GPU, and says of what is not told why, instead of an empty chart', async () => {
    const { engine } = start({ subjects: temperatures });
    const chart = await screen.findByRole('region', { name: 'Temperature' });
    await waitFor(() => expect(chart.querySelectorAll('[data-line]')).toHaveLength(2));
    expect(chart.textContent).toContain('critical 85');
    expect(engine.inputsOf('telemetry.read')).toContainEqual(expect.objectContaining({ points: 300 }));
    const power = screen.getByRole('region', { name: 'Power' });
    expect(within(power).getByText('Nothing that is chosen tells it')).toBeTruthy();
    expect(power.textContent).toContain('power.draw');
  });

  it('says that nothing was sampled, or that what was sampled is unknown', async () => {
    const empty: DrawnSeries = { times: [], least: [], mean: [], greatest: [], paceMs: 0, tierMs: 0 };
    const { unmount } = start({ subjects: temperatures, read: () => empty });
    const chart = async () => within(await screen.findByRole('region', { name: 'Temperature' }));
    expect(await (await chart()).findByText('Nothing was sampled in this range')).toBeTruthy();
    unmount();
    start({
      subjects: temperatures,
      read: () => ({ ...empty, times: [1], least: [null], mean: [null], greatest: [null] }),
    });
    expect(await (await chart()).findByText('Not known in this range')).toBeTruthy();
  });

  it('tells what happened, and shows the time around it', async () => {
    const atMs = Date.now() - 600_000;
    const gone: TelemetryEvent = {
      id: 1,
      hostId: 'gpu01',
      subject: gpu(1),
      atMs,
      untilMs: null,
      body: { kind: 'gpu-gone' },
    };
    start({ subjects: temperatures, events: [gone] });
    const events = await screen.findByRole('region', { name: 'What happened' });
    expect(within(events).getByText('GPU 1 tells nothing any more')).toBeTruthy();
    fireEvent.click(within(events).getByRole('button'));
    expect(await screen.findByRole('button', { name: 'Live' })).toBeTruthy();
  });

  it('moves through time from the keyboard, and back to live', async () => {
    start({ subjects: temperatures });
    const charts = await screen.findByRole('region', { name: /^Charts/ });
    fireEvent.keyDown(charts, { key: 'ArrowLeft' });
    const live = await screen.findByRole('button', { name: 'Live' });
    fireEvent.click(live);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Live' })).toBeNull());
  });

  it('stops watching where that is not wanted', async () => {
    const { engine } = start({ subjects: temperatures });
    fireEvent.click(await screen.findByRole('switch', { name: 'Watch this node' }));
    await waitFor(() =>
      expect(engine.inputsOf('telemetry.setWatched')).toEqual([{ hostIds: ['gpu01'], isWatched: false }]),
    );
  });
});
