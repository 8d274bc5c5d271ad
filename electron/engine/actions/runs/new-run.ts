import { randomUUID } from 'node:crypto';
import type { ActionPlan, ActionRun } from '#shared/domain/action';
import { ConflictError } from '../../errors';
import type { Prepared } from '../action';
import { fingerprintOf, isBlocked } from './plan-book';
import type { SavedRun } from './run-repository';

/** The run of a confirmed plan. Throws ConflictError when the node has changed, so that the plan would do something else. */
export function newRun(
  plan: ActionPlan,
  prepared: Prepared<unknown>,
  { incidentId, startedAtMs }: Pick<ActionRun, 'incidentId' | 'startedAtMs'>,
): SavedRun {
  const fingerprint = fingerprintOf(plan.actionId, plan.hostId, plan.parameters, prepared);
  if (fingerprint !== plan.fingerprint || isBlocked(prepared)) throw new ConflictError('actions.planOutdated');
  const run: ActionRun = {
    id: randomUUID(),
    // The checks as they are now: what the run stands on.
    plan: { ...plan, checks: [...prepared.checks] },
    incidentId,
    state: 'applying',
    startedAtMs,
    finishedAtMs: null,
    steps: plan.steps.map(({ id }) => ({ id, state: 'pending', evidenceId: null, detail: null })),
    verification: null,
    error: null,
    canUndo: false,
  };
  return { run, state: prepared.state, ownerPid: process.pid, phase: 'apply' };
}
