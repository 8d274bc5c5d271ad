import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useWords } from '../../../app/i18n';
import classes from './code-area.module.css';
import { CompletionList } from './completion-list';
import type { Completions } from './completions';
import { type Edit, indentLines, lineOf, newLine, offsetOf, outdentLines, toggleComment } from './edit-text';
import { highlightLine } from './highlight-line';

export interface LineMark {
  readonly line: number;
  readonly message: string;
}

export interface CodeAreaHandle {
  /** Puts the caret there and the line into view. */
  goTo: (line: number, column?: number) => void;
  /** Selects a range and shows it; the focus stays where it is. */
  select: (start: number, end: number) => void;
  caret: () => number;
}

interface CodeAreaProps {
  label: string;
  text: string;
  marks: readonly LineMark[];
  /** Lines of what is looked at, the first and the one after the last. */
  emphasis: { readonly from: number; readonly to: number } | null;
  complete: ((text: string, caret: number) => Completions | null) | null;
  handle: Ref<CodeAreaHandle>;
  onChange: (text: string) => void;
  onCaretLine: (line: number) => void;
  onFind: () => void;
}

const lineHeight = 18;
const around = 20;

/** A text with numbered, coloured lines. The text itself is a plain field: input methods, undo and reading aloud are its own. */
export function CodeArea(props: CodeAreaProps) {
  const { label, text, marks, emphasis, complete, handle, onChange, onCaretLine, onFind } = props;
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const selection = useRef<{ start: number; end: number } | null>(null);
  const lines = useMemo(() => text.split('\n'), [text]);
  const columns = useMemo(() => Math.max(...lines.map(columnsOf)), [lines]);
  const view = useView(scroller);
  const [offered, setOffered] = useState<{ completions: Completions; index: number; caret: number } | null>(null);
  // After Escape the Tab key leaves the field, as it does elsewhere.
  const isLeaving = useRef(false);
  const marked = useMemo(() => new Map(marks.map(({ line, message }) => [line, message])), [marks]);
  const from = Math.max(0, Math.floor(view.top / lineHeight) - around);
  const to = Math.min(lines.length, Math.ceil((view.top + view.height) / lineHeight) + around);

  useLayoutEffect(() => {
    const wanted = selection.current;
    selection.current = null;
    if (wanted) field.current?.setSelectionRange(wanted.start, wanted.end);
  });

  const reveal = (line: number) => {
    const element = scroller.current;
    if (!element) return;
    const top = (line - 1) * lineHeight;
    if (top < element.scrollTop || top + 3 * lineHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = Math.max(0, top - element.clientHeight / 3);
    }
    element.scrollLeft = 0;
  };
  useImperativeHandle(handle, () => ({
    goTo(line, column = 1) {
      const offset = offsetOf(text, line, column);
      field.current?.focus({ preventScroll: true });
      field.current?.setSelectionRange(offset, offset);
      reveal(line);
      onCaretLine(line);
    },
    select(start, end) {
      field.current?.setSelectionRange(start, end);
      reveal(lineOf(text, start));
    },
    caret: () => field.current?.selectionEnd ?? 0,
  }));

  const offer = (value: string, caret: number, isAsked: boolean) => {
    const completions = complete?.(value, caret) ?? null;
    const isWorthIt = completions !== null && (isAsked || caret - completions.from >= 2);
    setOffered(isWorthIt ? { completions, index: 0, caret } : null);
  };
  const apply = (edit: Edit) => {
    const element = field.current;
    if (!element) return;
    element.setSelectionRange(edit.from, edit.to);
    // The only way to change a field that its own undo knows of.
    const isDone = typeof document.execCommand === 'function' && document.execCommand('insertText', false, edit.insert);
    if (!isDone) onChange(text.slice(0, edit.from) + edit.insert + text.slice(edit.to));
    selection.current = { start: edit.start, end: edit.end };
    element.setSelectionRange(edit.start, edit.end);
  };
  const accept = (index: number) => {
    const option = offered?.completions.options[index];
    if (!offered || !option) return;
    const { from: begin } = offered.completions;
    const end = begin + option.insert.length;
    setOffered(null);
    apply({ from: begin, to: offered.caret, insert: option.insert, start: end, end });
    field.current?.focus();
  };

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    const { selectionStart: start, selectionEnd: end } = event.currentTarget;
    const isCommand = event.ctrlKey || event.metaKey;
    // Enter and arrows belong to the input method while it composes.
    if (event.nativeEvent.isComposing) return;
    if (offered && !isCommand && chooseByKey(event)) return;
    const wasLeaving = isLeaving.current;
    if (event.key !== 'Shift') isLeaving.current = event.key === 'Escape';
    if (event.key === 'Tab' && !isCommand && !event.altKey) {
      if (wasLeaving) return;
      event.preventDefault();
      apply((event.shiftKey ? outdentLines : indentLines)(text, start, end));
    } else if (event.key === 'Enter' && !isCommand && !event.altKey) {
      event.preventDefault();
      apply(newLine(text, start, end));
    } else if (isCommand && event.key === '/') {
      event.preventDefault();
      apply(toggleComment(text, start, end));
    } else if (isCommand && event.key === ' ') {
      event.preventDefault();
      offer(text, end, true);
    } else if (isCommand && event.key.toLowerCase() === 'f') {
      event.preventDefault();
      onFind();
    }
  }

  function chooseByKey(event: KeyboardEvent): boolean {
    if (!offered) return false;
    const count = offered.completions.options.length;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: count - 1 };
    const step = steps[event.key];
    if (step !== undefined) setOffered({ ...offered, index: (offered.index + step) % count });
    else if (event.key === 'Enter' || event.key === 'Tab') accept(offered.index);
    else if (event.key === 'Escape') setOffered(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const caretLine = offered ? lineOf(text, offered.completions.from) : 0;
  const beforeWord = offered
    ? (lines[caretLine - 1] ?? '').slice(0, offered.completions.from - offsetOf(text, caretLine))
    : '';
  return (
    <div ref={scroller} className={classes.scroller}>
      <div
        className={classes.content}
        style={{ height: lines.length * lineHeight + 12, minWidth: `calc(${columns + 2}ch + 56px)` }}
      >
        <div className={classes.lines} aria-hidden>
          {lines.slice(from, to).map((line, index) => {
            const number = from + index + 1;
            return (
              <div
                key={number}
                className={classes.line}
                style={{ top: (number - 1) * lineHeight }}
                data-marked={marked.has(number) || undefined}
                data-emphasised={(emphasis && number >= emphasis.from && number < emphasis.to) || undefined}
              >
                <span className={classes.number} title={marked.get(number)}>
                  {number}
                </span>
                <span className={classes.words}>
                  {highlightLine(line).map((token, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no identity
                    <span key={at} data-kind={token.kind}>
                      {token.text}
                    </span>
                  ))}
                </span>
              </div>
            );
          })}
        </div>
        <textarea
          ref={field}
          className={classes.field}
          aria-label={label}
          aria-describedby="code-area-help"
          aria-autocomplete="list"
          aria-controls={offered ? 'code-completions' : undefined}
          aria-activedescendant={offered ? `code-completion-${offered.index}` : undefined}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          value={text}
          onChange={(event) => {
            const { value, selectionEnd } = event.currentTarget;
            onChange(value);
            offer(value, selectionEnd, false);
          }}
          onSelect={(event) => {
            const { selectionStart, selectionEnd } = event.currentTarget;
            onCaretLine(lineOf(text, selectionStart));
            if (offered && selectionEnd !== offered.caret) setOffered(null);
          }}
          onBlur={() => setOffered(null)}
          onKeyDown={onKeyDown}
        />
        <span id="code-area-help" className="visually-hidden">
          {t('treeEditor.fieldHelp')}
        </span>
        {offered && (
          <CompletionList
            options={offered.completions.options}
            index={offered.index}
            before={beforeWord}
            isAbove={caretLine * lineHeight - view.top > view.height - 190 && caretLine * lineHeight - view.top > 200}
            top={(caretLine - 1) * lineHeight}
            lineHeight={lineHeight}
            onChoose={accept}
          />
        )}
      </div>
    </div>
  );
}

/** Wide characters take two columns; a tab is shown as wide as it can be. */
function columnsOf(line: string): number {
  let columns = line.length;
  for (const one of line) if (one > '\u2E7F' || one === '\t') columns += 1;
  return columns;
}

/** Which part of the text can be seen. */
function useView(scroller: React.RefObject<HTMLDivElement | null>): { top: number; height: number } {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight || 800 });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller]);
  return view;
}
