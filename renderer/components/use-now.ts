import { useSyncExternalStore } from 'react';

const periodMs = 5000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

/** Nobody sees an age in a hidden window; it is right again when the window is shown. */
function tick(): void {
  if (document.visibilityState === 'hidden') return;
  now = Date.now();
  for (const notify of listeners) notify();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    timer = setInterval(tick, periodMs);
    document.addEventListener('visibilitychange', tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
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
