import { expect, it } from 'vitest';
import { heatMetric, heatMetrics, judge, metricsFor, roundAbove } from './heat-metrics';

it('judges by thresholds above and below, and by a count that should be none', () => {
  const margin = heatMetric('gpu.temperatureMarginC').thresholds;
  expect([6, 5, 2].map((value) => judge(value, margin))).toEqual(['ok', 'warn', 'critical']);
  const none = { bad: 'above', warn: 0, critical: null } as const;
  expect([0, 1].map((value) => judge(value, none))).toEqual(['ok', 'warn']);
  expect(judge(1e9, null)).toBe('ok');
});

it('works shares out of what is known, and no other', () => {
  const { read } = heatMetric('powerShare');
  expect([read([350, 700]), read([null, 700]), read([350, null]), read([350, 0])]).toEqual([50, null, null, null]);
});

it('asks for what a metric needs first, and for nothing twice', () => {
  for (const metric of heatMetrics) {
    const asked = metricsFor(metric);
    expect(asked.slice(0, metric.needs.length)).toEqual(metric.needs);
    expect(new Set(asked).size).toBe(asked.length);
  }
});

it('ends a scale at a round number', () => {
  expect([0, 0.03, 1, 7.2, 61, 690, 950].map(roundAbove)).toEqual([1, 0.03, 1, 8, 80, 800, 1000]);
});
