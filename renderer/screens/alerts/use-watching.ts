import { useState } from 'react';
import type { WatchState } from '#shared/domain/telemetry/live';
import { engine } from '../../rpc/client';
import { useStream } from '../../rpc/use-stream';
import { useFleet } from '../../stores/fleet-store';

export interface Watching {
  /** Nodes that could be watched. */
  readonly total: number;
  /** Those of which no rule can say anything now. */
  readonly unwatchedIds: readonly string[];
  /** Those of which some rules can't: a collector stopped. */
  readonly partlyIds: readonly string[];
}

/** Which nodes the rules see; null until it is known. */
export function useWatching(): Watching | null {
  const hosts = useFleet((state) => (state.isListed ? state.hosts : undefined));
  // Texts stay the same while nothing changes but rates and costs.
  const [watched, setWatched] = useState<{ whole: string; partly: string } | null>(null);
  useStream(
    'alerts/watches',
    (signal) => engine.telemetry.watchStates(undefined, { signal }),
    (arrived) => {
      const states = (arrived.at(-1) ?? []).filter(isWatched);
      const next = {
        whole: idsOf(states.filter((state) => !isStoppedIn(state))),
        partly: idsOf(states.filter(isStoppedIn)),
      };
      setWatched((before) => (before?.whole === next.whole && before.partly === next.partly ? before : next));
    },
  );
  if (!hosts || watched === null) return null;
  const [whole, partly] = [new Set(watched.whole.split(' ')), new Set(watched.partly.split(' '))];
  // An offline collection is a moment of the past.
  const all = [...hosts.values()].filter(({ spec }) => spec.kind !== 'bundle');
  return {
    total: all.length,
    unwatchedIds: all.flatMap(({ spec }) => (whole.has(spec.id) || partly.has(spec.id) ? [] : spec.id)),
    partlyIds: all.flatMap(({ spec }) => (partly.has(spec.id) ? spec.id : [])),
  };
}

/** One that has no collector yet is still being looked at. */
function isWatched({ state, collectors }: WatchState): boolean {
  return state === 'watching' && collectors.some((each) => each.state !== 'stopped');
}

function isStoppedIn({ collectors }: WatchState): boolean {
  return collectors.some((each) => each.state === 'stopped');
}

function idsOf(states: readonly WatchState[]): string {
  return states
    .map(({ hostId }) => hostId)
    .sort()
    .join(' ');
}
