import { useRef, useState } from 'react';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { engine } from '../rpc/client';
import { type Call, useCall } from '../rpc/use-call';
import { useStream } from '../rpc/use-stream';
import { trackRun } from '../stores/track-run';
import type { RecordIn } from './incident-choice';
import { stepsOf } from './steps-of';

export interface ActionFlow {
  plan: Call<[parameters: Readonly<Record<string, unknown>>], ActionPlan>;
  /** The applied plan, kept current while it runs. */
  run: ActionRun | null;
  /** Starting, stopping, undoing or rechecking. */
  command: Call<[Command], ActionRun>;
  /** Applies the plan once; a second call while it starts or after it did does nothing. */
  apply: (plan: ActionPlan, recordIn: RecordIn) => void;
  stop: () => void;
  undo: () => void;
  recheck: () => void;
}

type Command =
  | { readonly kind: 'apply'; readonly plan: ActionPlan; readonly recordIn: RecordIn }
  | { readonly kind: 'cancel' | 'undo' | 'recheck'; readonly runId: string };

/** States in which the engine still works on a run. */
export function isRunning(run: ActionRun): boolean {
  return run.state === 'applying' || run.state === 'verifying' || run.state === 'undoing';
}

/** How many of the steps at work, those of the plan or those of its undo, are done or turned out not to be needed. */
export function progressOf(run: ActionRun): { done: number; total: number } {
  const { applied, undoing } = stepsOf(run);
  const steps = undoing.length > 0 ? undoing : applied;
  return { done: steps.filter(({ state }) => state === 'done' || state === 'skipped').length, total: steps.length };
}

/** What a new incident for an action is called and starts with. */
export interface NewIncident {
  readonly title: string;
  readonly diagnosisRunId: string;
}

interface ActionFlowOptions {
  readonly actionId: string;
  readonly hostId: string;
  /** What it is called among the running tasks. */
  readonly title: string;
  readonly newIncident: NewIncident | null;
  readonly onDidFinish?: ((run: ActionRun) => void) | undefined;
  /** One that was applied before, to look at and to undo. */
  readonly initialRun?: ActionRun;
}

/** One action on one host from plan to undo. */
export function useActionFlow(options: ActionFlowOptions): ActionFlow {
  const { actionId, hostId, title, newIncident, onDidFinish, initialRun = null } = options;
  const [run, setRun] = useState<ActionRun | null>(initialRun);
  const isCommanding = useRef(false);
  /** Kept, so that applying a plan anew after a conflict opens no second one. */
  const openedIncidentId = useRef<string | null>(null);

  const plan = useCall((signal, parameters: Readonly<Record<string, unknown>>) =>
    engine.actions.plan({ actionId, hostId, parameters }, { signal }),
  );
  // Without a signal: closing the dialog must leave no doubt about whether something was started.
  const command = useCall((_signal, next: Command) => {
    switch (next.kind) {
      case 'apply':
        return applyNow(next.plan, next.recordIn);
      case 'cancel':
        return engine.actions.cancel({ runId: next.runId });
      case 'undo':
        return engine.actions.undo({ runId: next.runId });
      case 'recheck':
        return engine.actions.recheck({ runId: next.runId });
    }
  });

  async function applyNow(confirmed: ActionPlan, recordIn: RecordIn): Promise<ActionRun> {
    const confirmation = { planId: confirmed.id, fingerprint: confirmed.fingerprint };
    if (recordIn === 'new' && newIncident) {
      openedIncidentId.current ??= (
        await engine.incidents.open({ ...newIncident, title: newIncident.title.slice(0, 200), hostId })
      ).id;
      return engine.actions.apply({ ...confirmation, incidentId: openedIncidentId.current });
    }
    if (recordIn === null || recordIn === 'new') return engine.actions.apply(confirmation);
    return engine.actions.apply({ ...confirmation, incidentId: recordIn.incidentId });
  }
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
      // Stopping one that runs leaves the task that is there.
      if (result && isRunning(result) && next.kind !== 'cancel') track(result.id);
    } finally {
      isCommanding.current = false;
    }
  }

  function track(runId: string): void {
    void trackRun<ActionRun>({
      title,
      watch: (signal) => engine.actions.watch({ runId }, { signal }),
      progressOf: (now) => (isRunning(now) ? progressOf(now) : null),
      cancel: () => engine.actions.cancel({ runId }),
    });
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
    apply: (confirmed, recordIn) => {
      if (!run) void carryOut({ kind: 'apply', plan: confirmed, recordIn });
    },
    stop: () => run && void carryOut({ kind: 'cancel', runId: run.id }),
    undo: () => run && void carryOut({ kind: 'undo', runId: run.id }),
    recheck: () => run && void carryOut({ kind: 'recheck', runId: run.id }),
  };
}
