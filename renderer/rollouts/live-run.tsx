import { useState } from 'react';
import type { ActionRun, StepOutput } from '#shared/domain/action';
import { printable } from '#shared/domain/text';
import { RunSteps } from '../actions/run-steps';
import { useWords } from '../app/i18n';
import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import classes from './rollout-view.module.css';

/** The last of what is printed; the whole is kept as evidence once the step is done. */
const shownCharacters = 4000;
const shownLines = 12;

/** What a step that is at work does on its node right now, and what it prints. */
export function LiveRun({ runId }: { runId: string }) {
  const { t } = useWords();
  const [run, setRun] = useState<ActionRun | null>(null);
  const [output, setOutput] = useState<StepOutput | null>(null);
  useStream(
    `action-run:${runId}`,
    (signal) => engine.actions.watch({ runId }, { signal }),
    (runs) => setRun((before) => runs.at(-1) ?? before),
  );
  useStream(
    `action-output:${runId}`,
    (signal) => engine.actions.watchOutput({ runId }, { signal }),
    (pieces) => setOutput((before) => pieces.reduce(appended, before)),
  );
  const lines = output ? printable(output.text.trimEnd()).split('\n').slice(-shownLines) : [];
  return (
    <>
      {run && <RunSteps run={run} />}
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key
        <pre className={classes.output} tabIndex={0} title={t('actionDialog.output')}>
          {lines.join('\n')}
        </pre>
      )}
    </>
  );
}

/** What another step prints begins afresh. */
function appended(before: StepOutput | null, { stepId, text }: StepOutput): StepOutput {
  const known = before?.stepId === stepId ? before.text : '';
  return { stepId, text: (known + text).slice(-shownCharacters) };
}
