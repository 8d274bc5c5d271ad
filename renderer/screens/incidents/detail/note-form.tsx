import { Button, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from './incident-detail.module.css';

/** Adds a note. What was written stays in the box until the engine has taken it. */
export function NoteForm({ incidentId, onDidAdd }: { incidentId: string; onDidAdd: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const add = useCall((signal, note: string) => engine.incidents.addNote({ incidentId, text: note }, { signal }));

  async function submit() {
    const note = text.trim();
    if (note === '' || add.isRunning) return;
    if (!(await add.run(note))) return;
    setText('');
    onDidAdd();
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Textarea
        label={t('incidentScreen.addNote')}
        placeholder={t('incidentScreen.notePlaceholder')}
        autosize
        minRows={4}
        maxRows={14}
        maxLength={20_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          void submit();
        }}
      />
      {Boolean(add.error) && <ErrorView error={add.error} variant="inline" />}
      <div className={classes.noteFoot}>
        <Text className="small" c="dimmed">
          {t('incidentScreen.noteHelp')}
        </Text>
        <Button type="submit" disabled={text.trim() === ''} loading={add.isRunning}>
          {t('incidentScreen.addNoteNow')}
        </Button>
      </div>
    </form>
  );
}
