import { useSyncExternalStore } from 'react';

let sinceMs = document.visibilityState === 'visible' ? Date.now() : null;

function subscribe(onChange: () => void): () => void {
  const onVisibility = (): void => {
    if ((document.visibilityState === 'visible') === (sinceMs !== null)) return;
    sinceMs = sinceMs === null ? Date.now() : null;
    onChange();
  };
  onVisibility();
  document.addEventListener('visibilitychange', onVisibility);
  return () => document.removeEventListener('visibilitychange', onVisibility);
}

/** Since when the window can be seen; null while it is hidden: nobody looks then, and nodes need not be sampled for it. */
export function useVisibleSinceMs(): number | null {
  return useSyncExternalStore(subscribe, () => sinceMs);
}
