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
}

export function constant(value: number): Part {
  const run: Run = () => value;
  return { type: 'number', constant: value, run, shown: run };
}

export function numberPart(run: Run): Part {
  return { type: 'number', constant: null, run, shown: run };
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
  if (left.constant === null || right.constant === null) return numberPart(runs[operator]);
  return constant(
    {
      '+': left.constant + right.constant,
      '-': left.constant - right.constant,
      '*': left.constant * right.constant,
      '/': left.constant / right.constant,
    }[operator],
  );
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
  return booleanPart((samples, nowMs) => {
    const one = a(samples, nowMs);
    const other = b(samples, nowMs);
    return Number.isNaN(one) || Number.isNaN(other) ? Number.NaN : compare(one, other) ? 1 : 0;
  }, a);
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
