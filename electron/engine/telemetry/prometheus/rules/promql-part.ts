import type { MetricId } from '#shared/domain/telemetry/metrics';
import { ATOM, COMPARE, type Comparison, numberText, opposite, UNARY } from './promql-syntax';

/** Of an expression of ours. */
export interface Text {
  readonly text: string;
  readonly binds: number;
}

/** A vector of PromQL: a number where there is something, and when there is. */
export interface Part {
  readonly value: Text;
  /** What the number in Prometheus' unit is in ours: `value * scale`. */
  readonly scale: number;
  readonly condition: Text | null;
  readonly constant: number | null;
  /** Of `present_over_time`: of what, and how far back. */
  readonly present?: { readonly metric: MetricId; readonly window: string };
}

export function number(value: Text, scale: number): Part {
  return { value, scale, condition: null, constant: null };
}

export function constant(value: number): Part {
  const text = numberText(value);
  return { value: { text, binds: value < 0 ? UNARY : ATOM }, scale: 1, condition: null, constant: value };
}

/** What was multiplied to come into our unit. */
export function cancel(left: Part, operator: string, right: Part): Part | null {
  const near = (factor: number): boolean => Math.abs(factor - 1) < 1e-9;
  if (left.scale !== 1 && right.constant !== null) {
    if (operator === '*' && near(left.scale * right.constant)) return { ...left, scale: 1 };
    if (operator === '/' && near(left.scale / right.constant)) return { ...left, scale: 1 };
  }
  if (right.scale !== 1 && left.constant !== null && operator === '*' && near(right.scale * left.constant)) {
    return { ...right, scale: 1 };
  }
  return null;
}

export function within({ text, binds }: Text, least: number): string {
  return binds < least ? `(${text})` : text;
}

export function joined(left: Text, operator: '&&' | '||', right: Text, binds: number): Text {
  return { text: `${within(left, binds)} ${operator} ${within(right, binds + 1)}`, binds };
}

export function negated({ text, binds }: Text): Text {
  if (binds === COMPARE) {
    const parts = /^(.*) (>=|<=|==|!=|>|<) (.*)$/.exec(text);
    if (parts) return { text: `${parts[1]} ${opposite[parts[2] as Comparison]} ${parts[3]}`, binds };
  }
  return text.startsWith('!')
    ? { text: text.slice(1), binds: ATOM }
    : { text: `!${within({ text, binds }, ATOM)}`, binds: UNARY };
}

export function absent(metric: MetricId, window: string): Text {
  return { text: `absent(${metric}, "${window}")`, binds: ATOM };
}
