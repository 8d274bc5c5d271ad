import type { Path } from '../../knowledge/yaml-source';
import type { Compilation } from '../../trees/compile/compilation';
import { fromCel } from '../../trees/language/cel-values';
import type { Expression, Scope } from '../../trees/language/expression';
import type { ArgvDefinition } from './fix-schema';
import { isProgram, programProblems } from './programs';

type Part = { readonly words: string } | { readonly expression: Expression };
type Word =
  | { readonly kind: 'word'; readonly parts: readonly Part[] }
  | { readonly kind: 'all'; readonly list: Expression };
export type ArgvTemplate = readonly Word[];
export type TextTemplate = readonly Part[];

/** Why a command can't be written: a value is not known, or is nothing that belongs on a command line. */
export interface FillProblem {
  readonly kind: 'unknown' | 'refused';
  readonly expression: string;
}
export type Filled<Value> = { readonly value: Value; readonly problem?: undefined } | { readonly problem: FillProblem };

export function compileArgv(
  compilation: Compilation,
  definition: ArgvDefinition,
  path: Path,
  space = compilation.space,
) {
  for (const { word, message } of programProblems(definition)) compilation.report([...path, word], message);
  return definition.flatMap((word, index): Word[] => {
    const at = [...path, index];
    if (typeof word === 'string') return [{ kind: 'word', parts: compileParts(compilation, word, at, space) }];
    const list = compilation.expression(word.all, [...at, 'all'], null, space);
    if (list !== null && list.type !== 'dyn' && list.type !== 'list' && !list.type.startsWith('list<')) {
      compilation.report([...at, 'all'], `all needs a list, this is ${list.type}`);
    }
    return list === null ? [] : [{ kind: 'all', list }];
  });
}

/** A text with `{{ }}` that goes to the node: the content of a file, a path, what a command reads. */
export function compileParts(compilation: Compilation, text: string, path: Path, space = compilation.space): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{([\s\S]*?)\}\}/g)) {
    if (match.index > end) parts.push({ words: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const expression = compilation.expression((match[1] ?? '').trim(), path, null, space);
    if (expression !== null) parts.push({ expression });
  }
  const rest = text.slice(end);
  if (rest.includes('{{') || rest.includes('}}')) compilation.report(path, 'a {{ has no }}');
  if (rest !== '') parts.push({ words: rest });
  return parts;
}

/** The words of a command with the values in them. As many words as the template has, `all` aside, whatever the values are. */
export function fillArgv(template: ArgvTemplate, scope: Scope): Filled<[string, ...string[]]> {
  const argv: string[] = [];
  for (const word of template) {
    if (word.kind === 'word') {
      const filled = fillText(word.parts, scope, isSafeWord);
      if (filled.problem) return filled;
      argv.push(filled.value);
      continue;
    }
    const outcome = word.list.evaluate(scope);
    if (!outcome.isKnown) return { problem: { kind: 'unknown', expression: word.list.text } };
    const items = fromCel(outcome.value);
    if (!Array.isArray(items) || items.length === 0) {
      return { problem: { kind: 'refused', expression: word.list.text } };
    }
    for (const item of items) {
      const value = writtenValue(item);
      if (value === null || !isSafeWord(value, true))
        return { problem: { kind: 'refused', expression: word.list.text } };
      argv.push(value);
    }
  }
  const [first] = template;
  if (!isProgram(argv[0] ?? '')) {
    const parts = first?.kind === 'word' ? first.parts : [];
    return {
      problem: {
        kind: 'refused',
        expression: parts.map((part) => ('expression' in part ? part.expression.text : part.words)).join(''),
      },
    };
  }
  return { value: argv as [string, ...string[]] };
}

/** `isSafe` is asked of each value, and whether it stands at the beginning. A line of nothing but a value that is empty is none. */
export function fillText(
  parts: TextTemplate,
  scope: Scope,
  isSafe: (value: string, isFirst: boolean) => boolean = isSafeText,
): Filled<string> {
  let filled = '';
  let isNoLine = false;
  for (const [index, part] of parts.entries()) {
    if ('words' in part) {
      filled += isNoLine ? part.words.replace(/^\n/, '') : part.words;
      isNoLine = false;
      continue;
    }
    const outcome = part.expression.evaluate(scope);
    if (!outcome.isKnown) return { problem: { kind: 'unknown', expression: part.expression.text } };
    const value = writtenValue(fromCel(outcome.value));
    if (value === null || !isSafe(value, index === 0)) {
      return { problem: { kind: 'refused', expression: part.expression.text } };
    }
    isNoLine = value === '' && (filled === '' || filled.endsWith('\n'));
    filled += value;
  }
  return { value: filled };
}

function writtenValue(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

const control = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A value at the beginning of a word can't be an option; nothing on a command line is invisible. */
function isSafeWord(value: string, isFirst: boolean): boolean {
  return value.length > 0 && value.length <= 2000 && !control.test(value) && !(isFirst && value.startsWith('-'));
}

/** Nothing but certificates: no other line can hide among them. */
const certificates = /^(?:-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?)+$/;

/** A value in a file can't begin a line of its own. */
function isSafeText(value: string): boolean {
  return (value.length <= 2000 && !control.test(value)) || (value.length <= 200_000 && certificates.test(value));
}
