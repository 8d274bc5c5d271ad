import { Button } from '@mantine/core';
import type { Answers } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import classes from './side-panel.module.css';

interface AnswerListProps {
  answers: Answers;
  isBusy: boolean;
  /** Null where they can't be changed. */
  onChange: (() => void) | null;
}

/** What the user answered. */
export function AnswerList({ answers, isBusy, onChange }: AnswerListProps) {
  const { t } = useWords();
  const format = useFormat();
  const shown = (value: Answers[string] | undefined): string => {
    if (value === null || value === undefined) return t('diagnoseScreen.dontKnow');
    if (typeof value === 'boolean') return t(value ? 'diagnoseScreen.yes' : 'diagnoseScreen.no');
    return typeof value === 'number' ? format.number(value, 3) : value;
  };
  return (
    <section>
      <h3 className={classes.label}>{t('diagnoseScreen.answered')}</h3>
      <KeyValueTable
        rows={Object.entries(answers).map(([name, value]) => ({
          label: <code>{name}</code>,
          value: <span className={classes.answer}>{shown(value)}</span>,
          key: name,
        }))}
      />
      {onChange && (
        <Button variant="subtle" color="gray" size="compact-xs" mt={4} disabled={isBusy} onClick={onChange}>
          {t('diagnoseScreen.changeAnswers')}
        </Button>
      )}
    </section>
  );
}
