import { useCallback, useEffect, useRef, useState } from 'react';

export interface Call<Args extends unknown[], T> {
  /** Starts the call; a second start while one runs cancels the first. Resolves to undefined when it failed or was cancelled. */
  run: (...args: Args) => Promise<T | undefined>;
  cancel: () => void;
  isRunning: boolean;
  error: unknown;
  result: T | undefined;
  reset: () => void;
}

/**
 * A call that the user starts with a button: its progress, its error and its cancellation. It ends with the component,
 * unless `outlives` says that the work goes on (a task in the status bar can still be cancelled there).
 */
export function useCall<Args extends unknown[], T>(
  call: (signal: AbortSignal, ...args: Args) => Promise<T>,
  { outlives = false }: { outlives?: boolean } = {},
): Call<Args, T> {
  const [state, setState] = useState<{ isRunning: boolean; error: unknown; result: T | undefined }>({
    isRunning: false,
    error: null,
    result: undefined,
  });
  const controller = useRef<AbortController | null>(null);
  const latest = useRef(call);
  latest.current = call;

  useEffect(() => {
    if (!outlives) return () => controller.current?.abort();
  }, [outlives]);

  const run = useCallback(async (...args: Args) => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    setState((previous) => ({ ...previous, isRunning: true, error: null }));
    try {
      const result = await latest.current(own.signal, ...args);
      if (own.signal.aborted) return undefined;
      setState({ isRunning: false, error: null, result });
      return result;
    } catch (error) {
      if (!own.signal.aborted) setState({ isRunning: false, error, result: undefined });
      return undefined;
    }
  }, []);
  const cancel = useCallback(() => {
    controller.current?.abort();
    setState((previous) => ({ ...previous, isRunning: false }));
  }, []);
  const reset = useCallback(() => setState({ isRunning: false, error: null, result: undefined }), []);
  return { ...state, run, cancel, reset };
}
