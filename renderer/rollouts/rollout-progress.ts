import type { Rollout, RolloutItem } from '#shared/domain/rollout';
import { useWords } from '../app/i18n';
import { byNode, doneCount } from './rollout-tones';

interface Items {
  readonly items: readonly RolloutItem[];
}

/** How far a rollout has come: of a playbook its steps, else its nodes. */
export function useProgressWords(): (rollout: Items, of: 'steps' | 'nodes') => string {
  const { t } = useWords();
  return (rollout, of) => {
    const [done, count] = [doneCount(rollout), rollout.items.length];
    return of === 'steps'
      ? t('rollouts.stepProgress', { done, count })
      : t('rollouts.progress', { done, total: count });
  };
}

/**
 * What is usually left of a rollout in minutes, by the steps that are not over; nodes of one batch go on side by side, so a batch
 * takes as long as its longest. Null: of a step that is left nobody knows how long it takes. Pure.
 */
export function minutesLeft({ items, batchSize }: Pick<Rollout, 'items' | 'batchSize'>): Duration | null {
  const nodes: Duration[] = [];
  for (const { items: own } of byNode(items)) {
    // Where one failed, those after it are not begun.
    if (own.some(({ state }) => state === 'failed' || state === 'unknown')) continue;
    const left = own.filter(({ state }) => state === 'waiting' || state === 'running');
    if (left.length === 0) continue;
    const told = left.flatMap(({ step }) => step?.duration ?? []);
    if (told.length < left.length) return null;
    nodes.push(sumOf(told));
  }
  const batches: Duration[] = [];
  for (let first = 0; first < nodes.length; first += batchSize) {
    const batch = nodes.slice(first, first + batchSize);
    batches.push({
      fromMinutes: Math.max(...batch.map(({ fromMinutes }) => fromMinutes)),
      toMinutes: Math.max(...batch.map(({ toMinutes }) => toMinutes)),
    });
  }
  return sumOf(batches);
}

type Duration = NonNullable<NonNullable<RolloutItem['step']>['duration']>;

const sumOf = (all: readonly Duration[]): Duration => ({
  fromMinutes: all.reduce((sum, { fromMinutes }) => sum + fromMinutes, 0),
  toMinutes: all.reduce((sum, { toMinutes }) => sum + toMinutes, 0),
});
