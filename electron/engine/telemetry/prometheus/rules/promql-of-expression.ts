import { type ASTNode, parse } from '@marcbachmann/cel-js';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import { prometheusName } from '#shared/domain/telemetry/prometheus-name';
import { ADD, AND, ATOM, COMPARE, MULTIPLY, numberText, OR, opposite, promqlOfFunction, UNARY } from './promql-syntax';

/** Why an expression can't be written in PromQL. */
export class InexpressibleError extends Error {
  override readonly name = 'InexpressibleError';
}

interface Written {
  readonly text: string;
  readonly binds: number;
  /** The same for all samples: such a side has no labels to match. */
  readonly isConstant: boolean;
}

/** How long back something that is absent must have been there. */
const WAS_THERE = '1d';

/** An expression that compiles, in PromQL over the names of /metrics. Throws InexpressibleError. */
export function promqlOf(expression: string): string {
  return new Writer(/\bcount\(/.test(expression)).condition(parse(expression).ast, false).text;
}

class Writer {
  /** What is counted over a node has fewer labels than what is of it. */
  readonly #on: string;

  constructor(isCounting: boolean) {
    this.#on = isCounting ? ' on (instance)' : '';
  }

  /** True or false becomes there or not there; what is negated is turned round, since PromQL has no `not`. */
  condition(node: ASTNode, isNegated: boolean): Written {
    switch (node.op) {
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '==':
      case '!=': {
        const operator = isNegated ? opposite[node.op] : node.op;
        const [left, right] = node.args.map((side) => this.#number(side)) as [Written, Written];
        if (left.isConstant && right.isConstant) throw new InexpressibleError('compares two numbers');
        return this.#binary(left, operator, right, COMPARE);
      }
      case '&&':
      case '||': {
        const isAnd = (node.op === '&&') !== isNegated;
        const [left, right] = node.args;
        const negative = isAnd ? this.#absence(right, isNegated) : null;
        if (negative) return this.#binary(this.condition(left, isNegated), 'unless', negative, AND);
        const parts = [this.condition(left, isNegated), this.condition(right, isNegated)] as const;
        return this.#binary(parts[0], isAnd ? 'and' : 'or', parts[1], isAnd ? AND : OR);
      }
      case '!_':
        return this.condition(node.args, !isNegated);
      case 'call':
        return this.#test(node.args[0], node.args[1], isNegated);
      default:
        throw new InexpressibleError(`${node.op} is not true or false`);
    }
  }

  #test(name: string, args: readonly ASTNode[], isNegated: boolean): Written {
    const metric = nameOf(args[0]);
    switch (name) {
      case 'hasBit': {
        const place = 2 ** Number(literalOf(args[1]));
        const shifted = place === 1 ? metric : `${metric} / ${place}`;
        return written(`floor(${shifted}) % 2 == ${isNegated ? 0 : 1}`, COMPARE);
      }
      case 'absent': {
        const window = String(literalOf(args[1]));
        if (isNegated) return written(`present_over_time(${metric}[${window}])`, ATOM);
        return written(
          `present_over_time(${metric}[${WAS_THERE}]) unless present_over_time(${metric}[${window}])`,
          AND,
        );
      }
      case 'known':
        if (isNegated) throw new InexpressibleError('PromQL has nothing for what is not known, except after `&&`');
        return written(`${metric} > -Inf`, COMPARE);
      default:
        throw new InexpressibleError(`PromQL has nothing for ${name}`);
    }
  }

  /** What must not be there: `!known(x)`. */
  #absence(node: ASTNode, isNegated: boolean): Written | null {
    if (node.op === '!_' && !isNegated) return this.#presence(node.args);
    return isNegated ? this.#presence(node) : null;
  }

  #presence(node: ASTNode): Written | null {
    return node.op === 'call' && node.args[0] === 'known' ? written(nameOf(node.args[1][0]), ATOM) : null;
  }

  #number(node: ASTNode): Written {
    switch (node.op) {
      case 'value':
        return { text: numberText(Number(node.args)), binds: ATOM, isConstant: true };
      case '.':
        return scaled(node, (name) => name);
      case '-_': {
        const { text, binds, isConstant } = this.#number(node.args);
        return { text: `-${binds < UNARY ? `(${text})` : text}`, binds: UNARY, isConstant };
      }
      case '+':
      case '-':
      case '*':
      case '/': {
        const binds = node.op === '+' || node.op === '-' ? ADD : MULTIPLY;
        const [left, right] = node.args.map((side) => this.#number(side)) as [Written, Written];
        // Divided by zero it would be endless, and that is more than any limit.
        const divisor = node.op === '/' && !right.isConstant ? written(`${right.text} != 0`, COMPARE) : right;
        return this.#binary(left, node.op, divisor, binds, left.isConstant && right.isConstant);
      }
      case 'call':
        return this.#call(node.args[0], node.args[1]);
      default:
        throw new InexpressibleError(`${node.op} is no number`);
    }
  }

  #call(name: string, args: readonly ASTNode[]): Written {
    if (name === 'abs') {
      const { text, isConstant } = this.#number(args[0] as ASTNode);
      return { text: `abs(${text})`, binds: ATOM, isConstant };
    }
    if (name === 'count') return written(`count by (instance) (${nameOf(args[0])})`, ATOM);
    const over = promqlOfFunction.get(name);
    const [of] = args;
    if (over === undefined || !of) throw new InexpressibleError(`PromQL has nothing for ${name}`);
    const window = String(literalOf(args[1]));
    if (of.op === 'call') return written(`${over}(${this.#number(of).text}[${window}:])`, ATOM);
    return scaled(of, (metric) => `${over}(${metric}[${window}])`, name !== 'changes');
  }

  #binary(left: Written, operator: string, right: Written, binds: number, isConstant = false): Written {
    const on = left.isConstant || right.isConstant ? '' : this.#on;
    // Comparisons and everything else are read from the left; what stands at the right is set apart.
    const leftText = left.binds < binds || (binds === COMPARE && left.binds === COMPARE) ? `(${left.text})` : left.text;
    const rightText = right.binds <= binds ? `(${right.text})` : right.text;
    return { text: `${leftText} ${operator}${on} ${rightText}`, binds, isConstant };
  }
}

function written(text: string, binds: number): Written {
  return { text, binds, isConstant: false };
}

/** A metric in our unit. */
function scaled(node: ASTNode, around: (name: string) => string, hasUnit = true): Written {
  const { name, scale } = prometheusName(metricOf(node));
  const text = around(name);
  if (!hasUnit || scale === 1) return written(text, ATOM);
  return written(scale > 1 ? `${text} / ${numberText(scale)}` : `${text} * ${numberText(1 / scale)}`, MULTIPLY);
}

function metricOf(node: ASTNode | undefined): MetricId {
  if (node?.op !== '.' || node.args[0].op !== 'id') throw new InexpressibleError('looks at no metric');
  return `${node.args[0].args}.${node.args[1]}` as MetricId;
}

function nameOf(node: ASTNode | undefined): string {
  return prometheusName(metricOf(node)).name;
}

function literalOf(node: ASTNode | undefined): unknown {
  if (node?.op !== 'value') throw new InexpressibleError('needs a number or a duration as it is');
  return node.args;
}
