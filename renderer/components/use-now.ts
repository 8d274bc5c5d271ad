import { useSyncExternalStore } from 'react';

const periodMs = 5000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, periodMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The wall clock, moving on every 5 s; one timer serves everything that shows an age. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // A clock that stood still while nobody watched must not show an age from the future.
    if (Date.now() - now > periodMs) now = Date.now();
    return now;
  });
}
