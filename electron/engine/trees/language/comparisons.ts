import type { ASTNode } from '@marcbachmann/cel-js';
import type { Comparison } from '#shared/domain/diagnosis';
import { printable } from '#shared/domain/text';
import { fromCel } from './cel-values';
import { elementMacros, plainValue, referenceOf } from './explain-values';
import { children, type Expression, type Outcome, type Scope, within } from './expression';

/** A comparison as the walk found it, without where its rule and its facts come from. */
export interface FoundComparison
  extends Pick<Comparison, 'expression' | 'operator' | 'limitExpression' | 'items' | 'itemCount'> {
  /** The variable the compared value is read from, and where in it. */
  readonly variable: string;
  readonly path: string;
}

interface Binding {
  readonly name: string;
  readonly list: ASTNode;
}

const flipped = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;
const shownItems = 8;

/**
 * The numbers that an expression holds against limits, in the order written: `x.a > 5.0`, and inside `list.filter(x, …)` and
 * its like the same for every item. Counting a list (`size(x) > 0`) is no limit, and lists in lists are left out.
 */
export function comparisonsIn(
  expression: Expression,
  scope: Scope,
  evaluate: (text: string, scope: Scope) => Outcome,
): FoundComparison[] {
  const found = new Map<string, FoundComparison>();
  for (const written of writtenIn(expression.ast)) {
    const { node, text, value, limit, each, isOfItem, about } = written;
    if (found.has(text)) continue;
    const outcomeOf = (part: ASTNode, inner: Scope): Outcome =>
      plainValue(part, inner) ?? evaluate(textOf(part), inner);
    const judged = (inner: Scope, item: unknown) => {
      const holds = plainComparison(node, inner) ?? evaluate(text, inner);
      return { inner, item, holds: holds.isKnown ? holds.value === true : null };
    };
    const list = isOfItem && each !== null ? evaluate(textOf(each.list), scope) : null;
    const all = list?.isKnown && Array.isArray(list.value) ? (list.value as unknown[]) : [];
    const judgedItems =
      each === null ? [judged(scope, null)] : all.map((item) => judged(within(scope, each.name, item), item));
    // Of many only those that are shown are looked at further: what holds, then what does not, then what can't be told.
    const items = judgedItems
      .sort((a, b) => rankOf(b.holds) - rankOf(a.holds))
      .slice(0, shownItems)
      .map(({ inner, item, holds }): Comparison['items'][number] => {
        const [left, right] = [numberOf(outcomeOf(value, inner)), numberOf(outcomeOf(limit, inner))];
        return { name: each === null ? null : nameOf(item), value: left, limit: right, holds };
      });
    if (items.some((item) => item.value !== null || each === null))
      found.set(text, { ...about, items, itemCount: judgedItems.length });
  }
  return [...found.values()];
}

/** A comparison as it stands in an expression. */
interface WrittenComparison {
  readonly node: ASTNode;
  readonly text: string;
  readonly value: ASTNode;
  readonly limit: ASTNode;
  /** The list around it, and whether the value is read from its items. */
  readonly each: Binding | null;
  readonly isOfItem: boolean;
  readonly about: Pick<FoundComparison, 'expression' | 'operator' | 'limitExpression' | 'variable' | 'path'>;
}

const writtenByAsts = new WeakMap<ASTNode, readonly WrittenComparison[]>();

/** Which comparisons an expression has is written in it: looked for once. */
function writtenIn(ast: ASTNode): readonly WrittenComparison[] {
  const known = writtenByAsts.get(ast);
  if (known !== undefined) return known;
  const found: WrittenComparison[] = [];
  const collect = (node: ASTNode, bound: Binding | null): void => {
    const compared = comparedIn(node);
    if (compared !== null) {
      const { value, operator, limit } = compared;
      const reference = referenceOf(value);
      if (reference === null) return;
      const root = bound === null ? reference : (referenceOf(bound.list) ?? { variable: '', path: '' });
      const path = bound === null ? root.path : [root.path, reference.path].filter(Boolean).join('.');
      found.push({
        ...{ node, text: textOf(node), value, limit, each: bound },
        isOfItem: reference.variable === bound?.name,
        about: {
          ...{ expression: textOf(value), operator, limitExpression: textOf(limit) },
          ...{ variable: root.variable, path },
        },
      });
      return;
    }
    if (node.op === 'rcall' && elementMacros.includes(node.args[0])) {
      const [, list, [variable, ...bodies]] = node.args;
      if (variable?.op === 'id') {
        collect(list, bound);
        if (bound === null) for (const body of bodies) collect(body, { name: variable.args, list });
        return;
      }
    }
    for (const child of children(node)) collect(child, bound);
  };
  collect(ast, null);
  writtenByAsts.set(ast, found);
  return found;
}

function comparedIn(node: ASTNode): { value: ASTNode; operator: Comparison['operator']; limit: ASTNode } | null {
  const { op } = node;
  if (op !== '<' && op !== '<=' && op !== '>' && op !== '>=') return null;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const [value, other] = [referred(left), referred(right)];
  if (value !== null) return { value, operator: op, limit: right };
  return other === null ? null : { value: other, operator: flipped[op], limit: left };
}

const holdsFor = {
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
} as const;

/** How two numbers compare that are there as such; null where the sides have to be evaluated. */
function plainComparison({ op, args }: ASTNode, scope: Scope): Outcome | null {
  if (op !== '<' && op !== '<=' && op !== '>' && op !== '>=') return null;
  const [left, right] = (args as [ASTNode, ASTNode]).map((side) => plainValue(side, scope));
  if (!left || !right) return null;
  if (!left.isKnown || !right.isKnown) return { isKnown: false };
  if (typeof left.value !== 'number' || typeof right.value !== 'number') return null;
  return { isKnown: true, value: holdsFor[op](left.value, right.value) };
}

/** The reference that a side is, also inside `orElse(x, …)`. */
function referred(node: ASTNode): ASTNode | null {
  if (node.op === 'call' && node.args[0] === 'orElse') {
    const [inner] = node.args[1];
    return inner === undefined ? null : referred(inner);
  }
  return referenceOf(node) === null ? null : node;
}

function rankOf(holds: boolean | null): number {
  return holds === null ? 0 : holds ? 2 : 1;
}

function numberOf(outcome: Outcome): number | null {
  return outcome.isKnown && typeof outcome.value === 'number' ? outcome.value : null;
}

const names = ['name', 'device', 'id', 'pid', 'uuid', 'mountPoint', 'interface', 'slot'] as const;

/** What an item of a list is called where its facts say it. */
function nameOf(item: unknown): string | null {
  const facts = fromCel(item);
  if (typeof facts !== 'object' || facts === null) return null;
  const given = facts as Record<string, unknown>;
  if (typeof given.gpuIndex === 'number') return `GPU ${given.gpuIndex}`;
  if (typeof given.index === 'number') return typeof given.uuid === 'string' ? `GPU ${given.index}` : `${given.index}`;
  const key = names.find((name) => typeof given[name] === 'string' || typeof given[name] === 'number');
  return key === undefined ? null : printable(String(given[key])).slice(0, 60);
}

function textOf(node: ASTNode): string {
  return node.input.slice(node.range.start, node.range.end);
}
