import type { ListedRule } from '#shared/contract/rules';
import type { Severity } from '#shared/domain/finding';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';

/** A line across a chart that a value should not pass. `limit`: one that it can't. */
export interface LevelAt {
  readonly value: number;
  readonly tone: 'warn' | 'bad' | 'limit';
  /** Null: the metric's own, of no rule. */
  readonly rule: Pick<ListedRule, 'id' | 'title'> | null;
}

const tones: Readonly<Record<Severity, LevelAt['tone'] | null>> = {
  info: null,
  warn: 'warn',
  critical: 'bad',
  fatal: 'bad',
};

/** What a metric and the rules that are on say of it; a rule's line where both say the same. */
export function levelsOf(metric: MetricId, rules: readonly ListedRule[]): LevelAt[] {
  const { thresholds, kind } = metricSpec(metric);
  const levels: LevelAt[] = rules.flatMap((rule) => {
    const { comparison, threshold } = rule.reading;
    const tone = tones[rule.severity];
    // What is compared first must be this metric as the chart has it: no rate, no greatest of a time, no sum of several.
    const isSame = rule.when.startsWith(metric) && /^\s*[<>]/.test(rule.when.slice(metric.length));
    // `margin > 0 && margin <= 2` begins with what makes it believable.
    const isBad = !thresholds || comparison?.startsWith(thresholds.bad === 'above' ? '>' : '<');
    if (!rule.isOn || !isSame || !isBad || kind !== 'gauge' || threshold === null || tone === null) return [];
    return [{ value: threshold, tone, rule: { id: rule.id, title: rule.title } }];
  });
  for (const [tone, value] of [
    ['warn', thresholds?.warn ?? null],
    ['bad', thresholds?.critical ?? null],
  ] as const) {
    if (value !== null && !levels.some((level) => level.value === value)) levels.push({ value, tone, rule: null });
  }
  const seen = new Set<string>();
  return levels
    .sort((one, other) => one.value - other.value)
    .filter(({ value, tone }) => !seen.has(`${tone} ${value}`) && seen.add(`${tone} ${value}`));
}

/** More than so many different limits would cover a chart. */
const LIMITS_SHOWN = 3;

/** Limits of the boards that are shown, each once; of too many none, as one of them would be said of all. */
export function limitsOf(values: ReadonlyArray<number | null>): number[] {
  const known = [...new Set(values.flatMap((value) => (value === null ? [] : [Math.round(value)])))];
  known.sort((one, other) => one - other);
  return known.length > LIMITS_SHOWN ? [] : known;
}
