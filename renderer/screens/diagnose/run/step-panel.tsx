import { Button, Group, Text } from '@mantine/core';
import { IconArrowBackUp, IconRefresh } from '@tabler/icons-react';
import { hypotheticalFrom, type StepVisit, type TreeGraph } from '#shared/domain/diagnosis';
import { diagnosisOf } from '#shared/domain/finding';
import { useWords } from '../../../app/i18n';
import { LoadingLines } from '../../../components/state-view';
import { EvidenceList } from '../../../findings/evidence-link';
import { FindingCard } from '../../../findings/finding-card';
import { useHost } from '../../../stores/fleet-store';
import { stepIcons } from '../graph/step-node';
import { AnswerList } from './answer-list';
import { BranchList } from './branch-list';
import { ProbeList } from './probe-list';
import { QuestionForm } from './question-form';
import { isOpenToChange, type RunPanelProps } from './run-panel';
import classes from './side-panel.module.css';

type Step = TreeGraph['steps'][number];

/** One step: what it is about, what was read, how each way on came out and why. */
export function StepPanel(props: RunPanelProps) {
  const { run, tree, selectedId } = props;
  const { t } = useWords();
  if (!tree) return <LoadingLines lines={5} />;
  const step = tree.steps.find((candidate) => candidate.id === (selectedId ?? tree.start));
  if (!step) return <Text c="dimmed">{t('diagnoseScreen.noPath')}</Text>;
  const visitIndex = run.path.findLastIndex((visit) => visit.stepId === step.id);
  const visit = run.path[visitIndex] ?? null;
  const isAssumed = visitIndex >= hypotheticalFrom(run);
  return (
    <div className={classes.list}>
      <StepHeader step={step} />
      <StepContent {...props} step={step} visit={visit} isAssumed={isAssumed} />
    </div>
  );
}

function StepHeader({ step }: { step: Step }) {
  const { t, localized } = useWords();
  const Icon = stepIcons[step.kind];
  return (
    <header>
      <div className={classes.kind}>
        <Icon size={14} aria-hidden /> {t(`diagnoseScreen.stepKind.${step.kind}`)}
      </div>
      <h2 className={classes.title}>{localized(step.title)}</h2>
      {step.explanation && <Text className={classes.words}>{localized(step.explanation)}</Text>}
    </header>
  );
}

interface StepContentProps extends RunPanelProps {
  step: Step;
  /** Null while the walk has not come here. */
  visit: StepVisit | null;
  isAssumed: boolean;
}

function StepContent(props: StepContentProps) {
  const { run, step, visit, isAssumed, isBusy, onAnswer, onBack, onRead } = props;
  const { t } = useWords();
  const question = run.question?.stepId === step.id ? run.question : null;
  const findings = run.findings.filter((finding) => diagnosisOf(finding)?.stepId === step.id);
  const evidence = visit?.evidence ?? [];
  const asked = run.path.findLast(({ answers }) => answers !== null);
  const canGoBack = visit !== null && question === null && run.path.at(-1) !== visit && run.state !== 'collecting';
  const host = useHost(run.hostId);
  const canRead =
    host !== undefined && visit !== null && evidence.length > 0 && !run.isWhatIf && isOpenToChange(run.state);
  return (
    <>
      {question && (
        <QuestionForm
          key={`${run.id} ${step.id} ${run.updatedAtMs}`}
          question={question}
          isBusy={isBusy}
          onAnswer={(answers) => onAnswer(step.id, answers)}
          onBack={asked ? () => onBack(asked.stepId) : null}
        />
      )}
      {visit?.answers && (
        <AnswerList
          key={`${run.id} ${step.id} ${run.updatedAtMs}`}
          runId={run.id}
          stepId={step.id}
          fields={step.fields}
          answers={visit.answers}
          isBusy={isBusy}
          canChange={!isAssumed && !run.isWhatIf}
          onChange={(answers) => onAnswer(step.id, answers)}
          onWhatIf={(answers) => props.onWhatIf({ kind: 'answers', stepId: step.id, answers })}
        />
      )}
      {findings.map((finding) => (
        <FindingCard
          key={finding.id}
          finding={finding}
          canAct={!isAssumed}
          isHypothetical={isAssumed}
          onAgain={props.onAgain}
        />
      ))}
      {step.kind === 'probe' && <ProbeList run={run} visit={visit} onRead={() => props.onRead(step.id)} />}
      {step.branches.length > 0 && <BranchList {...props} />}
      {step.kind !== 'probe' && step.kind !== 'finding' && evidence.length > 0 && (
        <section>
          <h3 className={classes.label}>{t('diagnoseScreen.evidence')}</h3>
          <EvidenceList evidence={evidence} />
        </section>
      )}
      {(canGoBack || canRead) && (
        <div>
          <Group gap={8}>
            {canRead && (
              <Button
                variant="default"
                leftSection={<IconRefresh size={14} aria-hidden />}
                disabled={isBusy}
                title={t('diagnoseScreen.readStepHelp')}
                onClick={() => onRead(step.id)}
              >
                {t('diagnoseScreen.readStep')}
              </Button>
            )}
            {canGoBack && (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={14} aria-hidden />}
                disabled={isBusy}
                title={t('diagnoseScreen.backHereHelp')}
                onClick={() => onBack(step.id)}
              >
                {t('diagnoseScreen.backHere')}
              </Button>
            )}
          </Group>
        </div>
      )}
    </>
  );
}
