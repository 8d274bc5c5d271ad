/** How tightly the operators of PromQL bind, as those of our rules do. */
export const OR = 1;
export const AND = 2;
export const COMPARE = 3;
export const ADD = 4;
export const MULTIPLY = 5;
export const UNARY = 6;
export const ATOM = 7;

/** Functions over a window: ours, and PromQL's. */
const windowFunctions = [
  ['rate', 'rate'],
  ['increase', 'increase'],
  ['mean', 'avg_over_time'],
  ['least', 'min_over_time'],
  ['greatest', 'max_over_time'],
  ['changes', 'changes'],
] as const;

export const promqlOfFunction: ReadonlyMap<string, string> = new Map(windowFunctions);
export const functionOfPromql: ReadonlyMap<string, string> = new Map(
  windowFunctions.map(([own, theirs]) => [theirs, own]),
);

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** The comparison that is true where another is false. */
export const opposite: Readonly<Record<Comparison, Comparison>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

export function numberText(value: number): string {
  return String(Number(value.toPrecision(15)));
}
