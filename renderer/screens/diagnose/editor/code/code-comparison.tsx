import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { MergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useLayoutEffect, useRef } from 'react';
import { useWords } from '../../../../app/i18n';
import classes from '../tree-editor.module.css';
import { codeWords } from './code-words';
import { yamlCode } from './yaml-code';

interface CodeComparisonProps {
  theirs: { readonly label: string; readonly text: string };
  /** The side that can be written in, and that takes over differences of the other. */
  mine: { readonly label: string; readonly text: string };
  onChange: (mine: string) => void;
}

/** Two texts beside each other with what differs marked; long stretches that are alike are folded. */
export function CodeComparison(props: CodeComparisonProps) {
  const { t } = useWords();
  const host = useRef<HTMLDivElement>(null);
  // It begins with these texts; from then on the right one is its own.
  const latest = useRef(props);
  latest.current = props;
  useLayoutEffect(() => {
    if (!host.current) return;
    const { theirs, mine } = latest.current;
    const words = codeWords(t);
    const side = (label: string): Extension => [
      yamlCode(words, { 'aria-label': label }),
      lineNumbers(),
      keymap.of([...historyKeymap, ...defaultKeymap]),
    ];
    const lineBreak = mine.text.includes('\r\n') ? '\r\n' : '\n';
    const view = new MergeView({
      parent: host.current,
      a: { doc: theirs.text, extensions: [side(theirs.label), EditorState.readOnly.of(true)] },
      b: {
        doc: mine.text,
        extensions: [
          side(mine.label),
          history(),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) latest.current.onChange(state.doc.sliceString(0, undefined, lineBreak));
          }),
        ],
      },
      revertControls: 'a-to-b',
      collapseUnchanged: { margin: 3, minSize: 4 },
    });
    return () => view.destroy();
  }, [t]);
  return <div ref={host} className={classes.comparison} />;
}
