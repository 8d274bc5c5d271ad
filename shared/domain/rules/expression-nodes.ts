import type { SubjectSamples } from './subject-samples';

/**
 * A part of an expression made into a function: a number, 1 and 0 for true and false, NaN for what can't be known. Unknown
 * goes through everything but `&&` with what is false and `||` with what is true.
 */
export type Run = (samples: SubjectSamples, nowMs: number) => number;

export interface Part {
  readonly type: 'number' | 'boolean';
  /** Null unless it is the same for all samples. */
  readonly constant: number | null;
  readonly run: Run;
  /** What is shown of it: the left side of the first comparison. */
  readonly shown: Run;
  /** What is certain of a number while it can't be told itself. */
  readonly bound?: Bound;
}

/** A number is at least, or at most, so much. */
export interface Bound {
  readonly isLeast: boolean;
  readonly run: Run;
}

export function constant(value: number): Part {
  const run: Run = () => value;
  return { type: 'number', constant: value, run, shown: run };
}

export function numberPart(run: Run, bound?: Bound): Part {
  if (!bound) return { type: 'number', constant: null, run, shown: run };
  const shown: Run = (samples, nowMs) => {
    const value = run(samples, nowMs);
    return Number.isNaN(value) ? bound.run(samples, nowMs) : value;
  };
  return { type: 'number', constant: null, run, shown, bound };
}

export function booleanPart(run: Run, shown: Run = run): Part {
  return { type: 'boolean', constant: null, run, shown };
}

export type Arithmetic = '+' | '-' | '*' | '/';

/** A division by zero can't be known. */
export function arithmetic(operator: Arithmetic, left: Part, right: Part): Part {
  const [a, b] = [left.run, right.run];
  const runs: Readonly<Record<Arithmetic, Run>> = {
    '+': (samples, nowMs) => a(samples, nowMs) + b(samples, nowMs),
    '-': (samples, nowMs) => a(samples, nowMs) - b(samples, nowMs),
    '*': (samples, nowMs) => a(samples, nowMs) * b(samples, nowMs),
    '/': (samples, nowMs) => {
      const divisor = b(samples, nowMs);
      return divisor === 0 ? Number.NaN : a(samples, nowMs) / divisor;
    },
  };
  if (left.constant === null || right.constant === null) {
    return numberPart(runs[operator], boundOf(operator, left, right));
  }
  return constant(
    {
      '+': left.constant + right.constant,
      '-': left.constant - right.constant,
      '*': left.constant * right.constant,
      '/': left.constant / right.constant,
    }[operator],
  );
}

/** A bound stays one through arithmetic with a number that is always the same. */
function boundOf(operator: Arithmetic, left: Part, right: Part): Bound | undefined {
  const [bound, factor] = left.bound ? [left.bound, right.constant] : [right.bound, left.constant];
  if (!bound || factor === null || (operator === '/' && bound === right.bound)) return undefined;
  const [one, other] = left.bound ? [numberPart(bound.run), right] : [left, numberPart(bound.run)];
  const isScaled = operator === '*' || operator === '/';
  const isTurned = isScaled ? factor < 0 : operator === '-' && bound === right.bound;
  return { isLeast: bound.isLeast !== isTurned, run: arithmetic(operator, one, other).run };
}

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

export function comparison(operator: Comparison, left: Part, right: Part): Part {
  const [a, b] = [left.run, right.run];
  const holds: Readonly<Record<Comparison, (one: number, other: number) => boolean>> = {
    '<': (one, other) => one < other,
    '<=': (one, other) => one <= other,
    '>': (one, other) => one > other,
    '>=': (one, other) => one >= other,
    '==': (one, other) => one === other,
    '!=': (one, other) => one !== other,
  };
  const compare = holds[operator];
  const isEquality = operator === '==' || operator === '!=';
  /** What the comparison says of every number from the bound on; NaN where it says one thing of some and not of others. */
  const decided = ({ isLeast, run }: Bound, samples: SubjectSamples, nowMs: number, known: number, isLeft: boolean) => {
    const bound = run(samples, nowMs);
    const says = (value: number): boolean => (isLeft ? compare(value, known) : compare(known, value));
    const far = isLeast ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const isBetween = isLeast ? bound <= known : bound >= known;
    return Number.isNaN(bound) || says(bound) !== says(far) || (isEquality && isBetween)
      ? Number.NaN
      : Number(says(far));
  };
  return booleanPart((samples, nowMs) => {
    const one = a(samples, nowMs);
    const other = b(samples, nowMs);
    const [isOneKnown, isOtherKnown] = [!Number.isNaN(one), !Number.isNaN(other)];
    if (isOneKnown && isOtherKnown) return compare(one, other) ? 1 : 0;
    if (isOtherKnown && left.bound) return decided(left.bound, samples, nowMs, other, true);
    if (isOneKnown && right.bound) return decided(right.bound, samples, nowMs, one, false);
    return Number.NaN;
  }, left.shown);
}

export function both(left: Part, right: Part): Part {
  const [a, b] = [left.run, right.run];
  return booleanPart((samples, nowMs) => {
    const one = a(samples, nowMs);
    if (one === 0) return 0;
    const other = b(samples, nowMs);
    return other === 0 ? 0 : one * other;
  }, left.shown);
}

export function either(left: Part, right: Part): Part {
  const [a, b] = [left.run, right.run];
  return booleanPart((samples, nowMs) => {
    const one = a(samples, nowMs);
    if (one === 1) return 1;
    const other = b(samples, nowMs);
    return other === 1 ? 1 : one + other;
  }, left.shown);
}

export function opposite(part: Part): Part {
  return booleanPart((samples, nowMs) => 1 - part.run(samples, nowMs), part.shown);
}
