import { useEffect, useRef } from 'react';
import { useWords } from '../../../app/i18n';
import classes from './code-area.module.css';
import type { Completion } from './completions';

interface CompletionListProps {
  options: readonly Completion[];
  index: number;
  /** What stands on the line before the word: the list is put behind it. */
  before: string;
  isAbove: boolean;
  top: number;
  lineHeight: number;
  onChoose: (index: number) => void;
}

/** What may stand at the caret. The focus stays in the text. */
export function CompletionList({ options, index, before, isAbove, top, lineHeight, onChoose }: CompletionListProps) {
  const { t } = useWords();
  const chosen = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is chosen
  useEffect(() => chosen.current?.scrollIntoView?.({ block: 'nearest' }), [index]);
  return (
    <div className={classes.offer} style={{ top: isAbove ? top : top + lineHeight }} data-above={isAbove || undefined}>
      <span className={classes.ghost} aria-hidden>
        {before}
      </span>
      <div
        id="code-completions"
        role="listbox"
        aria-label={t('treeEditor.completions')}
        className={classes.completions}
      >
        {options.map(({ text, hint }, at) => (
          <div
            tabIndex={-1}
            key={`${text} ${hint}`}
            ref={at === index ? chosen : undefined}
            id={`code-completion-${at}`}
            role="option"
            aria-selected={at === index}
            onMouseDown={(event) => {
              event.preventDefault();
              onChoose(at);
            }}
          >
            <span>{text}</span>
            {hint !== '' && <span className="dim">{hint}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}
