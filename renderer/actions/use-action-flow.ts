import { useRef, useState } from 'react';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { useEngine } from '../rpc/client';
import { type Call, useCall } from '../rpc/use-call';
import { useStream } from '../rpc/use-stream';

export interface ActionFlow {
  plan: Call<[parameters: Readonly<Record<string, unknown>>], ActionPlan>;
  /** The applied plan, kept current while it runs. */
  run: ActionRun | null;
  /** Starting, stopping, undoing or rechecking. */
  command: Call<[Command], ActionRun>;
  /** Applies the plan once; a second call while it starts or after it did does nothing. */
  apply: (plan: ActionPlan, incidentId: string | null) => void;
  stop: () => void;
  undo: () => void;
  recheck: () => void;
}

type Command =
  | { readonly kind: 'apply'; readonly plan: ActionPlan; readonly incidentId: string | null }
  | { readonly kind: 'cancel' | 'undo' | 'recheck'; readonly runId: string };

/** States in which the engine still works on a run. */
export function isRunning(run: ActionRun): boolean {
  return run.state === 'applying' || run.state === 'verifying' || run.state === 'undoing';
}

/** One action on one host from plan to undo. */
export function useActionFlow(
  { actionId, hostId }: { actionId: string; hostId: string },
  onDidFinish?: (run: ActionRun) => void,
): ActionFlow {
  const engine = useEngine();
  const [run, setRun] = useState<ActionRun | null>(null);
  const isCommanding = useRef(false);

  const plan = useCall((signal, parameters: Readonly<Record<string, unknown>>) =>
    engine.actions.plan({ actionId, hostId, parameters }, { signal }),
  );
  // Without a signal: closing the dialog must leave no doubt about whether something was started.
  const command = useCall((_signal, next: Command) => {
    switch (next.kind) {
      case 'apply':
        return engine.actions.apply({
          planId: next.plan.id,
          fingerprint: next.plan.fingerprint,
          ...(next.incidentId ? { incidentId: next.incidentId } : {}),
        });
      case 'cancel':
        return engine.actions.cancel({ runId: next.runId });
      case 'undo':
        return engine.actions.undo({ runId: next.runId });
      case 'recheck':
        return engine.actions.recheck({ runId: next.runId });
    }
  });

  function take(next: ActionRun): void {
    if (run && isRunning(run) && !isRunning(next)) onDidFinish?.(next);
    setRun(next);
  }
  async function carryOut(next: Command): Promise<void> {
    if (isCommanding.current) return;
    isCommanding.current = true;
    try {
      const result = await command.run(next);
      if (result) take(result);
    } finally {
      isCommanding.current = false;
    }
  }

  useStream(
    run && isRunning(run) ? `action-run:${run.id}:${run.state === 'undoing'}` : null,
    (signal) => engine.actions.watch({ runId: run?.id ?? '' }, { signal }),
    (runs) => {
      const latest = runs.at(-1);
      if (latest) take(latest);
    },
  );

  return {
    plan,
    run,
    command,
    apply: (confirmed, incidentId) => {
      if (!run) void carryOut({ kind: 'apply', plan: confirmed, incidentId });
    },
    stop: () => run && void carryOut({ kind: 'cancel', runId: run.id }),
    undo: () => run && void carryOut({ kind: 'undo', runId: run.id }),
    recheck: () => run && void carryOut({ kind: 'recheck', runId: run.id }),
  };
}
