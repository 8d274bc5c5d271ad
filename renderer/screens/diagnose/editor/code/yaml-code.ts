import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentService, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, highlightSpecialChars, MatchDecorator, ViewPlugin } from '@codemirror/view';
import { pageNonce } from '../../../../app/page-nonce';
import { codeTheme } from './code-theme';

/** Classes of `codeTheme` by what the YAML grammar calls a piece of text. */
const kinds: Readonly<Record<string, string>> = {
  'definition(propertyName)': 'cm-token-key',
  string: 'cm-token-text',
  'special(string)': 'cm-token-mark',
  separator: 'cm-token-mark',
  squareBracket: 'cm-token-mark',
  brace: 'cm-token-mark',
  lineComment: 'cm-token-comment',
  labelName: 'cm-token-mark',
  typeName: 'cm-token-mark',
};

const colours = syntaxHighlighting({
  style: (tags) => tags.map((tag) => kinds[tag.toString()]).find((kind) => kind !== undefined) ?? null,
});

const expressionMarks = new MatchDecorator({
  regexp: /\{\{.*?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-token-expression' }),
});
/** `{{ }}` inside a text is an expression. */
const expressions = ViewPlugin.define(
  (view) => {
    let marks = expressionMarks.createDeco(view);
    return {
      get marks() {
        return marks;
      },
      update: (update) => {
        marks = expressionMarks.updateDeco(update, marks);
      },
    };
  },
  { decorations: ({ marks }) => marks },
);

/** Enter after a key that has nothing behind it goes one step in; everything else is the grammar's. */
export const deeperAfterKey = indentService.of((context, pos) => {
  if (context.simulatedBreak === null) return undefined;
  const { text } = context.lineAt(pos, -1);
  if (/^\s*#/.test(text) || !/:\s*(?:[|>][-+]?)?\s*$/.test(text)) return undefined;
  const dash = /^\s*((?:- +)*)/.exec(text)?.[1]?.length ?? 0;
  return context.lineIndent(pos, -1) + dash + context.unit;
});

/**
 * How YAML is shown, written in or only read.
 * @param words CodeMirror's own, see `codeWords`
 * @param attributes of the field, such as its label
 */
export function yamlCode(words: Record<string, string>, attributes: Record<string, string>): Extension {
  return [
    EditorView.cspNonce.of(pageNonce()),
    EditorState.phrases.of(words),
    EditorView.contentAttributes.of(attributes),
    EditorState.tabSize.of(2),
    indentUnit.of('  '),
    deeperAfterKey,
    yaml(),
    colours,
    expressions,
    bracketMatching(),
    highlightSpecialChars(),
    codeTheme,
  ];
}
