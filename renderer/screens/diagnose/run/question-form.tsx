import { Button, Group, Text } from '@mantine/core';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import { useWords } from '../../../app/i18n';
import { focusFirstProblem } from '../../../forms/focus-fields';
import { FormFields } from '../../../forms/form-fields';
import { useDrafts } from '../../../forms/use-drafts';
import classes from './side-panel.module.css';

interface QuestionFormProps {
  question: NonNullable<DiagnosisRun['question']>;
  /** As it was answered before. */
  given?: Answers;
  isBusy: boolean;
  answerLabel?: string;
  /** What becomes of the answers, where that is not plain. */
  help?: string;
  onAnswer: (answers: Answers) => void;
  /** Asks the question before this one again; left away for the first. */
  onBack?: (() => void) | null;
  /** Leaves it as it was. */
  onEnd?: () => void;
}

/** What the walk could not find out by itself. Each field, or all of it, can be answered with "I don't know". */
export function QuestionForm(props: QuestionFormProps) {
  const { question, given, isBusy, answerLabel, help, onAnswer, onBack, onEnd } = props;
  const { t, localized } = useWords();
  const form = useDrafts(question.fields, given);
  const canSkip = given === undefined && question.fields.length > 1;
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
      onKeyDown={(event) => {
        // In a text of several lines Enter is a new line; with Ctrl it goes on all the same.
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
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
      {help && (
        <Text c="dimmed" className="small">
          {help}
        </Text>
      )}
      <Group gap={8}>
        <Button type="submit" loading={isBusy}>
          {answerLabel ?? t('diagnoseScreen.answer')}
        </Button>
        {canSkip && (
          <Button
            variant="default"
            disabled={isBusy}
            onClick={() => onAnswer(Object.fromEntries(question.fields.map(({ name }) => [name, null])))}
          >
            {t('diagnoseScreen.knowNothing')}
          </Button>
        )}
        {onBack && (
          <Button variant="default" disabled={isBusy} onClick={onBack}>
            {t('diagnoseScreen.previousQuestion')}
          </Button>
        )}
        {onEnd && (
          <Button variant="default" disabled={isBusy} onClick={onEnd}>
            {t('diagnoseScreen.leaveAsItWas')}
          </Button>
        )}
      </Group>
    </form>
  );
}
