import { type Language, type LocalizedText, languages, printable } from '#shared/domain/text';
import { says, type Told, within } from '../../knowledge/problem-words';
import { fromCel } from './cel-values';
import { type Expression, ExpressionError, type ExpressionSpace, type Scope } from './expression';
import type { TextDefinition } from './tree-schema';
import { words } from './words';

type Part = { readonly words: string } | { readonly expression: Expression };

/** A text of a tree with its `{{ }}` compiled, per language. */
export interface Template {
  readonly expressions: readonly Expression[];
  render(scope: Scope): LocalizedText;
}

const placeholder = /\{\{([\s\S]*?)\}\}/g;

export function hasPlaceholder(text: TextDefinition): boolean {
  return languages.some((language) => (text[language] ?? '').includes('{{'));
}

/** Compiles a text. `report` is told of each mistake with the language and the offset in its text. */
export function compileTemplate(
  definition: TextDefinition,
  space: ExpressionSpace,
  report: (language: Language, what: Told, offset: number) => void,
): Template {
  const parts: Partial<Record<Language, Part[]>> = {};
  for (const language of languages) {
    const text = definition[language];
    if (text !== undefined) parts[language] = split(text, space, (what, offset) => report(language, what, offset));
  }
  const render = (language: Language, scope: Scope): string =>
    // What a node printed is hostile: its control and bidirectional characters end here.
    printable(
      (parts[language] ?? parts.en ?? [])
        .map((part) => ('words' in part ? part.words : show(part.expression, scope, language)))
        .join('')
        .trim(),
    );
  return {
    expressions: Object.values(parts).flatMap((list) =>
      list.flatMap((part) => ('expression' in part ? [part.expression] : [])),
    ),
    render: (scope) => ({
      en: render('en', scope),
      ...(definition['zh-CN'] === undefined ? {} : { 'zh-CN': withoutFoldSpaces(render('zh-CN', scope)) }),
    }),
  };
}

/** A folded YAML line leaves a space where it broke; between Chinese characters there is none. */
export function withoutFoldSpaces(text: string): string {
  return text
    .replace(/(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])/g, '')
    .replace(/(?<=[\u3001\u3002\uff0c\uff1a\uff1b]) /g, '');
}

function split(text: string, space: ExpressionSpace, report: (what: Told, offset: number) => void): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    parts.push({ words: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const inner = match[1] ?? '';
    const source = inner.trim();
    try {
      parts.push({ expression: space.compile(source) });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      report(
        within(says('inText', { expression: `{{ ${source} }}` }), error.words),
        match.index + 2 + inner.indexOf(source) + error.offset,
      );
    }
  }
  const rest = text.slice(end);
  if (rest.includes('{{') || rest.includes('}}')) report(says('openPlaceholder'), end);
  parts.push({ words: rest });
  return parts;
}

function show(expression: Expression, scope: Scope, language: Language): string {
  const outcome = expression.evaluate(scope, language);
  if (!outcome.isKnown) return words.unknownValue[language];
  const value = fromCel(outcome.value);
  if (isNothingListed(value) && isAssumed(scope)) return words.noneAssumed[language];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `listText` and its like of nothing: a finding that was really come to has something to list. */
function isNothingListed(value: unknown): boolean {
  return value === '—' || value === '- —';
}

/** The walk came here by a branch that somebody assumed, so that what its texts tell of need not be there. */
function isAssumed({ walk }: Scope): boolean {
  return typeof walk === 'object' && walk !== null && 'isAssumed' in walk && walk.isAssumed === true;
}
