import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { AlertValue } from '#shared/domain/rules/alert';
import { engine, useConnection } from '../../rpc/client';
import { useIsReplaying } from '../../stores/replay-store';

const AGAIN_MS = 2000;
const none: ReadonlyMap<number, AlertValue> = new Map();

const useValues = create<{ byId: ReadonlyMap<number, AlertValue> }>(() => ({ byId: none }));

/** What an alert's rule compares now; undefined where only what it was at its last change is known. */
export function useAlertValue(alertId: number): AlertValue | undefined {
  return useValues(({ byId }) => byId.get(alertId));
}

/** Asks for the values of the alerts that are seen, again and again while the window is. */
export function useLiveValues(seenIds: () => readonly number[]): void {
  const generation = useConnection((state) => state.generation);
  const isReplaying = useIsReplaying();
  const latest = useRef(seenIds);
  latest.current = seenIds;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new engine process is a reason to ask it
  useEffect(() => {
    if (isReplaying) return;
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const alertIds = latest.current();
      if (alertIds.length > 0 && document.visibilityState === 'visible') {
        const values = await engine.alerts.values({ alertIds: [...alertIds] }, { signal: left.signal }).catch(() => []);
        if (left.signal.aborted) return;
        useValues.setState({ byId: new Map(values.map((value) => [value.alertId, value])) });
      }
      timer = setTimeout(ask, AGAIN_MS);
    };
    timer = setTimeout(ask);
    return () => {
      left.abort();
      clearTimeout(timer);
      useValues.setState({ byId: none });
    };
  }, [generation, isReplaying]);
}
