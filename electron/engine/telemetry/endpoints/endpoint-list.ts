import type { AuditLog } from '../../audit/audit-log';
import { InvalidError } from '../../errors';
import type { Database, Store } from '../../store/store';
import { metricsUrlOf } from './metrics-url';

const MOST_OF_A_HOST = 64;

/** The `/metrics` that people named, by host; what changes is audited. Read anew each time: another process may name one. */
export class EndpointList {
  readonly #select: Database.Statement;

  constructor(
    private readonly store: Store,
    private readonly audit: AuditLog,
  ) {
    this.#select = store.database.prepare('SELECT url FROM metrics_endpoint WHERE host_id = ? ORDER BY url');
  }

  of(hostId: string): string[] {
    return (this.#select.all(hostId) as Array<{ url: string }>).map(({ url }) => url);
  }

  /** Returns the address as it is kept. Throws InvalidError. */
  add(hostId: string, text: string): string {
    const url = checked(text);
    if (this.of(hostId).length >= MOST_OF_A_HOST) throw new InvalidError('liveTab.endpoint.tooMany');
    const sql = 'INSERT OR IGNORE INTO metrics_endpoint (host_id, url) VALUES (?, ?)';
    this.#change(sql, hostId, { url, isNamed: true });
    return url;
  }

  /** Throws InvalidError. */
  remove(hostId: string, text: string): string {
    const url = checked(text);
    this.#change('DELETE FROM metrics_endpoint WHERE host_id = ? AND url = ?', hostId, { url, isNamed: false });
    return url;
  }

  /** Naming what is named already changes nothing, and is no line. */
  #change(sql: string, hostId: string, detail: { readonly url: string; readonly isNamed: boolean }): void {
    this.store.transaction(() => {
      const { changes } = this.store.database.prepare(sql).run(hostId, detail.url);
      if (changes > 0) this.audit.append({ event: 'telemetry.endpoint', hostId, detail });
    });
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
