import { Anchor } from '@mantine/core';
import { IconCircleDashed, IconCircleMinus, IconLoader2, type TablerIcon } from '@tabler/icons-react';
import type { ActionRun, PlannedStep } from '#shared/domain/action';
import { printable } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { StateBadge } from '../components/state-badge';
import { openEvidence } from '../stores/evidence-store';
import classes from './action-dialog.module.css';
import { stepTones } from './run-tones';
import { type RunStep, stepsOf, undoPrefix } from './steps-of';

const stepIcons: Partial<Record<RunStep['state'], TablerIcon>> = {
  pending: IconCircleDashed,
  running: IconLoader2,
  skipped: IconCircleMinus,
};

/** Each step of a run with how it stands and what the node said; those of its undo apart. */
export function RunSteps({ run }: { run: ActionRun }) {
  const { t, localized } = useWords();
  const planned = new Map(run.plan.steps.map((step) => [step.id, step]));
  const { applied, undoing } = stepsOf(run);
  return (
    <>
      <ol className={classes.runSteps}>
        {applied.map((step) => {
          const plan = planned.get(step.id);
          return <Step key={step.id} step={step} title={plan ? localized(plan.title) : step.id} line={lineOf(plan)} />;
        })}
      </ol>
      {undoing.length > 0 && (
        <section>
          <h3 className={classes.label}>{t('actionDialog.undo')}</h3>
          <ol className={classes.runSteps}>
            {undoing.map((step) => {
              const undone = planned.get(step.id.slice(undoPrefix.length));
              const title = undone ? t('actionDialog.undoOf', { step: localized(undone.title) }) : step.id;
              return <Step key={step.id} step={step} title={title} />;
            })}
          </ol>
        </section>
      )}
    </>
  );
}

function lineOf(plan: PlannedStep | undefined): string | undefined {
  return plan?.commandLine ?? (plan?.kind === 'file' ? plan.path : undefined);
}

function Step({ step, title, line }: { step: RunStep; title: string; line?: string | undefined }) {
  const { t, localized } = useWords();
  const { evidenceId } = step;
  return (
    <li>
      <StateBadge tone={stepTones[step.state]} icon={stepIcons[step.state]} variant="plain">
        {t(`actionDialog.stepState.${step.state}`)}
      </StateBadge>
      <div className={classes.runStep}>
        <span>{title}</span>
        {line !== undefined && <CommandLine line={printable(line)} />}
        {step.detail && <span className={classes.detail}>{localized(step.detail)}</span>}
      </div>
      {evidenceId && (
        <Anchor component="button" type="button" size="xs" underline="always" onClick={() => openEvidence(evidenceId)}>
          {t('actionDialog.output')}
        </Anchor>
      )}
    </li>
  );
}

/** Longer than this, a command line is folded away. */
const shownLength = 120;

function CommandLine({ line }: { line: string }) {
  const { t } = useWords();
  if (line.length <= shownLength && !line.includes('\n')) return <code className={classes.runLine}>{line}</code>;
  return (
    <details className={classes.folded}>
      <summary>{t('actionDialog.command')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key */}
      <pre tabIndex={0}>{line}</pre>
    </details>
  );
}
