import { randomUUID } from 'node:crypto';
import type { Store } from './store';

/** Names this data folder among all Gantries that reach a node; the same after a restart, and in app and command line. */
export function installationId(store: Store): string {
  const find = store.database.prepare("SELECT value FROM setting WHERE key = 'installation'");
  const read = () => (find.get() as { value: string } | undefined)?.value;
  const known = read();
  if (known !== undefined) return known;
  store.transaction(() =>
    store.database.prepare("INSERT OR IGNORE INTO setting (key, value) VALUES ('installation', ?)").run(randomUUID()),
  );
  return read() ?? '';
}
