import type { Store } from './store';

const lookEveryMs = 1000;

/**
 * Calls `look` about a second after another process (the CLI beside the app) has written, and every second while
 * `isCarriedOutElsewhere`: a process that dies writes nothing. Until the returned function is called or the store closed.
 */
export function onForeignWrite(
  store: Store,
  look: () => void,
  isCarriedOutElsewhere: () => boolean = () => false,
): () => void {
  let seenVersion = store.foreignVersion();
  const timer = setInterval(() => {
    if (!store.database.open) return clearInterval(timer);
    const version = store.foreignVersion();
    if (version !== seenVersion || isCarriedOutElsewhere()) look();
    seenVersion = version;
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
