import { type ASTNode, ParseError, parse } from '@marcbachmann/cel-js';
import type { SubjectKind } from '../telemetry/metric';
import { isMetricId, type MetricId, metricSpec } from '../telemetry/metrics';
import { durationMs } from './duration';
import {
  arithmetic,
  booleanPart,
  both,
  comparison,
  constant,
  either,
  numberPart,
  opposite,
  type Part,
  type Run,
} from './expression-nodes';
import { slotOf, type WindowList, type WindowSource, type WindowSpec } from './subject-samples';

/** A mistake in an expression. `offset` counts characters of its text. */
export class RuleExpressionError extends Error {
  override readonly name = 'RuleExpressionError';
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

export interface RuleExpression {
  /** 1, 0, or NaN when it can't be known. */
  readonly run: Run;
  readonly shown: Run;
  /** The metrics of the judged subject; it is judged again when one of them comes. */
  readonly reads: ReadonlySet<MetricId>;
  /** It can become true without any sample. */
  readonly isOfSilence: boolean;
  /** It looks at other subjects of the host. */
  readonly isOfOthers: boolean;
}

const windowKinds: Readonly<Record<string, WindowSpec['kind']>> = {
  rate: 'growth',
  increase: 'growth',
  changes: 'change',
};

const MAX_WINDOW_MS = 7 * 86_400_000;

/**
 * Compiles an expression in the syntax of CEL over metrics of one kind of subject. Only what can be written in PromQL too is
 * taken: numbers, comparisons, `&& || !`, and the functions below. Throws RuleExpressionError.
 */
export function compileExpression(text: string, kind: SubjectKind, windows: WindowList): RuleExpression {
  const compiler = new Compiler(kind, windows);
  const ast = parsed(text);
  const part = compiler.part(ast);
  if (part.type !== 'boolean') throw new RuleExpressionError('must be true or false, such as `… > 5`', ast.start);
  const { reads, isOfSilence, isOfOthers } = compiler;
  if (reads.size === 0 && !isOfSilence && !isOfOthers) throw new RuleExpressionError('looks at no metric', ast.start);
  return { run: part.run, shown: part.shown, reads, isOfSilence, isOfOthers };
}

function parsed(text: string): ASTNode {
  try {
    return parse(text).ast;
  } catch (error) {
    if (error instanceof ParseError) throw new RuleExpressionError(error.summary, error.range?.start ?? 0);
    throw error;
  }
}

class Compiler {
  readonly reads = new Set<MetricId>();
  isOfSilence = false;
  isOfOthers = false;

  constructor(
    private readonly kind: SubjectKind,
    private readonly windows: WindowList,
  ) {}

