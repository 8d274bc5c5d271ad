import { type Channel, channelSchema } from '#shared/domain/notifications/channel';
import { NAMED } from '#shared/domain/notifications/notification';
import type { Alert } from '#shared/domain/rules/alert';
import type { Store } from '../store/store';
import { MessageRepository } from './message-repository';
import { PreparedSql } from './prepared-sql';

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

/** The SQL of channels and of what they are to be told. */
export class NotificationRepository {
  readonly messages: MessageRepository;
  readonly #sql: PreparedSql;

  constructor(store: Store) {
    this.#sql = new PreparedSql(store);
    this.messages = new MessageRepository(this.#sql);
  }

  channels(): Channel[] {
    const rows = this.#sql.all<{ id: string; channel: string }>(
      'SELECT id, channel FROM notification_channel ORDER BY rowid',
    );
    return rows.flatMap(({ id, channel }) => {
      const parsed = channelSchema.safeParse({ ...(JSON.parse(channel) as object), id });
      return parsed.success ? [parsed.data] : [];
    });
  }

  saveChannel({ id, ...channel }: Channel): void {
    this.#sql.run(
      'INSERT INTO notification_channel (id, channel) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET channel = excluded.channel',
      id,
      JSON.stringify(channel),
    );
  }

  removeChannel(channelId: string): void {
    this.#sql.run('DELETE FROM notification_item WHERE channel_id = ?', channelId);
    this.#sql.run('DELETE FROM notification_message WHERE channel_id = ?', channelId);
    this.#sql.run('DELETE FROM notification_channel WHERE id = ?', channelId);
  }

  news(nowMs: number, afterId: number, limit: number): News[] {
    return this.#sql
      .all<{ id: number; alert_id: number; to_state: News['to']; is_noted: number }>(
        'SELECT id, alert_id, to_state, is_noted FROM alert_news WHERE not_before_ms <= ? AND id > ? ORDER BY id LIMIT ?',
        nowMs,
        afterId,
        limit,
      )
      .map(({ id, alert_id: alertId, to_state: to, is_noted: isNoted }) => ({
        id,
        alertId,
        to,
        isNoted: isNoted === 1,
      }));
  }

  /** When the first of what is not looked at yet happened; null where there is none. */
  oldestNewsMs(nowMs: number): number | null {
    const [row] = this.#sql.all<{ at: number | null }>(
      'SELECT min(at_ms) AS at FROM alert_news WHERE not_before_ms <= ?',
      nowMs,
    );
    return row?.at ?? null;
  }

  noted(newsIds: readonly number[]): void {
    this.#sql.run(
      'UPDATE alert_news SET is_noted = 1 WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(newsIds),
    );
  }

  hold(newsId: number, untilMs: number): void {
    this.#sql.run('UPDATE alert_news SET not_before_ms = ? WHERE id = ?', untilMs, newsId);
  }

  removeNews(newsId: number): void {
    this.#sql.run('DELETE FROM alert_news WHERE id = ?', newsId);
  }

  addItem(channelId: string, alert: Alert, kind: News['to'], groupKey: string, atMs: number): void {
    this.#sql.run(
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
      this.#sql.all(
        "SELECT 1 FROM notification_item WHERE channel_id = ? AND alert_id = ? AND kind = 'firing'",
        channelId,
        alertId,
      ).length > 0
    );
  }

  waitingGroups(): WaitingGroup[] {
    return this.#sql.all<WaitingGroup>(
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
    return this.#sql
      .all<{ id: number }>(
        `SELECT alert_id AS id FROM (
         SELECT alert_id, row_number() OVER (PARTITION BY host_id ORDER BY alert_id) AS nth FROM notification_item
         WHERE message_id IS NULL AND channel_id = ? AND group_key IN (${marks})
       ) ORDER BY nth, alert_id LIMIT ${NAMED}`,
        channelId,
        ...groupKeys,
      )
      .map(({ id }) => id);
  }

  hostCount(channelId: string, groupKeys: readonly string[]): number {
    const marks = groupKeys.map(() => '?').join(', ');
    const [row] = this.#sql.all<{ count: number }>(
      `SELECT count(DISTINCT host_id) AS count FROM notification_item
       WHERE message_id IS NULL AND channel_id = ? AND group_key IN (${marks})`,
      channelId,
      ...groupKeys,
    );
    return row?.count ?? 0;
  }

  assign(channelId: string, groupKeys: readonly string[], messageId: number): void {
    for (const groupKey of groupKeys) {
      this.#sql.run(
        'UPDATE notification_item SET message_id = ? WHERE message_id IS NULL AND channel_id = ? AND group_key = ?',
        messageId,
        channelId,
        groupKey,
      );
    }
  }

  /** Forgets what was told of alerts that are over, and messages that nobody looks at any more. */
  tidy(): void {
    this.#sql.run(
      `DELETE FROM notification_item WHERE message_id IS NOT NULL
       AND alert_id NOT IN (SELECT id FROM alert WHERE state <> 'resolved')
       AND alert_id NOT IN (SELECT alert_id FROM alert_news)`,
    );
    this.messages.tidy();
  }
}
