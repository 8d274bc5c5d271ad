import { type ASTNode, Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { z } from 'zod';
import { type Language, languages } from '#shared/domain/text';
import { type ProblemWords, says, told } from '../../knowledge/problem-words';
import { celProblem } from './cel-problems';
import { CelTypes } from './cel-types';
import { fromCel, isOriginal, toCel } from './cel-values';
import type { TreeFunction } from './functions/define-function';

/** Values by variable name, made with `toCel`. A variable that is not there is unknown. */
export type Scope = Readonly<Record<string, unknown>>;

/** A scope with one more name in it: the outer one is not copied, and what it makes on demand stays unmade. */
export function within(scope: Scope, name: string, value: unknown): Scope {
  return Object.defineProperty(Object.create(scope) as Scope, name, { value });
}

/** Gives a scope a value that is made when it is first read. */
export function makeOnDemand(scope: Record<string, unknown>, name: string, make: () => unknown): void {
  Object.defineProperty(scope, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      const value = make();
      Object.defineProperty(scope, name, { value, enumerable: true });
      return value;
    },
  });
}

/** What came out of an expression: a value, or that it can't be known with what the scope has. */
export type Outcome = { readonly isKnown: true; readonly value: unknown } | { readonly isKnown: false };

export interface Expression {
  readonly text: string;
  readonly type: string;
  readonly ast: ASTNode;
  /** Total: anything missing or out of range gives an unknown outcome. */
  evaluate(scope: Scope, language?: Language): Outcome;
}

/** A mistake in an expression. `offset` counts characters of its text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  constructor(
    readonly words: ProblemWords,
    readonly offset: number,
  ) {
    super(told(words).message);
  }
}

const mixedOperators = ['+', '-', '*', '/', '<', '<=', '>', '>=', '==', '!='] as const;
const compute: Record<(typeof mixedOperators)[number], (left: number, right: number) => number | boolean> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

/** Facts are doubles and literals are often written as integers: `used + 1` means what it says. */
function allowMixedNumbers(environment: Environment): void {
  for (const operator of mixedOperators) {
    for (const [left, right] of [
      ['double', 'int'],
      ['int', 'double'],
    ]) {
      try {
        const result = '+-*/'.includes(operator) ? 'double' : 'bool';
        environment.registerOperator(`${left} ${operator} ${right}: ${result}`, (a: unknown, b: unknown) =>
          compute[operator](Number(a), Number(b)),
        );
      } catch {
        // The library has this overload already.
      }
    }
  }
}

/** `known(x)`: whether x can be told at all. `maybe(x)`: hands x to a function even when it is unknown (as null). */
function registerPresence(environment: Environment): void {
  environment.registerFunction('known(ast): bool', ({ args }: { args: ASTNode[] }) => ({
    typeCheck: (checker: Checker, _macro: unknown, context: unknown) => {
      checker.check(args[0], context);
      return checker.getType('bool');
    },
    evaluate: (evaluator: Runner, _macro: unknown, context: unknown) =>
      attempt(() => evaluator.run(args[0], context)).ok,
  }));
  environment.registerFunction('maybe(ast): dyn', ({ args }: { args: ASTNode[] }) => ({
    typeCheck: (checker: Checker, _macro: unknown, context: unknown) => checker.check(args[0], context),
    evaluate: (evaluator: Runner, _macro: unknown, context: unknown) => {
      const tried = attempt(() => evaluator.run(args[0], context));
      return tried.ok ? tried.value : null;
    },
  }));
  environment.registerFunction('orElse(ast, ast): dyn', ({ args }: { args: ASTNode[] }) => ({
    typeCheck: (checker: Checker, _macro: unknown, context: unknown) => {
      const type = checker.check(args[0], context);
      const fallback = checker.check(args[1], context);
      return type.name === fallback.name ? type : checker.getType('dyn');
    },
    evaluate: (evaluator: Runner, _macro: unknown, context: unknown) => {
      const tried = attempt(() => evaluator.run(args[0], context));
      return tried.ok ? tried.value : evaluator.run(args[1], context);
    },
  }));
}

interface Checker {
  check(node: ASTNode | undefined, context: unknown): { name: string };
  getType(name: string): { name: string };
}
interface Runner {
  run(node: ASTNode | undefined, context: unknown): unknown;
}

function attempt(work: () => unknown): { ok: true; value: unknown } | { ok: false } {
  const { stackTraceLimit } = Error;
  // What is missing is told by an error each time, and nobody reads where it was thrown: that costs more than the rest.
  Error.stackTraceLimit = 0;
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof EvaluationError) return { ok: false };
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Where expressions are checked (typed, strict) and where they run (plain values). One per engine, cloned per tree. */
export class ExpressionSpace {
  readonly #checking: Environment;
  readonly #types: CelTypes;
  readonly #running: Readonly<Record<Language, Environment>>;

  private constructor(checking: Environment, types: CelTypes, running: Readonly<Record<Language, Environment>>) {
    this.#checking = checking;
    this.#types = types;
    this.#running = running;
  }

