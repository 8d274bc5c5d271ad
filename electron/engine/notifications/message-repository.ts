import { type Delivery, deliverySchema } from '#shared/domain/notifications/notification';
import type { Message } from '#shared/domain/text';
import type { PreparedSql } from './prepared-sql';

interface MessageRow {
  readonly id: number;
  readonly channel_id: string;
  readonly key: string;
  readonly made_ms: number;
  readonly state: Delivery['state'];
  readonly tries: number;
  readonly next_ms: number;
  readonly ended_ms: number | null;
  readonly problem: string | null;
  readonly notification: string;
}

const KEPT_ENDED = 2000;

/** The SQL of messages: what waits to be sent, and what became of it. */
export class MessageRepository {
  readonly #sql: PreparedSql;

  constructor(sql: PreparedSql) {
    this.#sql = sql;
  }

  add(message: Omit<Delivery, 'id' | 'tries' | 'problem'> & { groupKey: string }): number {
    const [row] = this.#sql.all<{ id: number }>(
      `INSERT INTO notification_message (channel_id, key, group_key, made_ms, state, next_ms, ended_ms, notification)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      message.channelId,
      message.key,
      message.groupKey,
      message.madeMs,
      message.state,
      message.nextMs ?? 0,
      message.endedMs,
      JSON.stringify(message.notification),
    );
    return row?.id ?? 0;
  }

  /** The oldest message of a channel that is not delivered. */
  firstWaiting(channelId: string): Delivery | null {
    return (
      this.#deliveries(
        'SELECT * FROM notification_message WHERE channel_id = ? AND ended_ms IS NULL ORDER BY id LIMIT 1',
        channelId,
      )[0] ?? null
    );
  }

  waiting(): Map<string, number> {
    const rows = this.#sql.all<{ id: string; count: number }>(
      'SELECT channel_id AS id, count(*) AS count FROM notification_message WHERE ended_ms IS NULL GROUP BY channel_id',
    );
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  last(channelId: string): Delivery | null {
    return (
      this.#deliveries(
        'SELECT * FROM notification_message WHERE channel_id = ? AND tries > 0 ORDER BY id DESC LIMIT 1',
        channelId,
      )[0] ?? null
    );
  }

  log(channelId: string | undefined, limit: number): Delivery[] {
    return channelId === undefined
      ? this.#deliveries('SELECT * FROM notification_message ORDER BY id DESC LIMIT ?', limit)
      : this.#deliveries(
          'SELECT * FROM notification_message WHERE channel_id = ? ORDER BY id DESC LIMIT ?',
          channelId,
          limit,
        );
  }

  trying(messageId: number): void {
    this.#sql.run("UPDATE notification_message SET state = 'sending', tries = tries + 1 WHERE id = ?", messageId);
  }

  sent(messageId: number, atMs: number): void {
    this.#sql.run(
      "UPDATE notification_message SET state = 'sent', ended_ms = ?, problem = NULL WHERE id = ?",
      atMs,
      messageId,
    );
  }

  tryLater(messageId: number, nextMs: number, problem: Message): void {
    this.#sql.run(
      "UPDATE notification_message SET state = 'waiting', next_ms = ?, problem = ? WHERE id = ?",
      nextMs,
      JSON.stringify(problem),
      messageId,
    );
  }

  giveUp(messageId: number, atMs: number, problem: Message): void {
    this.#sql.run(
      "UPDATE notification_message SET state = 'failed', ended_ms = ?, problem = ? WHERE id = ?",
      atMs,
      JSON.stringify(problem),
      messageId,
    );
  }

  /** More than a channel is kept waiting for; the oldest first. */
  beyond(channelId: string, most: number): number[] {
    return this.#sql
      .all<{ id: number }>(
        'SELECT id FROM notification_message WHERE channel_id = ? AND ended_ms IS NULL ORDER BY id DESC LIMIT -1 OFFSET ?',
        channelId,
        most,
      )
      .map(({ id }) => id);
  }

  /** The channel was mended: it is tried at once. */
  tryNow(channelId: string): void {
    this.#sql.run('UPDATE notification_message SET next_ms = 0 WHERE channel_id = ? AND ended_ms IS NULL', channelId);
  }

  tidy(): void {
    this.#sql.run(
      `DELETE FROM notification_message WHERE ended_ms IS NOT NULL
       AND id <= (SELECT max(id) FROM notification_message) - ${KEPT_ENDED}`,
    );
  }

  #deliveries(sql: string, ...params: unknown[]): Delivery[] {
    return this.#sql.all<MessageRow>(sql, ...params).flatMap((row) => {
      const isOver = row.ended_ms !== null;
      const parsed = deliverySchema.safeParse({
        id: row.id,
        channelId: row.channel_id,
        key: row.key,
        madeMs: row.made_ms,
        state: row.state,
        tries: row.tries,
        nextMs: isOver ? null : row.next_ms,
        endedMs: row.ended_ms,
        problem: row.problem === null ? null : JSON.parse(row.problem),
        notification: JSON.parse(row.notification),
      });
      return parsed.success ? [parsed.data] : [];
    });
  }
}
