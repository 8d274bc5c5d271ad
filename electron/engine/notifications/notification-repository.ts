import { type Channel, channelSchema } from '#shared/domain/notifications/channel';
import { type Delivery, deliverySchema, NAMED } from '#shared/domain/notifications/notification';
import type { Alert } from '#shared/domain/rules/alert';
import type { Message } from '#shared/domain/text';
import type { Store } from '../store/store';

/** That an alert fired or was over, and not everybody has been told. */
export interface News {
  readonly id: number;
  readonly alertId: number;
  readonly to: 'firing' | 'resolved';
  readonly isNoted: boolean;
}

/** Alerts of one rule and severity that a channel is to be told of, or of all rules. */
export interface WaitingGroup {
  readonly channelId: string;
  readonly kind: 'firing' | 'resolved';
  readonly groupKey: string;
  readonly count: number;
  readonly hostCount: number;
  readonly sinceMs: number;
  /** When the channel was last told of that group. */
  readonly toldMs: number | null;
}

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

/** The SQL of channels, of what they are to be told, and of messages. */
export class NotificationRepository {
  constructor(private readonly store: Store) {}

  channels(): Channel[] {
    const rows = this.#all<{ id: string; channel: string }>(
      'SELECT id, channel FROM notification_channel ORDER BY rowid',
    );
    return rows.flatMap(({ id, channel }) => {
      const parsed = channelSchema.safeParse({ ...(JSON.parse(channel) as object), id });
      return parsed.success ? [parsed.data] : [];
    });
  }

  saveChannel({ id, ...channel }: Channel): void {
    this.#run(
      'INSERT INTO notification_channel (id, channel) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET channel = excluded.channel',
      id,
      JSON.stringify(channel),
    );
  }

  removeChannel(channelId: string): void {
    this.#run('DELETE FROM notification_item WHERE channel_id = ?', channelId);
    this.#run('DELETE FROM notification_message WHERE channel_id = ?', channelId);
    this.#run('DELETE FROM notification_channel WHERE id = ?', channelId);
  }

  news(nowMs: number, afterId: number, limit: number): News[] {
    return this.#all<{ id: number; alert_id: number; to_state: News['to']; is_noted: number }>(
      'SELECT id, alert_id, to_state, is_noted FROM alert_news WHERE not_before_ms <= ? AND id > ? ORDER BY id LIMIT ?',
      nowMs,
      afterId,
      limit,
    ).map(({ id, alert_id: alertId, to_state: to, is_noted: isNoted }) => ({
      id,
      alertId,
      to,
      isNoted: isNoted === 1,
    }));
  }

  /** When the first of what is not looked at yet happened; null where there is none. */
  oldestNewsMs(nowMs: number): number | null {
    const [row] = this.#all<{ at: number | null }>(
      'SELECT min(at_ms) AS at FROM alert_news WHERE not_before_ms <= ?',
      nowMs,
    );
    return row?.at ?? null;
  }

  noted(newsIds: readonly number[]): void {
    this.#run(
      'UPDATE alert_news SET is_noted = 1 WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(newsIds),
    );
  }

  hold(newsId: number, untilMs: number): void {
    this.#run('UPDATE alert_news SET not_before_ms = ? WHERE id = ?', untilMs, newsId);
  }

  removeNews(newsId: number): void {
    this.#run('DELETE FROM alert_news WHERE id = ?', newsId);
  }

  addItem(channelId: string, alert: Alert, kind: News['to'], groupKey: string, atMs: number): void {
    this.#run(
      'INSERT OR IGNORE INTO notification_item (channel_id, alert_id, kind, host_id, group_key, at_ms) VALUES (?, ?, ?, ?, ?, ?)',
      channelId,
      alert.id,
      kind,
      alert.hostId,
      groupKey,
      atMs,
    );
  }

  /** Whether a channel was told, or is about to be, that an alert fired. */
  isTold(channelId: string, alertId: number): boolean {
    return (
      this.#all(
        "SELECT 1 FROM notification_item WHERE channel_id = ? AND alert_id = ? AND kind = 'firing'",
        channelId,
        alertId,
      ).length > 0
    );
  }

  waitingGroups(): WaitingGroup[] {
    return this.#all<WaitingGroup>(
      `SELECT item.channel_id AS channelId, item.kind, item.group_key AS groupKey, count(*) AS count,
         count(DISTINCT item.host_id) AS hostCount, min(item.at_ms) AS sinceMs,
         (SELECT max(made_ms) FROM notification_message AS told
          WHERE told.channel_id = item.channel_id AND told.group_key = item.group_key) AS toldMs
       FROM notification_item AS item WHERE message_id IS NULL
       GROUP BY item.channel_id, item.kind, item.group_key ORDER BY min(item.at_ms)`,
    );
  }

  /** The first alerts of some groups, each host once before any comes twice. */
  firstAlerts(channelId: string, groupKeys: readonly string[]): number[] {
    const marks = groupKeys.map(() => '?').join(', ');
    return this.#all<{ id: number }>(
      `SELECT alert_id AS id FROM (
         SELECT alert_id, row_number() OVER (PARTITION BY host_id ORDER BY alert_id) AS nth FROM notification_item
         WHERE message_id IS NULL AND channel_id = ? AND group_key IN (${marks})
       ) ORDER BY nth, alert_id LIMIT ${NAMED}`,
      channelId,
      ...groupKeys,
    ).map(({ id }) => id);
  }

  hostCount(channelId: string, groupKeys: readonly string[]): number {
    const marks = groupKeys.map(() => '?').join(', ');
    const [row] = this.#all<{ count: number }>(
      `SELECT count(DISTINCT host_id) AS count FROM notification_item
       WHERE message_id IS NULL AND channel_id = ? AND group_key IN (${marks})`,
      channelId,
      ...groupKeys,
    );
    return row?.count ?? 0;
  }

  assign(channelId: string, groupKeys: readonly string[], messageId: number): void {
    for (const groupKey of groupKeys) {
      this.#run(
        'UPDATE notification_item SET message_id = ? WHERE message_id IS NULL AND channel_id = ? AND group_key = ?',
        messageId,
        channelId,
        groupKey,
      );
    }
  }

  /** Forgets what was told of alerts that are over, and messages that nobody looks at any more. */
  tidy(): void {
    this.#run(
      `DELETE FROM notification_item WHERE message_id IS NOT NULL
       AND alert_id NOT IN (SELECT id FROM alert WHERE state <> 'resolved')
       AND alert_id NOT IN (SELECT alert_id FROM alert_news)`,
    );
    this.#run(
      `DELETE FROM notification_message WHERE ended_ms IS NOT NULL
       AND id <= (SELECT max(id) FROM notification_message) - ${KEPT_ENDED}`,
    );
  }

  addMessage(message: Omit<Delivery, 'id' | 'tries' | 'problem'> & { groupKey: string }): number {
    const [row] = this.#all<{ id: number }>(
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
    const rows = this.#all<{ id: string; count: number }>(
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
    this.#run("UPDATE notification_message SET state = 'sending', tries = tries + 1 WHERE id = ?", messageId);
  }

  sent(messageId: number, atMs: number): void {
    this.#run(
      "UPDATE notification_message SET state = 'sent', ended_ms = ?, problem = NULL WHERE id = ?",
      atMs,
      messageId,
    );
  }

  tryLater(messageId: number, nextMs: number, problem: Message): void {
    this.#run(
      "UPDATE notification_message SET state = 'waiting', next_ms = ?, problem = ? WHERE id = ?",
      nextMs,
      JSON.stringify(problem),
      messageId,
    );
  }

  giveUp(messageId: number, atMs: number, problem: Message): void {
    this.#run(
      "UPDATE notification_message SET state = 'failed', ended_ms = ?, problem = ? WHERE id = ?",
      atMs,
      JSON.stringify(problem),
      messageId,
    );
  }

  /** More than a channel is kept waiting for; the oldest first. */
  beyond(channelId: string, most: number): number[] {
    return this.#all<{ id: number }>(
      'SELECT id FROM notification_message WHERE channel_id = ? AND ended_ms IS NULL ORDER BY id DESC LIMIT -1 OFFSET ?',
      channelId,
      most,
    ).map(({ id }) => id);
  }

  /** The channel was mended: it is tried at once. */
  tryNow(channelId: string): void {
    this.#run('UPDATE notification_message SET next_ms = 0 WHERE channel_id = ? AND ended_ms IS NULL', channelId);
  }

  #deliveries(sql: string, ...params: unknown[]): Delivery[] {
    return this.#all<MessageRow>(sql, ...params).flatMap((row) => {
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

  #all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#prepared(sql).all(...params) as Row[];
  }

  #run(sql: string, ...params: unknown[]): void {
    this.#prepared(sql).run(...params);
  }

  // Prepared once: a storm writes thousands.
  readonly #statements = new Map<string, ReturnType<Store['database']['prepare']>>();
  #prepared(sql: string) {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.store.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