  part(node: ASTNode): Part {
    switch (node.op) {
      case 'value': {
        if (typeof node.args === 'number' || typeof node.args === 'bigint') return constant(Number(node.args));
        throw new RuleExpressionError('only numbers can be compared', node.start);
      }
      case '.': {
        const slot = slotOf(this.#own(node));
        return numberPart((samples, nowMs) => samples.value(slot, nowMs));
      }
      case '-_':
        return arithmetic('-', constant(0), this.#number(node.args));
      case '+':
      case '-':
      case '*':
      case '/': {
        const [left, right] = node.args.map((side) => this.#number(side)) as [Part, Part];
        if (node.op === '/' && right.constant === 0)
          throw new RuleExpressionError('divides by zero', node.args[1].start);
        return arithmetic(node.op, left, right);
      }
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '==':
      case '!=': {
        const [left, right] = node.args.map((side) => this.#number(side)) as [Part, Part];
        return comparison(node.op, left, right);
      }
      case '&&':
        return both(this.#boolean(node.args[0]), this.#boolean(node.args[1]));
      case '||':
        return either(this.#boolean(node.args[0]), this.#boolean(node.args[1]));
      case '!_':
        return opposite(this.#boolean(node.args));
      case 'call':
        return this.#call(node.args[0], node.args[1], node.start);
      case 'id':
        throw new RuleExpressionError(`there is no metric ${node.args}`, node.start);
      default:
        throw new RuleExpressionError('rules have numbers, comparisons, && || ! and their functions only', node.start);
    }
  }

  #call(name: string, args: readonly ASTNode[], start: number): Part {
    switch (name) {
      case 'rate':
      case 'increase': {
        const index = this.#window(name, args, start);
        return numberPart((samples, nowMs) => samples.growths[index]?.[name](nowMs) ?? Number.NaN, {
          isLeast: true,
          run: (samples, nowMs) => samples.growths[index]?.[`${name}Seen`](nowMs) ?? Number.NaN,
        });
      }
      case 'mean': {
        const index = this.#window(name, args, start);
        return numberPart((samples, nowMs) => samples.windows[index]?.mean(nowMs) ?? Number.NaN);
      }
      case 'least':
      case 'greatest': {
        const index = this.#window(name, args, start);
        return numberPart((samples, nowMs) => samples.windows[index]?.[name](nowMs) ?? Number.NaN, {
          isLeast: name === 'greatest',
          run: (samples, nowMs) => samples.windows[index]?.[`${name}Seen`](nowMs) ?? Number.NaN,
        });
      }
      case 'changes': {
        const index = this.#window(name, args, start);
        return numberPart((samples, nowMs) => samples.changes[index]?.changes(nowMs) ?? Number.NaN, {
          isLeast: true,
          run: (samples, nowMs) => samples.changes[index]?.changesSeen(nowMs) ?? Number.NaN,
        });
      }
      case 'count': {
        const [of] = taken(name, args, 1, start);
        const metric = this.#counted(of);
        const [{ subject }, slot] = [metricSpec(metric), slotOf(metric)];
        return numberPart((samples, nowMs) => samples.count(subject, slot, nowMs));
      }
      case 'absent': {
        const [of, text] = taken(name, args, 2, start);
        const [slot, forMs] = [slotOf(this.#own(of)), this.#duration(text)];
        this.isOfSilence = true;
        return booleanPart((samples, nowMs) => {
          const sinceMs = samples.silentSinceMs(slot);
          // What never was there is not missing.
          if (!Number.isFinite(sinceMs)) return Number.NaN;
          // Nor is what counts as known still.
          return Number(nowMs - sinceMs > Math.max(forMs, samples.goodForMs(slot)));
        });
      }
      case 'known': {
        const [of] = taken(name, args, 1, start);
        const slot = slotOf(this.#own(of));
        return booleanPart((samples, nowMs) => Number(!Number.isNaN(samples.value(slot, nowMs))));
      }
      case 'hasBit': {
        const [of, bit] = taken(name, args, 2, start);
        const slot = slotOf(this.#own(of));
        const place = this.#number(bit).constant;
        if (place === null || !Number.isInteger(place) || place < 0 || place > 52) {
          throw new RuleExpressionError('a bit is a whole number from 0 to 52', bit.start);
        }
        return booleanPart((samples, nowMs) => Math.floor(samples.value(slot, nowMs) / 2 ** place) % 2);
      }
      case 'abs': {
        const [of] = taken(name, args, 1, start);
        const { run } = this.#number(of);
        return numberPart((samples, nowMs) => Math.abs(run(samples, nowMs)));
      }
      default:
        throw new RuleExpressionError(
          `there is no function ${name}; there are rate, increase, mean, least, greatest, changes, count, absent, known, hasBit and abs`,
          start,
        );
    }
  }

  #window(name: string, args: readonly ASTNode[], start: number): number {
    const [of, text] = taken(name, args, 2, start);
    const windowMs = this.#duration(text);
    const kind = windowKinds[name] ?? 'value';
    const source = this.#source(of);
    const isCounter = !source.isCount && metricSpec(source.metric).kind === 'counter';
    if (kind === 'growth' && !isCounter) {
      throw new RuleExpressionError(
        `${name} is of a counter; ${source.metric} is none: mean, least or greatest`,
        of.start,
      );
    }
    if (kind !== 'growth' && isCounter) {
      throw new RuleExpressionError(`${source.metric} is a counter, of which there is rate and increase`, of.start);
    }
    return this.windows.indexOf({ ...source, kind, windowMs });
  }

  #source(node: ASTNode): WindowSource {
    if (node.op === 'call' && node.args[0] === 'count') {
      const [of] = taken('count', node.args[1], 1, node.start);
      return { metric: this.#counted(of), isCount: true };
    }
    return { metric: this.#own(node), isCount: false };
  }

  /** A metric of what is judged. */
  #own(node: ASTNode): MetricId {
    const metric = metricOf(node);
    const { subject } = metricSpec(metric);
    if (subject !== this.kind) {
      throw new RuleExpressionError(`${metric} is of ${subject}, and this rule judges ${this.kind}`, node.start);
    }
    this.reads.add(metric);
    return metric;
  }

  #counted(node: ASTNode): MetricId {
    if (this.kind !== 'node') throw new RuleExpressionError('count is for rules of a node', node.start);
    this.isOfOthers = true;
    return metricOf(node);
  }

  #number(node: ASTNode): Part {
    const part = this.part(node);
    if (part.type !== 'number') throw new RuleExpressionError('must be a number', node.start);
    return part;
  }

  #boolean(node: ASTNode): Part {
    const part = this.part(node);
    if (part.type !== 'boolean') throw new RuleExpressionError('must be true or false', node.start);
    return part;
  }

  #duration(node: ASTNode): number {
    const ms = node.op === 'value' && typeof node.args === 'string' ? durationMs(node.args) : null;
    if (ms === null || ms <= 0) throw new RuleExpressionError('a duration in quotes, such as "5m"', node.start);
    if (ms > MAX_WINDOW_MS) throw new RuleExpressionError('at most seven days', node.start);
    return ms;
  }
}

function metricOf(node: ASTNode): MetricId {
  const name = node.op === '.' && node.args[0].op === 'id' ? `${node.args[0].args}.${node.args[1]}` : null;
  if (name === null) throw new RuleExpressionError('must be a metric, such as gpu.temperatureC', node.start);
  if (!isMetricId(name)) throw new RuleExpressionError(`there is no metric ${name}`, node.start);
  return name;
}

function taken<Count extends 1 | 2>(
  name: string,
  args: readonly ASTNode[],
  count: Count,
  start: number,
): Count extends 1 ? [ASTNode] : [ASTNode, ASTNode] {
  if (args.length !== count)
    throw new RuleExpressionError(`${name} takes ${count} arguments, not ${args.length}`, start);
  return [...args] as Count extends 1 ? [ASTNode] : [ASTNode, ASTNode];
}
