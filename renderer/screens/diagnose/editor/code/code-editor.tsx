import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyField, historyKeymap, indentWithTab } from '@codemirror/commands';
import { codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { TreeProblem } from '#shared/domain/own-trees';
import { useWords } from '../../../../app/i18n';
import { problemText } from '../../problem-text';
import classes from '../tree-editor.module.css';
import type { LiveText } from '../use-own-file';
import { asDiagnostic, type LineRange, offsetOf, showStep, stepLines } from './code-marks';
import { codeWords } from './code-words';
import { completionSource, type Known } from './completions';
import { yamlCode } from './yaml-code';

export interface CodeEditorHandle {
  /** Puts the caret there, shows the line and takes the focus. Both count from 1. */
  goTo: (line: number, column?: number) => void;
}

interface CodeEditorProps {
  /** The file; each keeps its own undo while the editor is there. */
  name: string;
  /** Not undefined by now. */
  text: LiveText;
  problems: readonly TreeProblem[];
  /** What is looked at. */
  step: LineRange | null;
  /** Null: nothing is offered here. */
  known: Known | null;
  handle: Ref<CodeEditorHandle>;
  onChange: (text: string) => void;
  onCaretLine: (line: number) => void;
}

const fields = { history: historyField };
const isFromOutside = Annotation.define<boolean>();

/** A YAML file as it is written, in CodeMirror. The text is the caller's; what is typed here comes back by `onChange`. */
export function CodeEditor(props: CodeEditorProps) {
  const { name, text, problems, step, handle } = props;
  const words = useWords();
  const { t } = words;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const shown = useRef('');
  const lineBreak = useRef('\n');
  /** Undo of files that were left, or that were shown in another language. */
  const kept = useRef(new Map<string, { readonly text: string; readonly state: unknown }>());

  useLayoutEffect(() => {
    if (!host.current) return;
    const first = latest.current.text.read() ?? '';
    shown.current = first;
    lineBreak.current = first.includes('\r\n') ? '\r\n' : '\n';
    const extensions: Extension = [
      yamlCode(codeWords(t), { 'aria-label': name, 'aria-describedby': 'code-editor-help' }),
      writing,
      stepLines,
      autocompletion({
        override: [completionSource(() => latest.current.known)],
        icons: false,
        // A key asks for its value.
        activateOnCompletion: ({ apply }) => typeof apply === 'string' && apply.endsWith(': '),
      }),
      EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
        if (docChanged && !transactions.some((one) => one.annotation(isFromOutside))) {
          shown.current = state.doc.sliceString(0, undefined, lineBreak.current);
          latest.current.onChange(shown.current);
        }
        if (docChanged || selectionSet) latest.current.onCaretLine(state.doc.lineAt(state.selection.main.head).number);
      }),
    ];
    const before = kept.current.get(name);
    const made = new EditorView({
      parent: host.current,
      state:
        before?.text === first
          ? EditorState.fromJSON(before.state, { extensions }, fields)
          : EditorState.create({ doc: first, extensions }),
    });
    view.current = made;
    latest.current.onCaretLine(made.state.doc.lineAt(made.state.selection.main.head).number);
    const undo = kept.current;
    return () => {
      undo.set(name, { text: shown.current, state: made.state.toJSON(fields) });
      made.destroy();
      view.current = null;
    };
  }, [name, t]);

  useLayoutEffect(() => {
    const follow = () => {
      const editor = view.current;
      const now = text.read();
      if (!editor || now === undefined || now === shown.current) return;
      shown.current = now;
      lineBreak.current = now.includes('\r\n') ? '\r\n' : '\n';
      const { state } = editor;
      const insert = state.toText(now);
      editor.dispatch({
        changes: { from: 0, to: state.doc.length, insert },
        selection: { anchor: Math.min(state.selection.main.head, insert.length) },
        annotations: isFromOutside.of(true),
      });
    };
    follow();
    return text.subscribe(follow);
  }, [text]);

  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    const mine = problems.filter(({ file, line }) => file === name && line !== null);
    editor.dispatch(
      setDiagnostics(
        editor.state,
        mine.map((problem) => asDiagnostic(doc, problem, problemText(words, problem))),
      ),
    );
  }, [problems, name, words]);

  const [from, to] = [step?.from, step?.to];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view shows none yet
  useLayoutEffect(() => {
    const lines = from === undefined || to === undefined ? null : { from, to };
    view.current?.dispatch({ effects: showStep.of(lines) });
  }, [from, to, name, t]);

  useImperativeHandle(handle, () => ({
    goTo(line, column) {
      const editor = view.current;
      if (!editor) return;
      const anchor = offsetOf(editor.state.doc, line, column);
      editor.dispatch({
        selection: { anchor },
        // The margin brings the beginning of the line back where there is one to the left of it.
        effects: EditorView.scrollIntoView(anchor, { y: 'center', xMargin: 60 }),
        userEvent: 'select',
      });
      editor.focus();
    },
  }));

  return (
    <>
      <div ref={host} className={classes.code} />
      <span id="code-editor-help" className="visually-hidden">
        {t('treeEditor.fieldHelp')}
      </span>
    </>
  );
}

/** What one has for writing that one has not for reading. */
const writing: Extension = [
  lineNumbers(),
  lintGutter(),
  codeFolding(),
  foldGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  search({ top: true }),
  // Escape and then Tab leaves the text.
  keymap.of([
    { key: 'Tab', run: acceptCompletion },
    { key: 'F8', run: nextDiagnostic, shift: previousDiagnostic },
    ...closeBracketsKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];
