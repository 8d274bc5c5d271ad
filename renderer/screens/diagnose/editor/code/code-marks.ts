import type { Diagnostic } from '@codemirror/lint';
import { RangeSet, StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { TreeProblem } from '#shared/domain/own-trees';

/** Lines, the first and the one after the last, from 1. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Where a place of the checker is in the text; the text may have become shorter since. */
export function offsetOf(text: Text, line: number, column = 1): number {
  const { from, to } = text.line(Math.max(1, Math.min(line, text.lines)));
  return Math.min(from + Math.max(0, column - 1), to);
}

/** Marks from the place the checker names to the end of the word there; without a column the whole line. */
export function asDiagnostic(
  text: Text,
  { line, column }: Pick<TreeProblem, 'line' | 'column'>,
  message: string,
): Diagnostic {
  const { from: start, text: words } = text.lineAt(offsetOf(text, line ?? 1));
  const margin = /^\s*/.exec(words)?.[0].length ?? 0;
  const at = Math.min(Math.max(margin, (column ?? 1) - 1), words.length);
  const word = column === undefined ? undefined : /^[\w.-]+/.exec(words.slice(at))?.[0];
  const length = word?.length ?? words.slice(at).trimEnd().length;
  return { from: start + at, to: start + at + length, severity: 'error', message };
}

export const showStep = StateEffect.define<LineRange | null>();
const stepLine = Decoration.line({ class: 'cm-step' });

/** The lines of the step that is looked at. */
export const stepLines = StateField.define<DecorationSet>({
  create: () => RangeSet.empty,
  update(shown, { changes, effects, newDoc }) {
    const asked = effects.findLast((effect) => effect.is(showStep));
    if (!asked) return shown.map(changes);
    const lines = asked.value;
    if (!lines) return RangeSet.empty;
    const last = Math.min(lines.to - 1, newDoc.lines);
    const marks = [];
    for (let line = lines.from; line <= last; line += 1) marks.push(stepLine.range(newDoc.line(line).from));
    return RangeSet.of(marks);
  },
  provide: (field) => EditorView.decorations.from(field),
});
