import { Anchor } from '@mantine/core';
import { IconCircleDashed, IconCircleMinus, IconLoader2, type TablerIcon } from '@tabler/icons-react';
import type { ActionRun } from '#shared/domain/action';
import { printable } from '#shared/domain/text';
import { useWords } from '../app/i18n';
import { StateBadge } from '../components/state-badge';
import { openEvidence } from '../stores/evidence-store';
import classes from './action-dialog.module.css';
import { stepTones } from './run-tones';

const stepIcons: Partial<Record<ActionRun['steps'][number]['state'], TablerIcon>> = {
  pending: IconCircleDashed,
  running: IconLoader2,
  skipped: IconCircleMinus,
};

interface RunStepsProps {
  run: ActionRun;
  /** Opens a command's output; without it the output is not offered (it lies beside, in an incident). */
  hasEvidence?: boolean;
}

/** Each step of a run with how it stands and what the node said. */
export function RunSteps({ run, hasEvidence = true }: RunStepsProps) {
  const { t, localized } = useWords();
  const planned = new Map(run.plan.steps.map((step) => [step.id, step]));
  return (
    <ol className={classes.runSteps}>
      {run.steps.map((step) => {
        const plan = planned.get(step.id);
        const line = plan?.commandLine ?? (plan?.kind === 'file' ? plan.path : undefined);
        const { evidenceId } = step;
        return (
          <li key={step.id}>
            <StateBadge tone={stepTones[step.state]} icon={stepIcons[step.state]} variant="plain">
              {t(`actionDialog.stepState.${step.state}`)}
            </StateBadge>
            <div className={classes.runStep}>
              <span>{plan ? localized(plan.title) : step.id}</span>
              {line !== undefined && <CommandLine line={printable(line)} />}
              {step.detail && <span className={classes.detail}>{localized(step.detail)}</span>}
            </div>
            {hasEvidence && evidenceId && (
              <Anchor
                component="button"
                type="button"
                size="xs"
                underline="always"
                onClick={() => openEvidence(evidenceId)}
              >
                {t('actionDialog.output')}
              </Anchor>
            )}
          </li>
        );
      })}
    </ol>
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
