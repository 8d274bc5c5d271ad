import { randomUUID } from 'node:crypto';
import type { ActionPlan } from '#shared/domain/action';
import { canonicalJson, sha256 } from '../../audit/canonical-json';
import type { Action, Prepared } from '../action';
import { planLifetimeMs, ShownPlans } from './shown-plans';

/** Plans of actions that were shown and can be confirmed. */
export class PlanBook {
  readonly #shown: ShownPlans<ActionPlan>;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#shown = new ShownPlans(nowMs);
  }

  add(action: Action, hostId: string, parameters: Record<string, unknown>, prepared: Prepared<unknown>): ActionPlan {
    const { knowledge } = action;
    const createdAtMs = this.#nowMs();
    return this.#shown.add({
      id: randomUUID(),
      actionId: action.id,
      hostId,
      parameters,
      createdAtMs,
      expiresAtMs: createdAtMs + planLifetimeMs,
      risk: knowledge.risk,
      needsRoot: prepared.steps.some((step) => step.privilege === 'root'),
      interruptsJobs: knowledge.interruptsJobs,
      checks: [...prepared.checks],
      ...(prepared.values ? { values: [...prepared.values] } : {}),
      ...(prepared.packages ? { packages: prepared.packages } : {}),
      ...(prepared.brings ? { brings: [...prepared.brings] } : {}),
      steps: [...prepared.steps],
      verification: prepared.verification,
      undo: prepared.undo,
      isAlreadyDone: prepared.isAlreadyDone,
      ...(prepared.evidence ? { evidence: prepared.evidence } : {}),
      isBlocked: isBlocked(prepared),
      fingerprint: fingerprintOf(action.id, hostId, parameters, prepared),
    });
  }

  /** As `ShownPlans.take`. */
  take(planId: string, fingerprint: string): ActionPlan {
    return this.#shown.take(planId, fingerprint);
  }

  putBack(planId: string): void {
    this.#shown.putBack(planId);
  }
}

/** A check that failed or could not be made: what is not known to be safe is not done. */
export function isBlocked(prepared: Prepared<unknown>): boolean {
  return prepared.checks.some((check) => check.outcome === 'fail' || check.outcome === 'unknown');
}

/** The same for the same plan on the same node in the same state; anything that would be done otherwise changes it. */
export function fingerprintOf(
  actionId: string,
  hostId: string,
  parameters: Record<string, unknown>,
  prepared: Prepared<unknown>,
): string {
  const { steps, identity } = prepared;
  const what = steps.map((step) =>
    step.kind === 'command'
      ? { argv: step.argv, privilege: step.privilege }
      : { path: step.path, before: step.before, after: step.after, argv: step.argv, privilege: step.privilege },
  );
  return sha256(canonicalJson({ actionId, hostId, parameters, what, identity }));
}
