import { Button, Input, Textarea } from '@mantine/core';
import { type ClipboardEvent, type RefObject, useState } from 'react';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import classes from './kernel-log.module.css';

/** A text area takes seconds to lay out a longer one: of that only the size is shown. */
const maxShownLength = 256 * 1024;

interface PasteFieldProps {
  /** What was pasted or typed. Not a state: a day of log, held in one, would be compared with what is shown at each drawing. */
  text: RefObject<string>;
  onChange: (isEmpty: boolean) => void;
}

/** Lines of a log, pasted or typed. */
export function PasteField({ text, onChange }: PasteFieldProps) {
  const { t } = useWords();
  const format = useFormat();
  const [held, setHeld] = useState<{ lines: number; bytes: number } | null>(null);
  const take = (next: string) => {
    text.current = next;
    onChange(next.trim() === '');
  };
  const hold = (event: ClipboardEvent<HTMLTextAreaElement>) => {
    const pasted = event.clipboardData.getData('text/plain');
    if (pasted.length <= maxShownLength) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = event.currentTarget;
    const whole = value.slice(0, selectionStart) + pasted + value.slice(selectionEnd);
    take(whole);
    setHeld({ lines: lineCount(whole), bytes: new Blob([whole]).size });
  };
  if (held) {
    return (
      <Input.Wrapper label={t('kernelLog.paste')} description={t('kernelLog.pasteHint')} labelElement="div">
        <div className={classes.held} tabIndex={-1} ref={takeFocus} role="status">
          <span>{t('kernelLog.held', { count: held.lines, size: format.bytes(held.bytes) })}</span>
          <Button
            variant="default"
            onClick={() => {
              setHeld(null);
              take('');
            }}
          >
            {t('kernelLog.dropPaste')}
          </Button>
        </div>
      </Input.Wrapper>
    );
  }
  return (
    <Textarea
      label={t('kernelLog.paste')}
      description={t('kernelLog.pasteHint')}
      classNames={{ input: classes.paste }}
      spellCheck={false}
      rows={7}
      onPaste={hold}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}

/** The focus goes on from where the text was. */
function takeFocus(box: HTMLDivElement | null): void {
  box?.focus({ preventScroll: true });
}

function lineCount(text: string): number {
  let count = 0;
  for (let at = 0; at >= 0 && at < text.length; count += 1) at = text.indexOf('\n', at) + 1 || text.length;
  return count;
}
