import { useState } from 'react';
import type { ActionRun } from '#shared/domain/action';
import { RunSteps } from '../actions/run-steps';
import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';

/** What a step that is at work does on its node right now. */
export function LiveRun({ runId }: { runId: string }) {
  const [run, setRun] = useState<ActionRun | null>(null);
  useStream(
    `action-run:${runId}`,
    (signal) => engine.actions.watch({ runId }, { signal }),
    (runs) => setRun((before) => runs.at(-1) ?? before),
  );
  return run && <RunSteps run={run} />;
}
