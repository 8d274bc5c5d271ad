import { Button } from '@mantine/core';
import type { Answers } from '#shared/domain/diagnosis';
import type { KnownField } from '#shared/domain/form-values';
import { useWords } from '../../../app/i18n';
import { FormValues } from '../../../forms/form-values';
import classes from './side-panel.module.css';

interface AnswerListProps {
  fields: readonly KnownField[];
  answers: Answers;
  isBusy: boolean;
  /** Null where they can't be changed. */
  onChange: (() => void) | null;
}

/** What the user answered. */
export function AnswerList({ fields, answers, isBusy, onChange }: AnswerListProps) {
  const { t } = useWords();
  return (
    <section>
      <h3 className={classes.label}>{t('diagnoseScreen.answered')}</h3>
      <FormValues fields={fields} values={answers} />
      {onChange && (
        <Button variant="subtle" color="gray" size="compact-xs" mt={4} disabled={isBusy} onClick={onChange}>
          {t('diagnoseScreen.changeAnswers')}
        </Button>
      )}
    </section>
  );
}
