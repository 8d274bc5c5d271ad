import type { ActionRun } from '#shared/domain/action';
import { storageMessage } from '#shared/domain/storage-problem';
import type { LocalizedText, Message } from '#shared/domain/text';
import { ConflictError } from '../../errors';
import { HostUnavailableError } from '../../hosts/host';
import { StoreError } from '../../store/store';
import type { Action, ActionContext, ApplyContext, Outcome } from '../action';
import { commandLineOf } from '../command-line';
import { keptEnd } from './kept-command';
import type { SavedRun } from './run-repository';

/** A step said it failed or that it can't tell; the run ends there. */
class StepEnded extends Error {
  constructor(readonly state: 'failed' | 'unknown') {
    super(`step ${state}`);
  }
}

export interface Execution {
  readonly action: Action;
  /** Changed in place; `save` writes it down and tells who watches. */
  readonly saved: { -readonly [Key in keyof SavedRun]: SavedRun[Key] };
  readonly context: ActionContext;
  /** The same host for asking afterwards, when the context's own signal was used to cancel. */
  contextForAsking(): ActionContext;
  save(): void;
  /** Before each step; throws where the node may not be changed any more. */
  holdLock(): Promise<void>;
  /** By step, how each of its commands ended: its exit code, else the state. For the audit log. */
  readonly ends: Map<string, (number | string)[]>;
  /** Null: between two steps. */
  onStep(stepId: string | null): void;
  /** The engine is going down: leave the run as interrupted and don't start anything else. */
  isStopping(): boolean;
}

/** Carries a run from `applying` (or `undoing`) to its end. Never throws for what a node does; saves every change. */
export async function execute(execution: Execution): Promise<void> {
  const { action, saved, context } = execution;
  try {
    if (saved.phase === 'undo') {
      const verification = await action.undo?.(applyContext(execution, context), saved.state);
      const isUndone = verification?.outcome === 'pass';
      set(execution, {
        state: isUndone ? 'undone' : 'failed',
        verification: verification ?? null,
        error: isUndone ? null : { key: 'actions.undoFailed' },
        canUndo: !isUndone,
      });
    } else {
      await action.apply(applyContext(execution, context), saved.state, saved.run.plan.steps);
      await verify(execution, context);
    }
  } catch (error) {
    await settle(execution, error);
  }
}

/** Asks the node what became of an interrupted run and settles it by the answer. Throws what asking throws. */
export async function recheck(execution: Execution): Promise<void> {
  const { action, saved, context } = execution;
  await keptEnd(context, saved.run.id);
  const outcome = await action.ask(context, saved.state, saved.phase);
  if (saved.phase === 'undo') settleUndo(execution, outcome);
  else await settleApply(execution, context, outcome, { state: 'failed', error: { key: 'actions.notApplied' } });
}

function applyContext(execution: Execution, context: ActionContext): ApplyContext {
  const { saved, save } = execution;
  let isFirst = true;
  let current: string | null = null;
  return {
    ...context,
    async run(command, options) {
      const ran = await context.run(command, options);
      const ends = current === null ? null : execution.ends.get(current);
      if (ends && ends.length < maxEnds) ends.push(ran.exitCode ?? ran.state);
      return ran;
    },
    async step(stepId, work) {
      // It was taken right before the first.
      if (!isFirst) await execution.holdLock();
      isFirst = false;
      context.signal.throwIfAborted();
      const change = (step: Partial<ActionRun['steps'][number]>) => {
        const steps = saved.run.steps.map((one) => (one.id === stepId ? { ...one, ...step } : one));
        saved.run = { ...saved.run, steps };
        save();
      };
      if (!saved.run.steps.some((one) => one.id === stepId)) {
        // Undo has steps that the plan does not list.
        const added = { id: stepId, state: 'pending' as const, evidenceId: null, detail: null };
        saved.run = { ...saved.run, steps: [...saved.run.steps, added] };
      }
      change({ state: 'running' });
      execution.onStep(stepId);
      current = stepId;
      execution.ends.set(stepId, []);
      const result = await work().finally(() => {
        current = null;
        execution.onStep(null);
      });
      change(result);
      if (result.state === 'failed' || result.state === 'unknown') throw new StepEnded(result.state);
      return result;
    },
  };
}

/** A step that waits asks many times. */
const maxEnds = 20;

/** More reads than any action has. */
export const maxEvidence = 20;

async function verify(execution: Execution, context: ActionContext): Promise<void> {
  const { action, saved } = execution;
  set(execution, { state: 'verifying' });
  const evidence: { commandLine: string; evidenceId: string }[] = [];
  const verification = await action.verify(
    {
      ...context,
      async run(command, options) {
        const ran = await context.run(command, options);
        const commandLine = commandLineOf(command.argv, command.privilege === 'root' ? 'root' : 'user');
        evidence.push({ commandLine, evidenceId: ran.evidenceId });
        return ran;
      },
    },
    saved.state,
  );
  set(execution, {
    state: verification.outcome === 'pass' ? 'verified' : 'verify-failed',
    // Of one that waits and looks again, what it saw last.
    verification: { ...verification, evidence: evidence.slice(-maxEvidence) },
    canUndo: action.undo !== null && saved.run.plan.steps.length > 0,
  });
}

