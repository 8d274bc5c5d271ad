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
}

/** Which nodes the rules see; null until it is known. */
export function useWatching(): Watching | null {
  const hosts = useFleet((state) => (state.isListed ? state.hosts : undefined));
  const [watchedKey, setWatchedKey] = useState<string | null>(null);
  useStream(
    'alerts/watches',
    (signal) => engine.telemetry.watchStates(undefined, { signal }),
    (arrived) =>
      setWatchedKey(
        (arrived.at(-1) ?? [])
          .filter(isWatched)
          .map(({ hostId }) => hostId)
          .sort()
          .join(' '),
      ),
  );
  if (!hosts || watchedKey === null) return null;
  const watched = new Set(watchedKey.split(' '));
  // An offline collection is a moment of the past.
  const all = [...hosts.values()].filter(({ spec }) => spec.kind !== 'bundle');
  return {
    total: all.length,
    unwatchedIds: all.flatMap(({ spec }) => (watched.has(spec.id) ? [] : spec.id)),
  };
}

function isWatched({ state, collectors }: WatchState): boolean {
  return state === 'watching' && (collectors.length === 0 || collectors.some((each) => each.state !== 'stopped'));
}
