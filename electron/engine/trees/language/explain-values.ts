import type { ASTNode } from '@marcbachmann/cel-js';
import { printable } from '#shared/domain/text';
import { fromCel } from './cel-values';
import { children, type Expression, type Outcome, type Scope, within } from './expression';

/** A value an expression looked at. `path` is where it stands in its variable, without indexes. */
export interface SeenValue {
  readonly expression: string;
  readonly variable: string;
  readonly path: string;
  readonly outcome: Outcome;
}

export const elementMacros = ['exists', 'exists_one', 'all', 'map', 'filter'];
const presenceMacros = ['known', 'maybe', 'orElse'];

/** Evaluates a part of an expression by its source text. */
type Evaluate = (text: string, scope: Scope) => Outcome;

/**
 * The values that an expression looked at, in the order written, each once: fields of facts, sizes, and for
 * `list.exists(x, x.field …)` the field of every element as a list.
 */
export function seenValues(expression: Expression, scope: Scope, evaluate: Evaluate): SeenValue[] {
  return lookedAt(expression.ast).map(({ node, text, each, variable, path }) => {
    if (each === null)
      return { expression: text, variable, path, outcome: plainValue(node, scope) ?? evaluate(text, scope) };
    const { name, listText, nodeText } = each;
    const items = evaluate(listText, scope);
    const outcome: Outcome =
      items.isKnown && Array.isArray(items.value)
        ? {
            isKnown: true,
            value: items.value.map((item: unknown) => {
              const one = plainValue(node, { [name]: item }) ?? evaluate(nodeText, within(scope, name, item));
              return one.isKnown ? one.value : null;
            }),
          }
        : { isKnown: false };
    return { expression: text, variable, path, outcome };
  });
}

/** A part of an expression whose value is shown; with `each` that of every item of a list. */
interface LookedAt extends Omit<SeenValue, 'expression' | 'outcome'> {
  readonly node: ASTNode;
  readonly text: string;
  readonly each: { readonly name: string; readonly listText: string; readonly nodeText: string } | null;
}

const lookedAtByAsts = new WeakMap<ASTNode, readonly LookedAt[]>();

/** What an expression looks at is written in it: looked for once. */
function lookedAt(ast: ASTNode): readonly LookedAt[] {
  const known = lookedAtByAsts.get(ast);
  if (known !== undefined) return known;
  const found = new Map<string, LookedAt>();
  const add = (node: ASTNode): void => {
    const { variable, path } = firstReference(node) ?? { variable: '', path: '' };
    const text = textOf(node);
    if (!found.has(text)) found.set(text, { node, text, each: null, variable, path });
  };
  const addElements = (node: ASTNode, name: string, list: ASTNode): void => {
    const reference = referenceOf(node);
    if (reference === null) return;
    if (reference.variable !== name) {
      add(node);
      return;
    }
    const each = { name, listText: textOf(list), nodeText: textOf(node) };
    const text = `${each.listText}.map(${name}, ${each.nodeText})`;
    const root = referenceOf(list);
    const variable = root?.variable ?? firstVariable(list) ?? '';
    const path = [root?.path, reference.path].filter(Boolean).join('.');
    if (!found.has(text)) found.set(text, { node, text, each, variable, path });
  };
  collect(ast, add, addElements, []);
  const all = [...found.values()];
  lookedAtByAsts.set(ast, all);
  return all;
}

interface Binding {
  readonly name: string;
  readonly list: ASTNode;
}

function collect(
  node: ASTNode,
  add: (node: ASTNode) => void,
  addElements: (node: ASTNode, name: string, list: ASTNode) => void,
  bound: readonly Binding[],
): void {
  const binding = bound.find(({ name }) => name === firstVariable(node));
  if (referenceOf(node) !== null) {
    // Only the elements of a list that can be read from outside are shown; nested lists would need their parent too.
    if (binding === undefined) add(node);
    else if (bound.length === 1) addElements(node, binding.name, binding.list);
    return;
  }
  if (node.op === 'call' && node.args[0] === 'size' && bound.length === 0) add(node);
  else if (node.op === 'call' && !presenceMacros.includes(node.args[0]) && bound.length === 0) {
    add(node);
    return;
  }
  if (node.op === 'rcall' && elementMacros.includes(node.args[0])) {
    const [, list, [variable, ...bodies]] = node.args;
    if (variable?.op === 'id') {
      if (referenceOf(list) === null) collect(list, add, addElements, bound);
      for (const body of bodies) collect(body, add, addElements, [...bound, { name: variable.args, list }]);
      return;
    }
  }
  if (
    node.op === 'call' &&
    node.args[0] === 'size' &&
    node.args[1].every((argument) => referenceOf(argument) !== null)
  ) {
    return;
  }
  for (const child of children(node)) collect(child, add, addElements, bound);
}

