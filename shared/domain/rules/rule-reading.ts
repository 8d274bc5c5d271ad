import { type ASTNode, parse } from '@marcbachmann/cel-js';
import { metricUnits } from '../telemetry/metric';
import { isMetricId, type MetricId, metricSpec } from '../telemetry/metrics';

/** What a value of a rule is in; a counter's growth a second is `perSecond`, of seconds a `share` of time. */
export const readingUnits = [...metricUnits, 'perSecond', 'share'] as const;
export type ReadingUnit = (typeof readingUnits)[number];

export const comparisons = ['<', '<=', '>', '>=', '==', '!='] as const;
export type Comparison = (typeof comparisons)[number];

/** What a rule looks at, for those who read it: the value of an alert is what stands left of its first comparison. */
export interface RuleReading {
  /** Every metric of the expression, in order. */
  readonly metrics: MetricId[];
  /** Of the value; null where it is put together from several, or is none. */
  readonly unit: ReadingUnit | null;
  readonly comparison: Comparison | null;
  /** Null: it is compared with something else that is measured. */
  readonly threshold: number | null;
}

/** Of an expression that compiles. */
export function readingOf(expression: string): RuleReading {
  const { ast } = parse(expression);
  const metrics = new Set<MetricId>();
  let first: ASTNode | null = null;
  walk(ast, (node) => {
    const metric = metricOf(node);
    if (metric) metrics.add(metric);
    if (first === null && (comparisons as readonly string[]).includes(node.op)) first = node;
  });
  const none = { metrics: [...metrics], unit: null, comparison: null, threshold: null };
  if (first === null) return none;
  const { op, args } = first as { op: Comparison; args: [ASTNode, ASTNode] };
  return { ...none, unit: unitOf(args[0]), comparison: op, threshold: constantOf(args[1]) };
}

function walk(node: ASTNode, visit: (node: ASTNode) => void): void {
  visit(node);
  const { args } = node as { args: unknown };
  for (const arg of Array.isArray(args) ? args.flat() : [args]) {
    if (typeof arg === 'object' && arg !== null && 'op' in arg) walk(arg as ASTNode, visit);
  }
}

function metricOf(node: ASTNode): MetricId | null {
  if (node.op !== '.' || node.args[0].op !== 'id') return null;
  const name = `${node.args[0].args}.${node.args[1]}`;
  return isMetricId(name) ? name : null;
}

function unitOf(node: ASTNode): ReadingUnit | null {
  const metric = metricOf(node);
  if (metric) return metricSpec(metric).unit;
  if (node.op === '+' || node.op === '-') {
    const [left, right] = node.args.map(unitOf);
    return left === right || constantOf(node.args[1]) !== null ? (left ?? null) : null;
  }
  if (node.op !== 'call') return null;
  const [name, [of]] = node.args;
  if (of === undefined) return null;
  if (name === 'changes' || name === 'count') return 'count';
  const unit = unitOf(of);
  if (name !== 'rate' || unit === null) return unit;
  const perSecond: Partial<Record<ReadingUnit, ReadingUnit>> = {
    bytes: 'bytesPerSecond',
    seconds: 'share',
    joules: 'watts',
  };
  return perSecond[unit] ?? 'perSecond';
}

function constantOf(node: ASTNode): number | null {
  if (node.op === 'value' && (typeof node.args === 'number' || typeof node.args === 'bigint')) return Number(node.args);
  if (node.op === '-_') {
    const value = constantOf(node.args);
    return value === null ? null : -value;
  }
  if (node.op !== '+' && node.op !== '-' && node.op !== '*' && node.op !== '/') return null;
  const [left, right] = node.args.map(constantOf);
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const value = { '+': left + right, '-': left - right, '*': left * right, '/': left / right }[node.op];
  return Number.isFinite(value) ? value : null;
}
