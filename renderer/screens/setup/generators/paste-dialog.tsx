import { Button, Modal, Textarea } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Generator } from '#shared/domain/generators/generator';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { useReturnFocus } from '../../../components/use-return-focus';
import classes from './generators.module.css';
import { ProblemList } from './problem-list';
import { TextPreview } from './text-preview';

type Read = NonNullable<ReturnType<NonNullable<Generator['read']>>>;

interface PasteDialogProps {
  generator: Generator;
  onTake: (read: Read) => void;
  onClose: () => void;
}

/** An existing file, also one whose lines were lost: what it reads as is shown before it fills the form. */
export function PasteDialog({ generator, onTake, onClose }: PasteDialogProps) {
  const { t } = useWords();
  useReturnFocus(true);
  const [text, setText] = useState('');
  // Thousands of lines take longer to read than a key takes.
  const settled = useDeferredValue(text);
  const read = useMemo(
    () => (settled.trim() === '' ? null : (generator.read?.(settled) ?? null)),
    [generator, settled],
  );
  const isUnread = settled.trim() !== '' && read === null;
  const fault = useMemo(() => (isUnread ? generator.fault?.(settled) : null), [generator, isUnread, settled]);
  const repaired = useMemo(() => (read ? generator.files(read.values)[0] : undefined), [generator, read]);
  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      title={t('generatorScreen.pasteTitle')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <div className={classes.dialog}>
        <Textarea
          label={t('generatorScreen.pasted')}
          description={t('generatorScreen.pastedHelp')}
          rows={8}
          data-autofocus
          classNames={{ input: classes.long }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {isUnread && <StatePanel tone="warn" variant="inline" title={t('generatorScreen.notUnderstood')} />}
        {fault && <ProblemList problems={[fault]} />}
        {read && <ProblemList problems={read.notes} />}
        {repaired && (
          <section>
            <h3 className={classes.label}>{t('generatorScreen.readAs', { file: repaired.fileName })}</h3>
            <TextPreview text={repaired.text} />
          </section>
        )}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('actionDialog.cancel')}
          </Button>
          <Button disabled={!read || settled !== text} onClick={() => read && onTake(read)}>
            {t('generatorScreen.take')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