  static create(functions: readonly TreeFunction[]): ExpressionSpace {
    const checking = new Environment();
    const types = new CelTypes(checking);
    registerPresence(checking);
    allowMixedNumbers(checking);
    for (const { name, parameters, returns } of functions) {
      const declared = parameters.map((parameter) => {
        const type = types.typeOf(parameter.schema, capitalised(parameter.name));
        return type === 'double' ? 'dyn' : type;
      });
      const result = types.typeOf(returns, capitalised(name));
      checking.registerFunction(`${name}(${declared.join(', ')}): ${result}`, () => null);
    }
    const running = Object.fromEntries(
      languages.map((language) => [language, runningEnvironment(functions, language)]),
    ) as Record<Language, Environment>;
    return new ExpressionSpace(checking, types, running);
  }

  /** A copy that can be given more variables. The original can't be changed any more. */
  fork(): ExpressionSpace {
    const checking = this.#checking.clone();
    return new ExpressionSpace(checking, new CelTypes(checking, this.#types), this.#running);
  }

  declareSchema(name: string, schema: z.core.$ZodType): void {
    this.#checking.registerVariable(name, this.#types.typeOf(schema, capitalised(name)));
  }

  declare(name: string, type: string): void {
    this.#checking.registerVariable(name, type);
  }

  has(name: string): boolean {
    return this.#checking.hasVariable(name);
  }

  /** Parses and type-checks. Throws ExpressionError. */
  compile(text: string): Expression {
    const checked = this.#checking.check(text);
    if (!checked.valid) {
      const error = checked.error;
      throw new ExpressionError(celProblem(text, error), error?.range?.start ?? 0);
    }
    const english = this.#running.en.parse(text);
    refuseNull(english.ast);
    // Most texts are read in one language only: the other is parsed when it is wanted.
    const parsed: Partial<Record<Language, ParseResult>> = { en: english };
    return {
      text,
      type: checked.type ?? 'dyn',
      ast: english.ast,
      evaluate: (scope, language = 'en') => {
        const parse = parsed[language] ?? this.#running[language].parse(text);
        parsed[language] = parse;
        return run(parse, scope);
      },
    };
  }

  /** A part of a compiled expression, which may use names that a macro around it binds: not checked again. */
  part(text: string): (scope: Scope) => Outcome {
    const parsed = this.#running.en.parse(text);
    return (scope) => run(parsed, scope);
  }
}

function run(parsed: ParseResult, scope: Scope): Outcome {
  const tried = attempt(() => parsed(scope));
  if (!tried.ok || tried.value === null || tried.value === undefined) return { isKnown: false };
  return { isKnown: true, value: typeof tried.value === 'bigint' ? Number(tried.value) : tried.value };
}

function runningEnvironment(functions: readonly TreeFunction[], language: Language): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  registerPresence(environment);
  allowMixedNumbers(environment);
  for (const { name, parameters, call } of functions) {
    const made = rememberedByFacts((values) => toCel(callSafely(name, () => call(language, ...values.map(fromCel)))));
    environment.registerFunction(`${name}(${parameters.map(() => 'dyn').join(', ')}): dyn`, (...values: unknown[]) => {
      const result = made(values);
      if (result === null || result === undefined) throw new EvaluationError(`${name} can't tell`);
      return result;
    });
  }
  return environment;
}

type Make = (values: readonly unknown[]) => unknown;

/** Of facts that are given again, the result of before: they never change, and functions are pure. Forgotten with the facts. */
function rememberedByFacts(make: Make): Make {
  const made = new WeakMap<object, { readonly values: readonly unknown[]; readonly result: unknown }[]>();
  return (values) => {
    const objects = values.filter((value) => typeof value === 'object' && value !== null);
    const [facts] = objects;
    if (facts === undefined || !objects.every(isOriginal)) return make(values);
    const known = made.get(facts) ?? [];
    const same = known.find((one) => one.values.every((value, at) => Object.is(value, values[at])));
    if (same !== undefined) return same.result;
    const result = make(values);
    made.set(facts, [{ values, result }, ...known].slice(0, keptResults));
    return result;
  };
}

/** Of one value beside others that change: a few. */
const keptResults = 4;

/** Facts of an older version, kept with a run, may lack what a function takes for granted: that is unknown, no failure. */
function callSafely(name: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    throw new EvaluationError(`${name} can't read its input`, undefined, error);
  }
}

/** `x == null` would be false for what is unknown, and `has(x.typo)` passes unchecked: both have a safe form. */
function refuseNull(ast: ASTNode): void {
  visit(ast, (node) => {
    if (node.op === 'value' && node.args === null) {
      throw new ExpressionError(says('compareNull'), node.start);
    }
    if (node.op === 'call' && node.args[0] === 'has') {
      throw new ExpressionError(says('useKnown'), node.start);
    }
  });
}

/** Calls `see` for a node and everything under it, as written (macros not expanded). */
export function visit(node: ASTNode, see: (node: ASTNode) => void): void {
  see(node);
  for (const child of children(node)) visit(child, see);
}

/** The sub-expressions of a node, in order. */
export function children(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) collect(item);
    else if (typeof part === 'object' && part !== null && 'op' in part && 'args' in part) found.push(part as ASTNode);
  };
  collect(node.args);
  return found;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
