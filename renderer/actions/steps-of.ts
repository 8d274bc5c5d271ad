import type { ActionRun } from '#shared/domain/action';

export type RunStep = ActionRun['steps'][number];

export const undoPrefix = 'undo-';

/** The steps of the plan, and those that took it back: these are named after the step they undo and stand in no plan. */
export function stepsOf(run: ActionRun): { applied: readonly RunStep[]; undoing: readonly RunStep[] } {
  const planned = new Set(run.plan.steps.map(({ id }) => id));
  const isUndoing = ({ id }: RunStep) => id.startsWith(undoPrefix) && !planned.has(id);
  return { applied: run.steps.filter((step) => !isUndoing(step)), undoing: run.steps.filter(isUndoing) };
}
