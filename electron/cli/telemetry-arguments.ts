import { InvalidArgumentError } from 'commander';
import { isMetricId, type MetricId } from '#shared/domain/telemetry/metrics';
import type { CliContext } from './context';
import { CliError } from './exit-codes';

export function metricOf(context: CliContext, id: string): MetricId {
  if (isMetricId(id)) return id;
  throw new CliError(context.say({ key: 'cli.metricUnknown', params: { metric: id } }));
}

/** What is asked for, until now and of the last hour where nothing else is said. */
export function rangeOf(
  context: CliContext,
  { from, to }: { from?: number; to?: number },
): { fromMs: number; toMs: number } {
  const toMs = to ?? Date.now();
  const fromMs = from ?? toMs - HOUR_MS;
  if (fromMs >= toMs) throw new CliError(context.say({ key: 'cli.rangeEmpty' }));
  return { fromMs, toMs };
}

const HOUR_MS = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-11-22T10:00:00Z`, local without a zone, or so long ago: `15m`. */
export function timeOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const atMs =
    count !== undefined
      ? Date.now() - Number(count) * (unitMs[unit] ?? 0)
      : /^\d{4}-\d\d-\d\d/.test(text)
        ? Date.parse(text)
        : Number.NaN;
  if (!Number.isFinite(atMs)) throw new InvalidArgumentError('A time like 2026-11-22T10:00:00Z, or 15m, 6h, 7d ago.');
  return Math.round(atMs);
}
