import type { ActionPlan } from '#shared/domain/action';
import type { NodeFacts } from '#shared/domain/facts/index';
import type { PlaybookStepPlan } from '#shared/domain/playbook/playbook-plan';
import type { SiteScope } from '#shared/domain/site';
import { joinTexts, type LocalizedText } from '#shared/domain/text';
import type { CompiledPlaybook } from './compile-playbook';
import { type OutlinedStep, outlineSteps } from './outline-playbook';
import type { PlaybookLibrary } from './playbook-library';
import { say } from './words';

/** Plans an action on the node; what it may not be asked for comes back as words. */
export type PlanAction = (
  actionId: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<ActionPlan | LocalizedText>;

export interface PlanOptions {
  readonly library: PlaybookLibrary;
  readonly facts: NodeFacts;
  readonly site: SiteScope;
  readonly planAction: PlanAction;
  readonly signal: AbortSignal;
  /** How long verified runs of an action took; null: there are none. */
  readonly earlier: (actionId: string) => { readonly median: number; readonly runs: number } | null;
}

/** The steps of a playbook on a node, in their order, each planned by its action as the node is now. */
export async function planSteps(
  playbook: CompiledPlaybook,
  parameters: Readonly<Record<string, unknown>>,
  { library, facts, site, planAction, signal, earlier }: PlanOptions,
): Promise<PlaybookStepPlan[]> {
  const planned: PlaybookStepPlan[] = [];
  for (const step of outlineSteps(playbook, parameters, { library, facts, site })) {
    signal.throwIfAborted();
    const { id, definition, needs, held } = step;
    const measured = earlier(definition.action);
    const [fromMinutes, toMinutes] = measured ? [measured.median, measured.median] : (definition.duration ?? []);
    const state = await stateOf(step, planned, planAction);
    const isMaybe = state.state === 'later' && state.plan?.isAlreadyDone === true;
    planned.push({
      id,
      actionId: definition.action,
      title: library.titleOf(definition),
      needs: [...needs],
      duration:
        fromMinutes === undefined || toMinutes === undefined
          ? null
          : { fromMinutes: isMaybe ? 0 : fromMinutes, toMinutes },
      earlierRuns: measured?.runs ?? 0,
      restartsNode: definition.restarts,
      ...(held.length > 0 ? { held: [...held] } : {}),
      ...state,
    });
  }
  return planned;
}

type State = Pick<PlaybookStepPlan, 'state' | 'reason' | 'plan'>;

async function stateOf(
  { definition, needs, values, verdict }: OutlinedStep,
  before: readonly PlaybookStepPlan[],
  planAction: PlanAction,
): Promise<State> {
  const needed = before.filter(({ id }) => needs.some((need) => id === need || id.startsWith(`${need}.`)));
  const open = needed.filter(({ state }) => state === 'ready' || state === 'later');
  const stuck = needed.filter(({ state }) => state === 'blocked');
  if (verdict?.kind === 'out' && (verdict.isFixed || open.length + stuck.length === 0))
    return { state: 'left-out', reason: verdict.reason, plan: null };
  if (verdict !== null && stuck.length > 0)
    return { state: 'blocked', reason: say('standsOn', { steps: titlesOf(stuck) }), plan: null };
  if (verdict !== null) {
    if (open.length === 0) return { state: 'blocked', reason: verdict.reason, plan: null };
    return { state: 'later', reason: say('laterUntold', { steps: titlesOf(open), why: verdict.reason }), plan: null };
  }
  const plan = await planAction(definition.action, values);
  if (!('fingerprint' in plan)) return { state: 'blocked', reason: plan, plan: null };
  // What it stands on is about to change: the driver that runs is not the one that will be installed.
  if (plan.isAlreadyDone && open.length > 0)
    return { state: 'later', reason: say('laterAgain', { steps: titlesOf(open) }), plan };
  if (plan.isAlreadyDone) return { state: 'done', reason: null, plan };
  if (stuck.length > 0) return { state: 'blocked', reason: say('standsOn', { steps: titlesOf(stuck) }), plan };
  if (open.length > 0) return { state: 'later', reason: say('later', { steps: titlesOf(open) }), plan };
  if (!plan.isBlocked) return { state: 'ready', reason: null, plan };
  const failed = plan.checks.find(({ outcome }) => outcome === 'fail' || outcome === 'unknown');
  return { state: 'blocked', reason: failed?.detail ?? null, plan };
}

/** As a person knows them: the plan names its steps by their titles. */
function titlesOf(steps: readonly PlaybookStepPlan[]): LocalizedText {
  return joinTexts(steps.map(({ title }) => title));
}
