import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import type { DrawnSeries, LiveRow } from '#shared/domain/telemetry/live';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { spreadOf } from '#shared/domain/telemetry/spread';
import { currentRoute } from '../../app/router';
import { openInMetrics, useMetricsView } from '../../stores/metrics-view-store';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { createTopic } from '../../testing/fake-engine';
import { settings, sshHost, summary } from '../../testing/fixtures';
import { giveSize } from '../../testing/give-size';
import { renderWithEngine } from '../../testing/render';
import { MetricsScreen } from './metrics-screen';

function Screen() {
  useFleetSync();
  return <MetricsScreen />;
}

giveSize();

const drawn = (toMs: number, value: number): DrawnSeries => ({
  times: [toMs - 3000, toMs - 2000, toMs - 1000],
  least: [value - 1, value, value],
  mean: [value, value, value + 2],
  greatest: [value, value, value + 4],
  paceMs: 1000,
  tierMs: 10_000,
});

function start({ nodes = ['gpu01', 'gpu02'], gpus = 2, annotations = [] as Annotation[] } = {}) {
  useMetricsView.setState({ metrics: ['gpu.temperatureC'] });
  let saved = settings;
  return renderWithEngine(<Screen />, {
    hosts: { list: () => nodes.map((name) => sshHost(name)), watch: createTopic<never>().read },
    incidents: { list: () => [] },
    inventory: { watchSummaries: createTopic([nodes.map((name) => summary(name))]).read },
    system: {
      settings: () => saved,
      updateSettings: (change) => {
        saved = { ...saved, ...(change as Partial<typeof saved>) };
        return saved;
      },
    },
    rules: { list: () => ({ rules: [], problems: [] }) },
    timeline: { annotations: () => ({ annotations, isCut: false }) },
    telemetry: {
      live: createTopic<LiveRow[]>().read,
      gpus: () =>
        nodes.map((hostId) => ({
          hostId,
          lost: [],
          gpus: Array.from({ length: gpus }, (_, index) => ({
            subject: `gpu ${hostId}-${index}`,
            index,
            model: 'H100',
          })),
        })),
      subjects: ({ hostIds }) =>
        hostIds.flatMap((hostId) =>
          Array.from({ length: gpus }, (_, index) => ({
            hostId,
            subject: `gpu ${hostId}-${index}`,
            metrics: ['gpu.temperatureC'] satisfies MetricId[],
          })),
        ),
      read: ({ series, toMs }) => series.map((_, index) => drawn(toMs, 50 + index)),
      readSpread: ({ subjects, ...range }) => {
        const all = subjects.map((_, index) => drawn(range.toMs, index === 3 ? 90 : 50));
        return {
          spread: spreadOf(all, range),
          outliers: [{ index: 3, series: all[3] as DrawnSeries }],
        };
      },
    },
  });
}

const chart = () => screen.findByRole('region', { name: 'Temperature' });

describe('the metrics screen', () => {
  it('compares GPUs of several nodes on one axis, and says what each comes to', async () => {
    start();
    const temperature = await chart();
    await waitFor(() => expect(temperature.querySelectorAll('[data-line]')).toHaveLength(4));
    const line = within(temperature).getByRole('row', { name: /gpu02 · GPU 1/ });
    expect(line.textContent?.replaceAll('\u00a0', ' ')).toBe('gpu02 · GPU 155 °C52 °C54 °C57 °C');
    expect(temperature.textContent).toContain('sums of 10 s');
  });

  it('hides a line and shows it again', async () => {
    start();
    const temperature = await chart();
    const name = await within(temperature).findByRole('button', { name: /gpu01 · GPU 0/ });
    fireEvent.click(name);
    await waitFor(() => expect(temperature.querySelectorAll('[data-line]')).toHaveLength(3));
    expect(name.getAttribute('aria-pressed')).toBe('false');
    fireEvent.click(name);
    await waitFor(() => expect(temperature.querySelectorAll('[data-line]')).toHaveLength(4));
  });

  it('shows many as percentiles, in one call, and names who stays away', async () => {
    const { engine } = start({ gpus: 32 });
    const temperature = await chart();
    await within(temperature).findByRole('row', { name: /Median of 64/ });
    expect(within(temperature).getByRole('row', { name: /gpu01 · GPU 3/ })).toBeTruthy();
    expect(temperature.textContent?.replaceAll('\u00a0', ' ')).toMatch(/highest gpu01 · GPU 3 94 °C.*64 of 64 known/);
    expect(engine.inputsOf('telemetry.read').filter((input) => (input as { points: number }).points === 300)).toEqual(
      [],
    );
    fireEvent.click(screen.getByRole('radio', { name: 'Lines' }));
    await waitFor(() => expect(temperature.querySelector('canvas')?.dataset.lines).toBe('64'));
  });

  it('takes the nodes that a filter lets through, and the GPU that it was opened for', async () => {
    const { engine } = start();
    openInMetrics({
      hosts: [{ id: 'gpu02', name: 'gpu02' }],
      subjects: ['gpu gpu02-1'],
      metrics: ['gpu.temperatureC'],
    });
    const temperature = await chart();
    await waitFor(() => expect(temperature.querySelectorAll('[data-line]')).toHaveLength(1));
    expect(screen.getByRole('button', { name: '1 of 2 chosen' })).toBeTruthy();
    expect(currentRoute()).toEqual({ screen: 'metrics' });
    expect(engine.inputsOf('telemetry.subjects').at(-1)).toMatchObject({ hostIds: ['gpu02'] });
  });

  it('has what happened on the axis; one leads to where it is told', async () => {
    const atMs = Date.now() - 60_000;
    start({
      annotations: [
        {
          kind: 'alert',
          atMs,
          untilMs: null,
          alertId: 7,
          ruleId: 'gpu-hot',
          hostId: 'gpu01',
          subject: 'gpu gpu01-1',
          severity: 'critical',
          title: { en: 'GPU too hot' },
          message: { en: '' },
        },
      ],
    });
    const happened = await screen.findByRole('region', { name: 'What happened' });
    fireEvent.click(await within(happened).findByRole('button', { name: /gpu01 · GPU 1: GPU too hot/ }));
    expect(currentRoute()).toMatchObject({ screen: 'alerts', alertId: '7' });
  });

  it('keeps a view under a name, and shows it again', async () => {
    const { engine } = start();
    await chart();
    fireEvent.click(screen.getByRole('button', { name: 'Views' }));
    const panel = await screen.findByRole('dialog', { name: 'Views' });
    fireEvent.change(await within(panel).findByRole('textbox'), { target: { value: 'hot ones' } });
    fireEvent.click(within(panel).getByRole('button', { name: /Save/ }));
    await waitFor(() =>
      expect(engine.inputsOf('system.updateSettings')).toMatchObject([
        {
          chartViews: [{ name: 'hot ones', metrics: ['gpu.temperatureC'], form: 'auto', subjects: null, window: null }],
        },
      ]),
    );
    useMetricsView.setState({ metrics: [], viewName: null });
    expect(await screen.findByText('No metric is chosen')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Views' }));
    fireEvent.click(await screen.findByRole('button', { name: 'hot ones' }));
    expect(await chart()).toBeTruthy();
  });
});