async function settle(execution: Execution, error: unknown): Promise<void> {
  const { saved } = execution;
  saved.run = withRunningUnknown(saved.run);
  if (error instanceof StepEnded && error.state === 'failed') {
    set(execution, { state: 'failed', error: { key: 'actions.stepFailed' }, canUndo: canUndo(execution) });
  } else if (error instanceof StepEnded) {
    set(execution, { state: 'interrupted', error: { key: 'actions.stepUnknown' } });
  } else if (execution.isStopping()) {
    set(execution, { state: 'interrupted', error: { key: 'actions.engineStopped' } });
  } else if (error instanceof HostUnavailableError) {
    const params = { code: error.hostError.code };
    set(execution, { state: 'interrupted', error: { key: 'actions.connectionLost', params } });
  } else if (error instanceof Error && error.name === 'AbortError') {
    await settleCancelled(execution);
  } else if (error instanceof ConflictError) {
    // Somebody else holds the node now.
    set(execution, { state: 'interrupted', error: { key: error.key, params: error.params } });
  } else if (error instanceof StoreError) {
    set(execution, { state: 'interrupted', error: storageMessage(error.problem) });
  } else {
    const params = { detail: error instanceof Error ? error.message : String(error) };
    set(execution, { state: 'interrupted', error: { key: 'actions.unexpected', params } });
  }
}

/** What was cancelled may have happened all the same, so the node has the last word. */
async function settleCancelled(execution: Execution): Promise<void> {
  const { action, saved } = execution;
  const error: Message = { key: 'actions.cancelled' };
  if (saved.phase === 'apply' && saved.run.steps.every((step) => step.state === 'pending')) {
    set(execution, { state: 'cancelled', error });
    return;
  }
  const context = execution.contextForAsking();
  try {
    const outcome = await action.ask(context, saved.state, saved.phase);
    if (saved.phase === 'undo') settleUndo(execution, outcome);
    else await settleApply(execution, context, outcome, { state: 'cancelled', error });
  } catch {
    set(execution, { state: 'interrupted', error });
  }
}

async function settleApply(
  execution: Execution,
  context: ActionContext,
  outcome: Outcome,
  otherwise: { state: 'cancelled' | 'failed'; error: Message },
): Promise<void> {
  const { saved } = execution;
  const { detail } = outcome;
  if (outcome.state === 'unknown') {
    set(execution, { state: 'interrupted', verification: { outcome: 'unknown', detail } });
    return;
  }
  const found = outcome.state === 'applied' ? 'done' : outcome.state === 'not-applied' ? 'failed' : 'unknown';
  resolveSteps(execution, found, detail);
  if (outcome.state === 'applied') {
    saved.run = { ...saved.run, error: null };
    await verify(execution, context);
  } else {
    const isPartly = outcome.state === 'partly';
    set(execution, {
      state: otherwise.state,
      error: isPartly ? { key: 'actions.partlyApplied' } : otherwise.error,
      verification: { outcome: 'fail', detail },
      canUndo: isPartly && execution.action.undo !== null,
    });
  }
}

function settleUndo(execution: Execution, outcome: Outcome): void {
  const { detail } = outcome;
  if (outcome.state === 'unknown') {
    set(execution, { state: 'interrupted', verification: { outcome: 'unknown', detail } });
  } else if (outcome.state === 'not-applied') {
    resolveSteps(execution, 'done', detail);
    set(execution, { state: 'undone', error: null, verification: { outcome: 'pass', detail }, canUndo: false });
  } else {
    resolveSteps(execution, 'failed', detail);
    const verification = { outcome: 'fail' as const, detail };
    set(execution, { state: 'failed', error: { key: 'actions.undoFailed' }, verification, canUndo: true });
  }
}

function resolveSteps({ saved }: Execution, state: 'done' | 'failed' | 'unknown', detail: LocalizedText): void {
  const steps = saved.run.steps.map((step) => (step.state === 'unknown' ? { ...step, state, detail } : step));
  saved.run = { ...saved.run, steps };
}

/** Something was done and can be put back, even when a later step failed. */
function canUndo({ action, saved }: Execution): boolean {
  if (action.undo === null) return false;
  return saved.phase === 'undo' || saved.run.steps.some((step) => step.state === 'done');
}

function set({ saved, context, save }: Execution, change: Partial<ActionRun>): void {
  const state = change.state ?? saved.run.state;
  const isOver = !isInProgress(state);
  saved.run = { ...saved.run, ...change, finishedAtMs: isOver ? context.nowMs() : null };
  save();
}

export function isInProgress(state: ActionRun['state']): boolean {
  return state === 'applying' || state === 'verifying' || state === 'undoing';
}

/** Nobody knows how far a step got whose end was not seen. */
export function withRunningUnknown(run: ActionRun): ActionRun {
  const steps = run.steps.map((step) => (step.state === 'running' ? { ...step, state: 'unknown' as const } : step));
  return { ...run, steps };
}