/** `gpu.gpus[0].memory.usedBytes` -> variable `gpu`, path `gpus.memory.usedBytes`; null when it is anything else. */
export function referenceOf(node: ASTNode): { variable: string; path: string } | null {
  if (node.op === 'id') return { variable: node.args, path: '' };
  if (node.op === '.') {
    const parent = referenceOf(node.args[0]);
    return parent && { ...parent, path: [parent.path, node.args[1]].filter(Boolean).join('.') };
  }
  if (node.op === '[]') {
    const [list, key] = node.args;
    const parent = referenceOf(list);
    if (parent === null || key.op !== 'value') return null;
    return typeof key.args === 'string'
      ? { ...parent, path: [parent.path, key.args].filter(Boolean).join('.') }
      : parent;
  }
  return null;
}

/** What a literal or a reference comes to, which needs no evaluation; null for anything else. */
export function plainValue(node: ASTNode, scope: Scope): Outcome | null {
  if (node.op === 'value') return literal(node.args);
  if (node.op === 'id') {
    const value = scope[node.args];
    return value === undefined || value === null ? null : { isKnown: true, value };
  }
  if (node.op !== '.') return null;
  const parent = plainValue(node.args[0], scope);
  if (parent === null || !parent.isKnown) return parent;
  const { value: owner } = parent;
  if (typeof owner !== 'object' || owner === null || Object.getPrototypeOf(owner) !== Object.prototype) return null;
  const name = node.args[1];
  const value: unknown = Object.hasOwn(owner, name) ? owner[name as keyof typeof owner] : undefined;
  return value === undefined || value === null ? { isKnown: false } : { isKnown: true, value };
}

function literal(value: unknown): Outcome | null {
  if (typeof value === 'bigint') return { isKnown: true, value: Number(value) };
  return typeof value === 'number' || typeof value === 'boolean' ? { isKnown: true, value } : null;
}

const variablesOfAsts = new WeakMap<ASTNode, readonly string[]>();

/** Every variable an expression reads, without those that a macro binds; looked for once. */
export function variablesOf(ast: ASTNode): readonly string[] {
  const known = variablesOfAsts.get(ast);
  if (known !== undefined) return known;
  const found = freeVariables(ast, []);
  variablesOfAsts.set(ast, found);
  return found;
}

function freeVariables(node: ASTNode, bound: readonly string[]): string[] {
  if (node.op === 'id') return bound.includes(node.args) ? [] : [node.args];
  if (node.op === 'rcall' && elementMacros.includes(node.args[0])) {
    const [, list, [variable, ...bodies]] = node.args;
    if (variable?.op === 'id') {
      const inner = [...bound, variable.args];
      return [...freeVariables(list, bound), ...bodies.flatMap((body) => freeVariables(body, inner))];
    }
  }
  return children(node).flatMap((child) => freeVariables(child, bound));
}

function firstVariable(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  for (const child of children(node)) {
    const found = firstVariable(child);
    if (found !== null) return found;
  }
  return null;
}

/** The reference a node is, or the first one in it: what `size(gpu.gpus)` was told by. */
function firstReference(node: ASTNode): { variable: string; path: string } | null {
  const own = referenceOf(node);
  if (own !== null) return own;
  for (const child of children(node)) {
    const found = firstReference(child);
    if (found !== null) return found;
  }
  return null;
}

function textOf(node: ASTNode): string {
  return node.input.slice(node.range.start, node.range.end);
}

const maxValueLength = 240;

/** A value as short JSON, `null` when it is not known. */
export function shortJson(outcome: Outcome): string {
  if (!outcome.isKnown) return 'null';
  const text = printable(JSON.stringify(fromCel(outcome.value)) ?? 'null');
  return text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength - 1)}…`;
}
