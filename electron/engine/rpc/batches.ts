export interface BatchOptions<T> {
  /** The least time between two batches; the first comes with the next turn of the event loop. */
  everyMs: number;
  /** Of two items with the same key in one batch only the later is kept. */
  keyOf: (item: T) => string;
  signal: AbortSignal | undefined;
}

/**
 * Gathers the items of a stream that come close together, so that a burst costs one message. The stream is opened with a
 * signal that ends it when nobody reads the batches any more.
 */
export async function* batches<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  { everyMs, keyOf, signal }: BatchOptions<T>,
): AsyncGenerator<T[]> {
  const unread = new AbortController();
  const gathered = new Map<string, T>();
  let isOver = false;
  let failure: { error: unknown } | null = null;
  let wake = () => {};

  const gather = async () => {
    try {
      for await (const item of open(signal ? AbortSignal.any([signal, unread.signal]) : unread.signal)) {
        // Deleted first, so that the batch keeps the order of the changes.
        gathered.delete(keyOf(item));
        gathered.set(keyOf(item), item);
        wake();
      }
    } catch (error) {
      failure = { error };
    }
    isOver = true;
    wake();
  };
  void gather();

  try {
    for (;;) {
      if (gathered.size === 0 && !isOver) await new Promise<void>((resolve) => (wake = resolve));
      if (!isOver) await new Promise((resolve) => setImmediate(resolve));
      const items = [...gathered.values()];
      gathered.clear();
      if (items.length > 0) yield items;
      else if (isOver) break;
      if (!isOver) await pause(everyMs, (stop) => (wake = () => isOver && stop()));
    }
    if (failure) throw (failure as { error: unknown }).error;
  } finally {
    unread.abort();
  }
}

/** Waits, or less when `onStop`'s function is called. */
function pause(ms: number, onStop: (stop: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    onStop(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
