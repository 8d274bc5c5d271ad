import { useEffect, useRef, useState } from 'react';
import { useConnection } from './client';

export type StreamState = 'connecting' | 'live' | 'retrying' | 'ended';

/** Between two deliveries of one stream: quick enough to look live, slow enough for a table to draw in between. */
const calmMs = 200;
const retryDelaysMs = [250, 1000, 3000, 10_000];

/**
 * Follows an event stream of the engine while mounted. The first item is handed over with the next frame, what comes
 * soon after it together, so a burst costs one render; while the window is hidden that is once a second. A broken stream is opened again with a growing delay, and at
 * once when a new engine process arrives. `key` stands for everything `open` reads; null follows nothing.
 */
export function useStream<T>(
  key: string | null,
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  onItems: (items: T[]) => void,
): { state: StreamState; error: unknown } {
  const generation = useConnection((state) => state.generation);
  const [status, setStatus] = useState<{ state: StreamState; error: unknown }>({ state: 'connecting', error: null });
  const latest = useRef({ open, onItems });
  latest.current = { open, onItems };

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation is a reason to open the stream again
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const batch = createBatch<T>((items) => {
      if (!signal.aborted) latest.current.onItems(items);
    });
    const follow = async () => {
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        try {
          const stream = await latest.current.open(signal);
          setStatus({ state: 'live', error: null });
          for await (const item of stream) {
            if (signal.aborted) return;
            attempt = 0;
            batch.push(item);
          }
          batch.flush();
          if (!signal.aborted) setStatus({ state: 'ended', error: null });
          return;
        } catch (error) {
          if (signal.aborted) return;
          batch.flush();
          setStatus({ state: 'retrying', error });
          await delay(retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)] ?? 1000, signal);
        }
      }
    };
    setStatus({ state: 'connecting', error: null });
    void follow();
    return () => {
      controller.abort();
      batch.cancel();
    };
  }, [key, generation]);

  return status;
}

function createBatch<T>(deliver: (items: T[]) => void) {
  let items: T[] = [];
  let stop: (() => void) | null = null;
  let deliveredAtMs = Number.NEGATIVE_INFINITY;
  const flush = () => {
    stop?.();
    stop = null;
    deliveredAtMs = performance.now();
    if (items.length === 0) return;
    const ready = items;
    items = [];
    deliver(ready);
  };
  return {
    push(item: T) {
      items.push(item);
      stop ??= schedule(flush, deliveredAtMs + calmMs - performance.now());
    },
    flush,
    cancel() {
      stop?.();
      stop = null;
      items = [];
    },
  };
}

/** Frames don't come while the window is hidden, so a timer takes over there. */
function schedule(run: () => void, afterMs: number): () => void {
  if (document.visibilityState === 'hidden') {
    const timer = setTimeout(run, 1000);
    return () => clearTimeout(timer);
  }
  if (afterMs > 0) {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, 1000);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
