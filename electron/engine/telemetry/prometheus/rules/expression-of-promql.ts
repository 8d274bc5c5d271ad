import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { durationMs } from '#shared/domain/rules/duration';
import type { SubjectKind } from '#shared/domain/telemetry/metric';
import { type MetricId, metricSpec } from '#shared/domain/telemetry/metrics';
import { metricNamed, prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { absent, cancel, constant, joined, negated, number, type Part, type Text, within } from './promql-part';
import { ADD, AND, ATOM, COMPARE, functionOfPromql, MULTIPLY, numberText, OR, UNARY } from './promql-syntax';

/** A part of PromQL that can't be said in our rules. `offset` counts characters of its text. */
export class UntranslatableError extends Error {
  override readonly name = 'UntranslatableError';
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

export interface Translated {
  readonly expression: string;
  readonly of: SubjectKind;
  /** What was left out, and changes little. */
  readonly notes: readonly string[];
}

const operators: Readonly<Record<string, { readonly text: string; readonly binds: number }>> = {
  Add: { text: '+', binds: ADD },
  Sub: { text: '-', binds: ADD },
  Mul: { text: '*', binds: MULTIPLY },
  Div: { text: '/', binds: MULTIPLY },
  Gtr: { text: '>', binds: COMPARE },
  Gte: { text: '>=', binds: COMPARE },
  Lss: { text: '<', binds: COMPARE },
  Lte: { text: '<=', binds: COMPARE },
  Eql: { text: '==', binds: COMPARE },
  Neq: { text: '!=', binds: COMPARE },
};

/** The condition of a Prometheus rule as one of ours. Throws UntranslatableError. */
export function expressionOf(promql: string): Translated {
  const reader = new Reader(promql);
  const root = parser.parse(promql).topNode.firstChild;
  if (!root) throw new UntranslatableError('there is no expression', 0);
  const { condition } = reader.part(root);
  if (!condition) throw new UntranslatableError('is always true: rules need a comparison, such as `… > 5`', 0);
  if (reader.kinds.size > 1) {
    throw new UntranslatableError(
      `looks at ${[...reader.kinds].join(' and ')} at once; a rule judges one kind of thing`,
      0,
    );
  }
  const [of] = reader.kinds;
  if (of === undefined) throw new UntranslatableError('looks at no metric', 0);
  return { expression: condition.text, of, notes: [...reader.notes] };
}

class Reader {
  readonly kinds = new Set<SubjectKind>();
  readonly notes = new Set<string>();

  constructor(private readonly source: string) {}

  part(node: SyntaxNode): Part {
    switch (node.name) {
      case 'ParenExpr':
        return this.part(child(node, 0));
      case 'NumberDurationLiteral':
        return constant(this.#constant(node));
      case 'UnaryExpr': {
        const part = this.#plain(this.part(child(node, 1)));
        if (this.#text(child(node, 0)) === '+') return part;
        if (part.constant !== null) return constant(-part.constant);
        return { ...part, value: { text: `-${within(part.value, UNARY)}`, binds: UNARY } };
      }
      case 'VectorSelector':
        return this.#selector(node);
      case 'BinaryExpr':
        return this.#binary(node);
      case 'FunctionCall':
        return this.#call(node);
      case 'AggregateExpr':
        return this.#count(node);
      case 'OffsetExpr':
        throw this.#refusal(node, '`offset` can’t be kept: compare with `greatest(…, "1h")`');
      default:
        throw this.#refusal(node, node.type.isError ? 'is no PromQL' : `${node.name} can’t be kept`);
    }
  }

  #selector(node: SyntaxNode): Part {
    const metric = this.#metric(node);
    this.kinds.add(metricSpec(metric).subject);
    return number({ text: metric, binds: ATOM }, prometheusName(metric).scale);
  }

  /** The metric of a selector; what a matcher picks out can't be kept, where it is more than where samples come from. */
  #metric(node: SyntaxNode): MetricId {
    if (node.name !== 'VectorSelector') throw this.#refusal(node, 'must be a metric');
    const [identifier] = children(node, 'Identifier');
    const name = identifier ? this.#text(identifier) : '';
    for (const matcher of children(node, 'LabelMatchers').flatMap((each) => children(each))) {
      if (matcher.name !== 'UnquotedLabelMatcher') continue;
      const label = this.#text(child(matcher, 0));
      const picksJob = label === 'job';
      // Samples of file systems are of real ones only.
      const picksKind = label === 'fstype' && name.startsWith('node_filesystem_');
      if (!picksJob && !picksKind) throw this.#refusal(matcher, `the matcher of ${label} can’t be kept`);
      this.notes.add(`left out: ${this.#text(matcher)}`);
    }
    const metric = metricNamed(name);
    if (!metric) throw this.#refusal(node, `Gantry has no metric for ${name || 'this selector'}`);
    return metric;
  }

  #binary(node: SyntaxNode): Part {
    const parts = children(node).filter(({ name }) => name !== 'MatchingModifierClause' && name !== 'BoolModifier');
    const [leftNode, operatorNode, rightNode] = parts;
    if (!leftNode || !operatorNode || !rightNode || rightNode.type.isError) throw this.#refusal(node, 'is no PromQL');
    if (children(node, 'BoolModifier').length > 0) throw this.#refusal(node, '`bool` can’t be kept');
    this.#checkMatching(node);
    const name = operatorNode.name;
    if (name === 'And' || name === 'Or' || name === 'Unless') return this.#set(node, name, leftNode, rightNode);
    const bit = this.#bit(node);
    if (bit) return bit;
    const operator = operators[name];
    if (!operator) throw this.#refusal(operatorNode, `\`${this.#text(operatorNode)}\` can’t be kept`);
    const left = this.part(leftNode);
    if (operator.binds === COMPARE) return this.#compare(left, operator.text, this.part(rightNode));
    const divisor = operator.text === '/' ? this.#divisor(rightNode) : rightNode;
    return this.#arithmetic(left, operator, this.part(divisor));
  }

  #checkMatching(node: SyntaxNode): void {
    const [matching] = children(node, 'MatchingModifierClause');
    if (!matching) return;
    const text = this.#text(matching).replace(/\s+/g, '');
    // Each node is judged by itself.
    if (text !== 'on(instance)') throw this.#refusal(matching, `${this.#text(matching)} can’t be kept`);
  }

  #set(node: SyntaxNode, name: string, leftNode: SyntaxNode, rightNode: SyntaxNode): Part {
    const left = this.part(leftNode);
    const right = this.part(rightNode);
    const was = left.present;
    if (name === 'Unless' && was && right.present?.metric === was.metric) {
      return { ...number({ text: was.metric, binds: ATOM }, 1), condition: absent(was.metric, right.present.window) };
    }
    const there = right.condition ?? this.#presence(right);
    if (!there) throw this.#refusal(rightNode, 'must be a comparison');
    if (name === 'Or') {
      if (!left.condition) throw this.#refusal(leftNode, 'must be a comparison');
      return { ...left, condition: joined(left.condition, '||', there, OR) };
    }
    const own = left.condition ?? this.#presence(left);
    if (!own) throw this.#refusal(node, 'must be a comparison');
    return { ...left, condition: joined(own, '&&', name === 'And' ? there : negated(there), AND) };
  }

  /** Whether there is something at all. */
  #presence({ value, condition, constant: fixed }: Part): Text | null {
    const isMetric = condition === null && fixed === null && /^[a-zA-Z]+\.[a-zA-Z0-9]+$/.test(value.text);
    return isMetric ? { text: `known(${value.text})`, binds: ATOM } : null;
  }

  #compare(left: Part, operator: string, right: Part): Part {
    if (operator === '>' && right.constant === Number.NEGATIVE_INFINITY) {
      const there = this.#presence(left);
      if (there) return { ...left, condition: there };
    }
    let [one, other] = [left, right];
    if (one.scale !== other.scale || one.constant !== null || other.constant !== null) {
      if (other.constant !== null && one.constant === null) other = constant(other.constant / one.scale);
      else if (one.constant !== null && other.constant === null) one = constant(one.constant / other.scale);
      else [one, other] = [this.#plain(one), this.#plain(other)];
    }
    const comparison: Text = {
      text: `${within(one.value, ADD)} ${operator} ${within(other.value, ADD)}`,
      binds: COMPARE,
    };
    const before = [left.condition, right.condition].filter((each) => each !== null);
    const condition = [...before, comparison].reduce((all, each) => joined(all, '&&', each, AND));
    return { ...left, condition };
  }

  #arithmetic(left: Part, { text: operator, binds }: Text, right: Part): Part {
    const condition = [left.condition, right.condition]
      .filter((each) => each !== null)
      .reduce<Text | null>((all, each) => (all ? joined(all, '&&', each, AND) : each), null);
    const cancelled = cancel(left, operator, right);
    if (cancelled) return { ...cancelled, condition };
    const isAlike = left.scale === right.scale && left.constant === null && right.constant === null;
    const [one, other] = isAlike && operator !== '*' ? [left, right] : [this.#plain(left), this.#plain(right)];
    const value: Text = {
      text: `${within(one.value, binds)} ${operator} ${within(other.value, binds + 1)}`,
      binds,
    };
    return { ...number(value, isAlike && binds === ADD ? left.scale : 1), condition };
  }

  /** `x` of `/ (x != 0)`: what is divided by zero is unknown here in any case. */
  #divisor(node: SyntaxNode): SyntaxNode {
    const inner = node.name === 'ParenExpr' ? child(node, 0) : node;
    if (inner.name !== 'BinaryExpr') return node;
    const [left, operator, right] = children(inner);
    return left && operator?.name === 'Neq' && right && this.#text(right) === '0' ? left : node;
  }

  /** `floor(x / 128) % 2 == 1`: whether a bit is set. */
  #bit(node: SyntaxNode): Part | null {
    const [, name = '', place = '1', value] =
      /^floor\(\s*([a-zA-Z_:][\w:]*)\s*(?:\/\s*(\d+))?\s*\)\s*%\s*2\s*==\s*([01])$/.exec(this.#text(node)) ?? [];
    const bit = Math.log2(Number(place));
    const metric = name === '' ? null : metricNamed(name);
    if (!metric || !Number.isInteger(bit)) return null;
    this.kinds.add(metricSpec(metric).subject);
    const test: Text = { text: `hasBit(${metric}, ${bit})`, binds: ATOM };
    return { ...number({ text: metric, binds: ATOM }, 1), condition: value === '1' ? test : negated(test) };
  }

  #call(node: SyntaxNode): Part {
    const name = this.#text(child(node, 0));
    const args = children(node, 'FunctionCallBody').flatMap((body) => children(body));
    const [of] = args;
    if (!of || args.length !== 1) throw this.#refusal(node, `${name} can’t be kept`);
    if (name === 'abs') {
      const { value, condition } = this.#plain(this.part(of));
      return { ...number({ text: `abs(${value.text})`, binds: ATOM }, 1), condition };
    }
    const isPresent = name === 'present_over_time' || name === 'absent_over_time';
    const over = functionOfPromql.get(name);
    if (over === undefined && !isPresent) throw this.#refusal(node, `${name} can’t be kept`);
    const window = this.#window(of);
    const [inner] = children(of);
    if (!inner || window === null) throw this.#refusal(of, 'must be a metric with a window, such as `[5m]`');
    if (of.name === 'SubqueryExpr') {
      const { value } = this.part(inner);
      if (!value.text.startsWith('count(')) throw this.#refusal(of, 'a subquery can only be of a count');
      return number({ text: `${over}(${value.text}, "${window}")`, binds: ATOM }, 1);
    }
    const metric = this.#metric(inner);
    this.kinds.add(metricSpec(metric).subject);
    const plain = number({ text: metric, binds: ATOM }, 1);
    if (name === 'absent_over_time') {
      this.notes.add('absent_over_time is of all series together; here each is judged by itself');
      return { ...plain, condition: absent(metric, window) };
    }
    if (isPresent) return { ...plain, condition: negated(absent(metric, window)), present: { metric, window } };
    const text = `${over}(${metric}, "${window}")`;
    return number({ text, binds: ATOM }, over === 'changes' ? 1 : prometheusName(metric).scale);
  }

  /** Of `x[5m]` and `x[1h:]`. */
  #window(node: SyntaxNode): string | null {
    if (node.name !== 'MatrixSelector' && node.name !== 'SubqueryExpr') return null;
    const durations = children(node, 'DurationExpr').map((each) => this.#text(each));
    const [window] = durations;
    return durations.length === 1 && window !== undefined && durationMs(window) !== null ? window : null;
  }

  #count(node: SyntaxNode): Part {
    const [operation, modifier, body] = children(node);
    const isCount = operation?.name === 'AggregateOp' && this.#text(operation) === 'count';
    const by = modifier ? this.#text(modifier).replace(/\s+/g, '') : '';
    const [of] = body ? children(body) : [];
    if (!isCount || by !== 'by(instance)' || !of) {
      throw this.#refusal(node, 'of aggregations only `count by (instance) (METRIC)` can be kept');
    }
    if (of.name === 'OffsetExpr') return this.part(of);
    const metric = this.#metric(of);
    this.kinds.add('node');
    return number({ text: `count(${metric})`, binds: ATOM }, 1);
  }

  /** In Prometheus' unit, written out. */
  #plain(part: Part): Part {
    const { scale, value } = part;
    if (scale === 1) return part;
    const factor =
      scale > 1
        ? `${within(value, MULTIPLY)} * ${numberText(scale)}`
        : `${within(value, MULTIPLY)} / ${numberText(1 / scale)}`;
    return { ...part, scale: 1, value: { text: factor, binds: MULTIPLY } };
  }

  #constant(node: SyntaxNode): number {
    const text = this.#text(node);
    const duration = durationMs(text);
    const value = duration !== null ? duration / 1000 : Number(text.replace(/^([+-]?)inf$/i, '$1Infinity'));
    if (Number.isNaN(value)) throw this.#refusal(node, `${text} is no number`);
    return value;
  }

  #text(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to);
  }

  #refusal(node: SyntaxNode, message: string): UntranslatableError {
    return new UntranslatableError(message, node.from);
  }
}

function children(node: SyntaxNode, name?: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let next = node.firstChild; next; next = next.nextSibling) {
    if (name === undefined || next.name === name) found.push(next);
  }
  return found;
}

function child(node: SyntaxNode, index: number): SyntaxNode {
  const found = children(node)[index];
  if (!found) throw new UntranslatableError('is no PromQL', node.from);
  return found;
}
