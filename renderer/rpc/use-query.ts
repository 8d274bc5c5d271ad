import { useCallback, useEffect, useRef, useState } from 'react';
import { useConnection } from './client';

export interface Query<T> {
  data: T | undefined;
  /** Of the last try; data from an earlier one may still be there. */
  error: unknown;
  isLoading: boolean;
  loadedAtMs: number | null;
  refetch: () => void;
  /** Puts a value in without asking, for one that a stream or a call just brought. */
  set: (update: (data: T | undefined) => T | undefined) => void;
}

interface Entry {
  data: unknown;
  loadedAtMs: number;
}

/** What each key last gave, so that coming back to a screen shows it at once while it is asked again. */
const cache = new Map<string, Entry>();
const cacheLimit = 100;

export function resetQueryCache(): void {
  cache.clear();
}

function remember(key: string, data: unknown): void {
  cache.delete(key);
  cache.set(key, { data, loadedAtMs: Date.now() });
  const oldest = cache.keys().next().value;
  if (cache.size > cacheLimit && oldest !== undefined) cache.delete(oldest);
}

/**
 * Loads a value, again when `key` changes or a new engine process arrives. `key` stands for everything that `load` reads;
 * null loads nothing.
 */
export function useQuery<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Query<T> {
  const generation = useConnection((state) => state.generation);
  const [attempt, setAttempt] = useState(0);
  const [, rerender] = useState(0);
  const [state, setState] = useState<{ key: string | null; isLoading: boolean; error: unknown }>({
    key: null,
    isLoading: key !== null,
    error: null,
  });
  const latestLoad = useRef(load);
  latestLoad.current = load;

  // biome-ignore lint/correctness/useExhaustiveDependencies: attempt and generation are reasons to load again
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    setState((previous) => ({ key, isLoading: true, error: previous.key === key ? previous.error : null }));
    latestLoad.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        remember(key, data);
        setState({ key, isLoading: false, error: null });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setState({ key, isLoading: false, error });
      },
    );
    return () => controller.abort();
  }, [key, attempt, generation]);

  const refetch = useCallback(() => setAttempt((count) => count + 1), []);
  const set = useCallback(
    (update: (data: T | undefined) => T | undefined) => {
      if (key === null) return;
      const data = update(cache.get(key)?.data as T | undefined);
      if (data === undefined) return;
      remember(key, data);
      rerender((count) => count + 1);
    },
    [key],
  );
  const entry = key === null ? undefined : cache.get(key);
  const isCurrent = state.key === key;
  return {
    data: entry?.data as T | undefined,
    error: isCurrent ? state.error : null,
    isLoading: isCurrent ? state.isLoading : key !== null,
    loadedAtMs: entry?.loadedAtMs ?? null,
    refetch,
    set,
  };
}
