import { IconFilter, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useRef } from 'react';
import { fieldLabel } from '#shared/domain/fleet/fields';
import type { FilterError } from '#shared/domain/fleet/filter/ast';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { FieldContext, FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../app/i18n';
import classes from './filter.module.css';
import { HighlightedFilter } from './highlighted-filter';
import { useCompletions } from './use-completions';

export interface FilterLineProps {
  text: string;
  onText: (text: string) => void;
  input: RefObject<HTMLInputElement | null>;
  rows: readonly FleetNode[];
  context: FieldContext;
  error: FilterError | null;
  /** Of the element that says what is wrong. */
  errorId: string;
}

/** Where a filter is typed: coloured as it is understood, completed, and cleared with Escape. */
export function FilterLine({ text, onText, input, rows, context, error, errorId }: FilterLineProps) {
  const { t, message } = useWords();
  const { marks } = useMemo(() => parseFilter(text), [text]);
  const completions = useCompletions({ text, rows, context });
  const listId = useId();
  const backdrop = useRef<HTMLDivElement>(null);
  const caret = useRef<number | null>(null);

  // Where a completion was put in, the caret stands behind it.
  useEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    completions.openAt(caret.current);
    caret.current = null;
  });

  const take = (index: number) => {
    const taken = completions.taken(index);
    if (!taken) return;
    caret.current = taken.caret;
    onText(taken.text);
  };
  const clear = () => {
    onText('');
    completions.close();
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { key } = event;
    if (key === 'Escape' && completions.isOpen) completions.close();
    else if (key === 'Escape') clear();
    else if (key === 'ArrowDown' && !completions.isOpen) completions.openAt(event.currentTarget.selectionStart ?? 0);
    else if (key === 'ArrowDown' && completions.isOpen) completions.move(1);
    else if (key === 'ArrowUp' && completions.isOpen) completions.move(-1);
    else if (key === 'Enter' && completions.active >= 0) take(completions.active);
    else if (key === 'Enter') completions.close();
    else if (key === 'Tab' && !event.shiftKey && completions.isOpen && text !== '')
      take(Math.max(0, completions.active));
    else return;
    event.preventDefault();
  };
  const follow = () => {
    if (backdrop.current && input.current) backdrop.current.scrollLeft = input.current.scrollLeft;
  };
  return (
    <div className={classes.line} data-wrong={error !== null || undefined}>
      <IconFilter className={classes.icon} size={14} aria-hidden />
      <div className={classes.text}>
        <div ref={backdrop} className={classes.backdrop} aria-hidden>
          <HighlightedFilter text={text} marks={marks} error={error} />
        </div>
        <input
          ref={input}
          className={classes.input}
          role="combobox"
          aria-label={t('fleetScreen.filterLine')}
          aria-expanded={completions.isOpen}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={completions.active >= 0 ? `${listId}-${completions.active}` : undefined}
          aria-invalid={error !== null}
          aria-describedby={error ? errorId : undefined}
          placeholder={t('fleetScreen.filterPlaceholder')}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            onText(event.currentTarget.value);
            if (event.currentTarget.value === '') completions.close();
            else completions.openAt(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
          }}
          onKeyDown={onKeyDown}
          onScroll={follow}
          onSelect={follow}
          onBlur={completions.close}
        />
      </div>
      {text !== '' && (
        <button type="button" className={classes.clear} aria-label={t('fleetScreen.clearLine')} onClick={clear}>
          <IconX size={14} aria-hidden />
        </button>
      )}
      <div className={classes.popup} hidden={!completions.isOpen}>
        <div id={listId} role="listbox" aria-label={t('fleetScreen.completions')}>
          {completions.items.map((item, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the line, which names the active option
            <div
              key={item.text}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === completions.active}
              className={classes.option}
              // Before the line loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                take(index);
              }}
            >
              <span data-mark={item.kind}>{item.text}</span>
              {item.field && <span className="dim">{message(fieldLabel(item.field))}</span>}
            </div>
          ))}
        </div>
        {error && (
          // The line below says so too, to those who hear it; here it would lie behind the list.
          <div className={classes.problem} aria-hidden>
            {message(error.message)}
          </div>
        )}
      </div>
    </div>
  );
}
