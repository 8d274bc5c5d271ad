import type { MetricSpec, MetricUnit } from '#shared/domain/telemetry/metric';
import type { Formatters } from '../components/format';

/** What a metric is shown in: a counter as how fast it grows. `share` is of time, from 0 to 1. */
export type ShownUnit = MetricUnit | 'perSecond' | 'share';

export function shownUnit({ unit, kind }: MetricSpec): ShownUnit {
  if (kind === 'gauge') return unit;
  switch (unit) {
    case 'bytes':
      return 'bytesPerSecond';
    case 'seconds':
      return 'share';
    case 'joules':
      return 'watts';
    default:
      return 'perSecond';
  }
}

export function formatMetric(value: number, unit: ShownUnit, format: Formatters): string {
  switch (unit) {
    case 'percent':
      return percent(value, format);
    case 'share':
      return percent(value * 100, format);
    case 'bytes':
      return format.bytes(value);
    case 'bytesPerSecond':
      return `${format.bytes(value)}/s`;
    case 'watts':
      return `${format.number(value, 0)}\u00a0W`;
    case 'joules':
      return `${format.number(value, 0)}\u00a0J`;
    case 'celsius':
      return `${format.number(value, 0)}\u00a0°C`;
    case 'megahertz':
      return `${format.number(value, 0)}\u00a0MHz`;
    case 'seconds':
      return format.duration(value * 1000);
    case 'bits':
      return `0x${Math.round(value).toString(16)}`;
    case 'perSecond':
      return `${format.number(value, digitsOf(value))}/s`;
    case 'count':
      return format.number(value, digitsOf(value));
  }
}

/** A share of a percent counts where there is little of it. */
function percent(value: number, format: Formatters): string {
  return `${format.number(value, Math.abs(value) < 10 ? 1 : 0)}%`;
}

/** Three that count: more of a great number is noise. */
function digitsOf(value: number): number {
  const size = Math.abs(value);
  return size < 10 ? 2 : size < 100 ? 1 : 0;
}
