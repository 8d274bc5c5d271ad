import {
  type TelemetryEvent,
  type TelemetryEventBody,
  telemetryEventBodySchema,
} from '#shared/domain/telemetry/telemetry-event';
import type { Store } from '../../store/store';

interface EventRow extends Omit<TelemetryEvent, 'body'> {
  readonly event: string;
}

/** What happened beside what was measured. */
export class EventRepository {
  constructor(private readonly store: Store) {}

  add(event: Omit<TelemetryEvent, 'id' | 'body'> & { body: TelemetryEventBody }): void {
    this.store.transactionSoon(() =>
      this.store.database
        .prepare('INSERT INTO event (host_id, subject, at_ms, until_ms, event) VALUES (?, ?, ?, ?, ?)')
        .run(event.hostId, event.subject, event.atMs, event.untilMs, JSON.stringify(event.body)),
    );
  }

  /** In the order of their times; of all hosts without a list. What happened to the store itself belongs to every host. */
  list({
    hostIds,
    fromMs,
    toMs,
  }: {
    hostIds?: readonly string[] | undefined;
    fromMs: number;
    toMs: number;
  }): TelemetryEvent[] {
    const wanted = hostIds ? JSON.stringify(hostIds) : null;
    const rows = this.store.database
      .prepare(
        `SELECT id, host_id AS hostId, subject, at_ms AS atMs, until_ms AS untilMs, event FROM event
         WHERE at_ms <= ? AND coalesce(until_ms, at_ms) >= ?
           AND (? IS NULL OR host_id = '' OR host_id IN (SELECT value FROM json_each(?)))
         ORDER BY at_ms, id LIMIT 5000`,
      )
      .all(toMs, fromMs, wanted, wanted) as EventRow[];
    return rows.flatMap(({ id, hostId, subject, atMs, untilMs, event }) => {
      const body = telemetryEventBodySchema.safeParse(JSON.parse(event));
      return body.success ? [{ id, hostId, subject, atMs, untilMs, body: body.data }] : [];
    });
  }
}
