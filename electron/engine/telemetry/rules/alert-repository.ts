import type { Alert, Silence } from '#shared/domain/rules/alert';
import type { Database, Store } from '../../store/store';

/** What is not in columns of its own. */
type Body = Omit<Alert, 'id' | 'ruleId' | 'hostId' | 'subject' | 'state' | 'sinceMs' | 'resolvedMs' | 'acknowledged'>;

interface AlertRow {
  readonly id: number;
  readonly rule_id: string;
  readonly host_id: string;
  readonly subject: string;
  readonly state: Alert['state'];
  readonly since_ms: number;
  readonly resolved_ms: number | null;
  readonly alert: string;
  readonly acknowledged: string | null;
}

const SHOWN_RESOLVED = 500;
const KEPT = 20_000;
const SHOWN_OF_RANGE = 5000;

/** The SQL of alerts and silences. */
export class AlertRepository {
  // Prepared once: a storm writes thousands.
  readonly #save: Database.Statement;
  readonly #delete: Database.Statement;

  constructor(private readonly store: Store) {
    this.#save = store.database.prepare(
      `INSERT INTO alert (id, rule_id, host_id, subject, state, since_ms, resolved_ms, alert)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, since_ms = excluded.since_ms,
         resolved_ms = excluded.resolved_ms, alert = excluded.alert`,
    );
    this.#delete = store.database.prepare('DELETE FROM alert WHERE id = ?');
  }

  open(): Alert[] {
    return this.#alerts("SELECT * FROM alert WHERE state <> 'resolved' ORDER BY id");
  }

  /** Of the open ones what can change about each, as text, by its number: to see which did without reading them all. */
  openTexts(): ReadonlyMap<number, string> {
    const rows = this.store.database
      .prepare(
        "SELECT id, state || since_ms || alert || coalesce(acknowledged, '') AS text FROM alert WHERE state <> 'resolved'",
      )
      .all() as Array<{ id: number; text: string }>;
    return new Map(rows.map(({ id, text }) => [id, text]));
  }

  /** The last that are over, newest first. */
  resolved(): Alert[] {
    return this.#alerts(
      `SELECT * FROM alert WHERE resolved_ms IS NOT NULL ORDER BY resolved_ms DESC, id DESC LIMIT ${SHOWN_RESOLVED}`,
    );
  }

  /** Open at any time of the range. */
  during(fromMs: number, toMs: number): Alert[] {
    return this.#alerts(
      `SELECT * FROM alert WHERE since_ms <= ? AND (resolved_ms IS NULL OR resolved_ms > ?)
       ORDER BY since_ms DESC, id DESC LIMIT ${SHOWN_OF_RANGE}`,
      toMs,
      fromMs,
    );
  }

  find(id: number): Alert | null {
    return this.#alerts('SELECT * FROM alert WHERE id = ?', id)[0] ?? null;
  }

  /** Those of these numbers that there are. */
  findAll(ids: readonly number[]): Alert[] {
    return this.#alerts('SELECT * FROM alert WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  }

  /** The next number; those of alerts that never fired may come again. */
  nextId(): number {
    const [row] = this.store.database.prepare('SELECT max(id) AS id FROM alert').all() as Array<{ id: number | null }>;
    return (row?.id ?? 0) + 1;
  }

  /** Writes all of an alert but who acknowledged it. */
  save({ id, ruleId, hostId, subject, state, sinceMs, resolvedMs, acknowledged: _, ...body }: Alert): void {
    this.#save.run(id, ruleId, hostId, subject, state, sinceMs, resolvedMs, JSON.stringify(body satisfies Body));
  }

  delete(id: number): void {
    this.#delete.run(id);
  }

  /** Forgets the oldest that are over, so that storms do not fill the disk. */
  prune(): void {
    this.store.database
      .prepare("DELETE FROM alert WHERE state = 'resolved' AND id <= (SELECT max(id) FROM alert) - ?")
      .run(KEPT);
  }

  acknowledge(id: number, acknowledged: Alert['acknowledged']): void {
    this.store.database.prepare('UPDATE alert SET acknowledged = ? WHERE id = ?').run(JSON.stringify(acknowledged), id);
  }

  /** Those that hold at any time of the range. */
  silences(fromMs: number, toMs = Number.MAX_SAFE_INTEGER): Silence[] {
    return this.store.database
      .prepare(
        `SELECT id, rule_id AS ruleId, host_id AS hostId, subject, until_ms AS untilMs, at_ms AS atMs, who, why
         FROM silence WHERE until_ms > ? AND at_ms <= ? ORDER BY until_ms`,
      )
      .all(fromMs, toMs) as Silence[];
  }

  addSilence({ ruleId, hostId, subject, untilMs, atMs, who, why }: Omit<Silence, 'id'>): number {
    const [row] = this.store.database
      .prepare(
        `INSERT INTO silence (rule_id, host_id, subject, until_ms, at_ms, who, why) VALUES (?, ?, ?, ?, ?, ?, ?)
         RETURNING id`,
      )
      .all(ruleId, hostId, subject, untilMs, atMs, who, why) as Array<{ id: number }>;
    return row?.id ?? 0;
  }

  setSilenceEnd(id: number, untilMs: number): void {
    this.store.database.prepare('UPDATE silence SET until_ms = ? WHERE id = ?').run(untilMs, id);
  }

  #alerts(sql: string, ...params: unknown[]): Alert[] {
    return (this.store.database.prepare(sql).all(...params) as AlertRow[]).map((row) => ({
      ...(JSON.parse(row.alert) as Body),
      id: row.id,
      ruleId: row.rule_id,
      hostId: row.host_id,
      subject: row.subject,
      state: row.state,
      sinceMs: row.since_ms,
      resolvedMs: row.resolved_ms,
      acknowledged: row.acknowledged === null ? null : (JSON.parse(row.acknowledged) as Alert['acknowledged']),
    }));
  }
}
