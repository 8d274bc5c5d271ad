import { useEffect, useRef } from 'react';
import { isRolling, type Rollout } from '#shared/domain/rollout';
import { engine } from '../rpc/client';
import { trackRun } from '../stores/track-run';

/** Those that the status bar has. */
const tracked = new Set<string>();

/** A rollout that was seen at work is a task in the status bar until it stands, whatever screen is open meanwhile. */
export function useRolloutTask({ id: rolloutId, state }: Rollout, title: string): void {
  const isAtWork = isRolling({ state });
  const latestTitle = useRef(title);
  latestTitle.current = title;
  useEffect(() => {
    if (!isAtWork || tracked.has(rolloutId)) return;
    tracked.add(rolloutId);
    void trackRun<Rollout>({
      title: latestTitle.current,
      watch: (signal) => engine.actions.watchRollout({ rolloutId }, { signal }),
      progressOf: (rollout) => (isRolling(rollout) ? progressOf(rollout) : null),
      cancel: () => engine.actions.cancelRollout({ rolloutId }),
    }).finally(() => tracked.delete(rolloutId));
  }, [rolloutId, isAtWork]);
}

/** By the nodes that need nothing more. */
function progressOf({ items }: Rollout): { done: number; total: number } {
  const done = items.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
  return { done, total: items.length };
}
