import {
  IconArrowBackUp,
  IconCircleDashed,
  IconCircleMinus,
  IconLoader2,
  IconPlayerPause,
  type TablerIcon,
} from '@tabler/icons-react';
import type { RolloutItem, RolloutItemState, RolloutState } from '#shared/domain/rollout';
import type { Tone } from '../components/state-badge';

export const rolloutTones: Record<RolloutState, Tone> = {
  running: 'info',
  pausing: 'info',
  cancelling: 'info',
  undoing: 'info',
  paused: 'warn',
  stopped: 'bad',
  interrupted: 'warn',
  cancelled: 'unknown',
  done: 'ok',
  undone: 'unknown',
};

export const itemTones: Record<RolloutItemState, Tone> = {
  waiting: 'unknown',
  running: 'info',
  done: 'ok',
  'not-needed': 'ok',
  failed: 'bad',
  unknown: 'warn',
  undoing: 'info',
  undone: 'unknown',
};

/** Where that of the tone would say something else. */
export const rolloutIcons: Partial<Record<RolloutState, TablerIcon>> = {
  running: IconLoader2,
  undoing: IconLoader2,
  paused: IconPlayerPause,
  cancelled: IconCircleMinus,
  undone: IconArrowBackUp,
};

export const itemIcons: Partial<Record<RolloutItemState, TablerIcon>> = {
  waiting: IconCircleDashed,
  running: IconLoader2,
  undoing: IconLoader2,
  undone: IconArrowBackUp,
};

/** Items that need nothing more: nodes, or steps of nodes. */
export function doneCount({ items }: { readonly items: readonly RolloutItem[] }): number {
  return items.filter(({ state }) => state === 'done' || state === 'not-needed').length;
}

export interface NodeItems {
  readonly hostId: string;
  readonly items: readonly RolloutItem[];
  /** What is most worth knowing of its items: that one is at work or went wrong, else that not all are done. */
  readonly state: RolloutItemState;
}

const byWeight: readonly RolloutItemState[] = ['running', 'undoing', 'failed', 'unknown', 'waiting', 'undone', 'done'];

/** The items of each node, in the order in which they are begun. Pure. */
export function byNode(items: readonly RolloutItem[]): NodeItems[] {
  const nodes = new Map<string, RolloutItem[]>();
  for (const item of items) {
    const known = nodes.get(item.hostId);
    if (known) known.push(item);
    else nodes.set(item.hostId, [item]);
  }
  return [...nodes].map(([hostId, own]) => ({
    hostId,
    items: own,
    state: byWeight.find((state) => own.some((item) => item.state === state)) ?? 'not-needed',
  }));
}
