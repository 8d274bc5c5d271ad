import { create } from 'zustand';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { usualMetrics } from '../../../charts/metric-groups';
import { spans } from '../../../charts/time-view';

interface LiveChoices {
  /** How much of the past is shown while live. */
  readonly spanMs: number;
  readonly metrics: ReadonlySet<MetricId>;
  /** Percentiles over all lines instead of each. */
  readonly isSpread: boolean;
}

/** What the charts show, from one node to the next; for this session. */
export const useLiveChoices = create<LiveChoices>(() => ({
  spanMs: spans[0],
  metrics: new Set(usualMetrics),
  isSpread: false,
}));
