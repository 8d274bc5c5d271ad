import { InvalidError } from '../../errors';
import type { Database, Store } from '../../store/store';
import { metricsUrlOf } from './metrics-url';

const MOST_OF_A_HOST = 64;

/** The `/metrics` that people named, by host. Read anew each time: another process may name one. */
export class EndpointList {
  readonly #select: Database.Statement;

  constructor(private readonly store: Store) {
    this.#select = store.database.prepare('SELECT url FROM metrics_endpoint WHERE host_id = ? ORDER BY url');
  }

  of(hostId: string): string[] {
    return (this.#select.all(hostId) as Array<{ url: string }>).map(({ url }) => url);
  }

  /** Returns the address as it is kept. Throws InvalidError. */
  add(hostId: string, text: string): string {
    const url = checked(text);
    if (this.of(hostId).length >= MOST_OF_A_HOST) throw new InvalidError('liveTab.endpoint.tooMany');
    this.store.transaction(() =>
      this.store.database
        .prepare('INSERT OR IGNORE INTO metrics_endpoint (host_id, url) VALUES (?, ?)')
        .run(hostId, url),
    );
    return url;
  }

  /** Throws InvalidError. */
  remove(hostId: string, text: string): string {
    const url = checked(text);
    this.store.transaction(() =>
      this.store.database.prepare('DELETE FROM metrics_endpoint WHERE host_id = ? AND url = ?').run(hostId, url),
    );
    return url;
  }

  forgetHost(hostId: string): void {
    this.store.transactionSoon(() =>
      this.store.database.prepare('DELETE FROM metrics_endpoint WHERE host_id = ?').run(hostId),
    );
  }
}

function checked(text: string): string {
  const url = metricsUrlOf(text);
  if (url === null) throw new InvalidError('liveTab.endpoint.noAddress', { address: text.slice(0, 200) });
  return url;
}
