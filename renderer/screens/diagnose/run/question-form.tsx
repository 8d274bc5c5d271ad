import { Button, Group, Text } from '@mantine/core';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { focusFirstProblem } from '../../../forms/focus-fields';
import { FormFields } from '../../../forms/form-fields';
import { useDrafts } from '../../../forms/use-drafts';
import classes from './side-panel.module.css';

interface QuestionFormProps {
  question: NonNullable<DiagnosisRun['question']>;
  isBusy: boolean;
  onAnswer: (answers: Answers) => void;
  /** Asks the question before this one again; null for the first. */
  onBack: (() => void) | null;
}

/** What the walk could not find out by itself. Each field can be answered with "I don't know". */
export function QuestionForm({ question, isBusy, onAnswer, onBack }: QuestionFormProps) {
  const { t, localized } = useWords();
  const form = useDrafts(question.fields);
  return (
    <form
      className={classes.question}
      noValidate
      aria-label={t('diagnoseScreen.question')}
      onSubmit={(event) => {
        event.preventDefault();
        if (isBusy) return;
        const answers = form.submit();
        if (answers) onAnswer(answers);
        else focusFirstProblem(event.currentTarget);
      }}
    >
      <Text fw={500} className={classes.prompt} tabIndex={0}>
        {localized(question.prompt)}
      </Text>
      <FormFields
        fields={question.fields}
        drafts={form.drafts}
        problems={form.problems}
        canBeUnknown
        isDisabled={isBusy}
        onChange={form.change}
      />
      <Group gap={8}>
        <Button type="submit" loading={isBusy}>
          {t('diagnoseScreen.answer')}
        </Button>
        {onBack && (
          <Button variant="default" disabled={isBusy} onClick={onBack}>
            {t('diagnoseScreen.previousQuestion')}
          </Button>
        )}
      </Group>
    </form>
  );
}
