import type { Store } from './store';

/**
 * Calls `look` about a second after another process (the app beside the CLI) has written, until the returned function is
 * called or the store closed. While `always` it is called every second: a process that dies writes nothing.
 */
export function onForeignWrite(store: Store, look: () => void, always: () => boolean = () => false): () => void {
  let seenVersion = store.foreignVersion();
  const timer = setInterval(() => {
    if (!store.database.open) return clearInterval(timer);
    try {
      const version = store.foreignVersion();
      if (version !== seenVersion || always()) look();
      seenVersion = version;
    } catch {
      // What can't be read now is looked at again, and whoever asks for it is told why.
    }
  }, 1000);
  timer.unref();
  return () => clearInterval(timer);
}
