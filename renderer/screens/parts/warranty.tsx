import { Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isDay } from '#shared/domain/is-day';
import type { Passport } from '#shared/domain/parts/history';
import { useWords } from '../../app/i18n';
import { notify } from '../../components/notify';
import { notifyError } from '../../components/notify-error';
import { StateBadge } from '../../components/state-badge';
import classes from '../../parts/parts.module.css';
import { engine } from '../../rpc/client';

/** What somebody wrote about a part, and until when its maker stands for it. */
export function Warranty({ passport, onSaved }: { passport: Passport; onSaved: (passport: Passport) => void }) {
  const words = useWords();
  const { t } = words;
  const [note, setNote] = useState(passport.note);
  const [until, setUntil] = useState(passport.warrantyUntil ?? '');
  const [isBusy, setBusy] = useState(false);
  const date = until.trim();
  const isDate = date === '' || isDay(date);
  const isChanged = note !== passport.note || date !== (passport.warrantyUntil ?? '');
  const isExpired = passport.warrantyUntil !== null && Date.parse(passport.warrantyUntil) + 86_400_000 < Date.now();
  const save = async () => {
    setBusy(true);
    try {
      onSaved(await engine.parts.setNote({ id: passport.id, note, warrantyUntil: date === '' ? null : date }));
      notify({ message: t('partsScreen.one.saved') }, words);
    } catch (error) {
      notifyError(error, words);
    }
    setBusy(false);
  };
  return (
    <section className={classes.group}>
      <h2>{t('partsScreen.one.warranty')}</h2>
      <form
        className={classes.note}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {isExpired && (
          <StateBadge tone="warn">{t('partsScreen.one.expired', { date: passport.warrantyUntil ?? '' })}</StateBadge>
        )}
        <TextInput
          w={200}
          label={t('partsScreen.one.warrantyUntil')}
          placeholder="2027-03-31"
          value={until}
          error={isDate ? null : t('partsScreen.one.badDate')}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Textarea
          label={t('partsScreen.one.note')}
          placeholder={t('partsScreen.one.notePlaceholder')}
          autosize
          minRows={3}
          maxLength={20_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button type="submit" w="fit-content" loading={isBusy} disabled={!isChanged || !isDate}>
          {t('partsScreen.one.save')}
        </Button>
      </form>
    </section>
  );
}
