import type { ActionPlan } from '#shared/domain/action';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { LocalizedText } from '#shared/domain/text';
import { scopeOf } from '../actions/declared/plan-fix';
import { fromCel } from '../trees/language/cel-values';
import type { Expression, Scope } from '../trees/language/expression';
import type { CompiledPlaybook } from './compile-playbook';
import type { PlaybookLibrary } from './playbook-library';
import type { PlaybookStepDefinition } from './playbook-schema';
import { say } from './words';

/** Plans an action on the node; what it may not be asked for comes back as words. */
export type PlanAction = (actionId: string, parameters: Record<string, unknown>) => Promise<ActionPlan | LocalizedText>;

export interface PlanOptions {
  readonly library: PlaybookLibrary;
  readonly facts: NodeFacts;
  readonly planAction: PlanAction;
  readonly signal: AbortSignal;
}

/** What a condition says before the node is asked: the step is left out, or it can't be told whether it is. */
interface Verdict {
  readonly isOut: boolean;
  readonly reason: LocalizedText;
}

/** Where the steps of a file stand: what the file that uses it hands down. */
interface Surroundings {
  readonly prefix: string;
  /** Steps above that everything here stands on. */
  readonly needs: readonly string[];
  readonly verdict: Verdict | null;
}

/** The steps of a playbook on a node, in their order, each planned by its action as the node is now. */
export async function planSteps(
  playbook: CompiledPlaybook,
  parameters: Readonly<Record<string, unknown>>,
  options: PlanOptions,
): Promise<PlaybookStepPlan[]> {
  const planner = new Planner(options);
  await planner.plan(playbook, parameters, { prefix: '', needs: [], verdict: null });
  return planner.steps;
}

class Planner {
  readonly steps: PlaybookStepPlan[] = [];
  readonly #options: PlanOptions;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  async plan(
    { steps, lets }: CompiledPlaybook,
    parameters: Readonly<Record<string, unknown>>,
    { prefix, needs: above, verdict: handed }: Surroundings,
  ): Promise<void> {
    const scope = scopeWith(lets, parameters, this.#options.facts);
    for (const { definition, when, with: values } of steps) {
      this.#options.signal.throwIfAborted();
      const id = `${prefix}${definition.id}`;
      const needs = [...above, ...definition.needs.map((need) => `${prefix}${need}`)];
      const given = valuesOf(values, scope);
      const verdict = handed ?? verdictOf(when, scope) ?? given.verdict;
      if ('use' in definition) {
        const used = this.#options.library.get(definition.use);
        await this.plan(used, given.values, { prefix: `${id}.`, needs, verdict });
        continue;
      }
      const base = this.#baseOf(definition, id, needs);
      if (verdict === null) await this.#planStep(base, definition.action, given.values);
      else if (verdict.isOut) this.steps.push({ ...base, state: 'left-out', reason: verdict.reason, plan: null });
      else this.#undecided(base, verdict.reason);
    }
  }

  #baseOf(
    step: Extract<PlaybookStepDefinition, { action: string }>,
    id: string,
    needs: string[],
  ): Omit<PlaybookStepPlan, 'state' | 'reason' | 'plan'> {
    const [fromMinutes, toMinutes] = step.duration ?? [];
    return {
      id,
      actionId: step.action,
      title: this.#options.library.titleOf(step),
      needs,
      duration: fromMinutes === undefined || toMinutes === undefined ? null : { fromMinutes, toMinutes },
      restartsNode: step.restarts,
    };
  }

  /** A needed step, or one of a needed playbook. */
  #stepsOf(needs: readonly string[]): PlaybookStepPlan[] {
    return this.steps.filter(({ id }) => needs.some((need) => id === need || id.startsWith(`${need}.`)));
  }

  /** What can't be told today may be told once what it stands on is done. */
  #undecided(base: Omit<PlaybookStepPlan, 'state' | 'reason' | 'plan'>, reason: LocalizedText): void {
    const open = this.#stepsOf(base.needs).filter(({ state }) => state === 'ready' || state === 'later');
    if (open.length === 0) this.steps.push({ ...base, state: 'blocked', reason, plan: null });
    else this.steps.push({ ...base, state: 'later', reason: say('later', { steps: idsOf(open) }), plan: null });
  }

  async #planStep(
    base: Omit<PlaybookStepPlan, 'state' | 'reason' | 'plan'>,
    actionId: string,
    parameters: Record<string, unknown>,
  ): Promise<void> {
    const needed = this.#stepsOf(base.needs);
    const stuck = needed.filter(({ state }) => state === 'blocked');
    const open = needed.filter(({ state }) => state === 'ready' || state === 'later');
    const planned = await this.#options.planAction(actionId, parameters);
    if (!('fingerprint' in planned)) {
      this.steps.push({ ...base, state: 'blocked', reason: planned, plan: null });
    } else if (planned.isAlreadyDone) {
      this.steps.push({ ...base, state: 'done', reason: null, plan: planned });
    } else if (stuck.length > 0) {
      this.steps.push({ ...base, state: 'blocked', reason: say('standsOn', { steps: idsOf(stuck) }), plan: planned });
    } else if (open.length > 0) {
      this.steps.push({ ...base, state: 'later', reason: say('later', { steps: idsOf(open) }), plan: planned });
    } else {
      const failed = planned.checks.find(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
      const state = planned.isBlocked ? 'blocked' : 'ready';
      this.steps.push({ ...base, state, reason: planned.isBlocked ? (failed?.detail ?? null) : null, plan: planned });
    }
  }
}

function scopeWith(
  lets: CompiledPlaybook['lets'],
  parameters: Readonly<Record<string, unknown>>,
  facts: NodeFacts,
): Record<string, unknown> {
  const scope = scopeOf(parameters, { hostKind: 'ssh', facts, read: {} });
  for (const { name, expression } of lets) {
    const outcome = expression.evaluate(scope);
    if (outcome.isKnown) scope[name] = outcome.value;
  }
  return scope;
}

function verdictOf(when: Expression | null, scope: Scope): Verdict | null {
  if (when === null) return null;
  const outcome = when.evaluate(scope);
  if (!outcome.isKnown) return { isOut: false, reason: say('conditionUnknown', { condition: when.text }) };
  return outcome.value === true ? null : { isOut: true, reason: say('leftOut', { condition: when.text }) };
}

/** Parameters of a step; one that was left empty above is left empty here. */
function valuesOf(
  expressions: ReadonlyMap<string, Expression>,
  scope: Scope,
): { values: Record<string, unknown>; verdict: Verdict | null } {
  const values: Record<string, unknown> = {};
  let verdict: Verdict | null = null;
  for (const [name, { text, evaluate }] of expressions) {
    const outcome = evaluate(scope);
    if (outcome.isKnown) values[name] = fromCel(outcome.value);
    else if (!/^parameters\.\w+$/.test(text)) {
      verdict ??= { isOut: false, reason: say('valueUnknown', { expression: text }) };
    }
  }
  return { values, verdict };
}

function idsOf(steps: readonly PlaybookStepPlan[]): string {
  return steps.map(({ id }) => id).join(', ');
}
