import type { RolloutItem } from '#shared/domain/rollout';
import { useWords } from '../app/i18n';
import { doneCount } from './rollout-tones';

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
