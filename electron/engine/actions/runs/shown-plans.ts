import { ConflictError, NotFoundError } from '../../errors';

/** How long a plan may be looked at before it has to be made again. */
export const planLifetimeMs = 10 * 60_000;

interface Plan {
  readonly id: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly fingerprint: string;
  readonly isBlocked: boolean;
}

/** Plans wait here to be confirmed; they are forgotten with the engine, which only means planning again. */
export class ShownPlans<Shown extends Plan> {
  readonly #plans = new Map<string, { plan: Shown; isTaken: boolean }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  add(plan: Shown): Shown {
    for (const [id, kept] of this.#plans) if (kept.plan.expiresAtMs < plan.createdAtMs) this.#plans.delete(id);
    this.#plans.set(plan.id, { plan, isTaken: false });
    return plan;
  }

  /** To be looked at. Throws NotFoundError for one that is forgotten. */
  get(planId: string): Shown {
    return this.#kept(planId).plan;
  }

  /** Hands a plan out once. Throws ConflictError when it was used, ran out, is blocked or is not the one confirmed. */
  take(planId: string, fingerprint: string): Shown {
    const kept = this.#kept(planId);
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

  #kept(planId: string): { plan: Shown; isTaken: boolean } {
    const kept = this.#plans.get(planId);
    if (!kept) throw new NotFoundError('plan', planId);
    return kept;
  }
}
