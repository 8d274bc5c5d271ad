import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import type { KnownField } from '#shared/domain/form-values';
import { useWords } from '../../../app/i18n';
import { StateView } from '../../../components/state-view';
import { FormValues } from '../../../forms/form-values';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { QuestionForm } from './question-form';
import classes from './side-panel.module.css';

interface AnswerListProps {
  runId: string;
  stepId: string;
  fields: readonly KnownField[];
  answers: Answers;
  isBusy: boolean;
  /** Of an assumption nothing is changed: it is assumed anew. */
  canChange: boolean;
  onChange: (answers: Answers) => void;
  /** Shows what would follow of other answers, and changes nothing. */
  onWhatIf: (answers: Answers) => void;
}

type Intent = 'change' | 'what-if';

/** What the user answered, and the way to answer it otherwise. */
export function AnswerList({ fields, answers, isBusy, canChange, ...rest }: AnswerListProps) {
  const { t } = useWords();
  const [intent, setIntent] = useState<Intent | null>(null);
  if (intent)
    return <OtherAnswers {...rest} answers={answers} isBusy={isBusy} intent={intent} onEnd={() => setIntent(null)} />;
  return (
    <section>
      <h3 className={classes.label}>{t('diagnoseScreen.answered')}</h3>
      <FormValues fields={fields} values={answers} />
      <Group gap={4} mt={4}>
        {canChange && (
          <Button variant="subtle" color="gray" size="compact-xs" disabled={isBusy} onClick={() => setIntent('change')}>
            {t('diagnoseScreen.changeAnswers')}
          </Button>
        )}
        <Button variant="subtle" color="gray" size="compact-xs" disabled={isBusy} onClick={() => setIntent('what-if')}>
          {t('diagnoseScreen.whatIfAnswers')}
        </Button>
      </Group>
    </section>
  );
}

interface OtherAnswersProps
  extends Pick<AnswerListProps, 'runId' | 'stepId' | 'answers' | 'isBusy' | 'onChange' | 'onWhatIf'> {
  intent: Intent;
  onEnd: () => void;
}

function OtherAnswers({ runId, stepId, answers, isBusy, intent, onChange, onWhatIf, onEnd }: OtherAnswersProps) {
  const { t } = useWords();
  const query = useQuery<NonNullable<DiagnosisRun['question']>>(`diagnosis.question:${runId}:${stepId}`, (signal) =>
    engine.diagnosis.question({ runId, stepId }, { signal }),
  );
  return (
    <StateView query={query}>
      {(question) => (
        <QuestionForm
          question={question}
          given={answers}
          isBusy={isBusy}
          answerLabel={t(intent === 'change' ? 'diagnoseScreen.changeAnswer' : 'diagnoseScreen.assumeShow')}
          help={t(intent === 'change' ? 'diagnoseScreen.changeHelp' : 'diagnoseScreen.whatIfAnswersHelp')}
          onAnswer={intent === 'change' ? onChange : onWhatIf}
          onEnd={onEnd}
        />
      )}
    </StateView>
  );
}
