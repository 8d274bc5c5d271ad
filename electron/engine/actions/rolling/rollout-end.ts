import { beginnable, type Rollout, type RolloutItem } from '#shared/domain/rollout';

/** What a rollout came to that is not carried out any more. `isCut`: the engine goes, or went. */
export function endOf({ state, items }: Rollout, isCut: boolean): Rollout['state'] {
  const has = (...states: RolloutItem['state'][]) => items.some((item) => states.includes(item.state));
  if (isCut && has('waiting', 'unknown')) return 'interrupted';
  if (state === 'cancelling') return 'cancelled';
  if (has('failed', 'unknown')) return 'stopped';
  // Behind what was taken back nothing is begun.
  return beginnable({ items }).length > 0 ? 'paused' : 'done';
}

/** What a rollout is once nodes of it were taken back. `before`: what it was. */
export function stateAfterUndo({ items }: Pick<Rollout, 'items'>, before: Rollout['state']): Rollout['state'] {
  const has = (...states: RolloutItem['state'][]) => items.some(({ state }) => states.includes(state));
  // What stays done because it knows no way back is named by its error.
  const isLeft = items.some(({ state, error }) => state === 'done' && error === null);
  const isOver = !isLeft && !has('failed', 'unknown', 'undoing') && beginnable({ items }).length === 0;
  if (has('undone') && isOver) return 'undone';
  return has('failed', 'unknown', 'undoing') && before !== 'cancelled' ? 'stopped' : before;
}

/** Of the nodes that are to be taken back, those that were lost on the way, and of those that were not come to what is still done. */
export function notTakenBack(
  { items }: Pick<Rollout, 'items'>,
  hostIds: readonly string[],
  wasComeTo: (hostId: string) => boolean,
): string[] {
  return hostIds.filter((host) =>
    items.some(({ hostId, state, error }) => {
      const isLost = state === 'unknown' || state === 'undoing';
      return hostId === host && (isLost || (!wasComeTo(host) && state === 'done' && error === null));
    }),
  );
}
