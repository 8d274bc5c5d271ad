import { randomUUID } from 'node:crypto';
import type { ActionPlan } from '#shared/domain/action';
import { canonicalJson, sha256 } from '../../audit/canonical-json';
import { ConflictError, NotFoundError } from '../../errors';
import type { Action, Prepared } from '../action';

/** How long a plan may be looked at before it has to be made again. */
export const planLifetimeMs = 10 * 60_000;

/** Plans wait here to be confirmed; they are forgotten with the engine, which only means planning again. */
export class PlanBook {
  readonly #plans = new Map<string, { plan: ActionPlan; isTaken: boolean }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(action: Action, hostId: string, parameters: Record<string, unknown>, prepared: Prepared<unknown>): ActionPlan {
    const { knowledge } = action;
    const createdAtMs = this.#nowMs();
    const plan: ActionPlan = {
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
      steps: [...prepared.steps],
      verification: prepared.verification,
      undo: prepared.undo,
      isAlreadyDone: prepared.isAlreadyDone,
      isBlocked: isBlocked(prepared),
      fingerprint: fingerprintOf(action.id, hostId, parameters, prepared),
    };
    for (const [id, kept] of this.#plans) if (kept.plan.expiresAtMs < createdAtMs) this.#plans.delete(id);
    this.#plans.set(plan.id, { plan, isTaken: false });
    return plan;
  }

  /** Hands a plan out once. Throws ConflictError when it was used, ran out, is blocked or is not the one confirmed. */
  take(planId: string, fingerprint: string): ActionPlan {
    const kept = this.#plans.get(planId);
    if (!kept) throw new NotFoundError('plan', planId);
    if (kept.isTaken) throw new ConflictError('actions.planUsed');
    if (kept.plan.expiresAtMs < this.#nowMs()) throw new ConflictError('actions.planExpired');
    if (kept.plan.fingerprint !== fingerprint) throw new ConflictError('actions.planOtherFingerprint');
    if (kept.plan.isBlocked) throw new ConflictError('actions.planBlocked');
    kept.isTaken = true;
    return kept.plan;
  }

  /** Nothing was started with it: it may be confirmed again. */
  putBack(planId: string): void {
    const kept = this.#plans.get(planId);
    if (kept) kept.isTaken = false;
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
