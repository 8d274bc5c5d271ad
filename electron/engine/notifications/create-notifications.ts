import { randomUUID } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import { EventPublisher } from '@orpc/server';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { IncidentSummary } from '#shared/domain/incident';
import type { Channel, ShownChannel } from '#shared/domain/notifications/channel';
import { shownTarget } from '#shared/domain/notifications/channel-target';
import type { Delivery, Notification } from '#shared/domain/notifications/notification';
import type { Alert } from '#shared/domain/rules/alert';
import { silenceOf } from '#shared/domain/rules/silence-of';
import type { Message } from '#shared/domain/text';
import type { AuditLog } from '../audit/audit-log';
import { NotFoundError } from '../errors';
import type { SecretKeeper } from '../hosts/secret-keeper';
import { type Store, StoreError } from '../store/store';
import { AlertRepository } from '../telemetry/rules/alert-repository';
import { type AlertIncidentsDeps, createAlertIncidents } from './alert-incidents';
import { createChannelSecrets } from './channel-secrets';
import { checkedTarget } from './check-channel';
import { type News, NotificationRepository } from './notification-repository';
import { Outbox, type ShowOnDesktop } from './outbox';
import { createRouter } from './routing';
import type { Secrets } from './senders/sender';
import { groupKeyOf, tellGroups } from './told-groups';

/** How long is waited for more of the same after something happened. */
const GATHER_MS = 5000;
/** How often it is looked for news: one question to a table that is nearly always empty. */
const LOOK_MS = 1000;
/** Of a silenced alert: whether the silence is over is looked at this often. */
const HOLD_MS = 15_000;
/** So much of a storm at once; then everything else has its turn. */
const NEWS_AT_ONCE = 250;

export interface NotificationsDeps extends Omit<AlertIncidentsDeps, 'settings'> {
  readonly store: Store;
  readonly audit: AuditLog;
  readonly secrets: SecretKeeper;
  readonly desktop: ShowOnDesktop | null;
  readonly nodeOf: (hostId: string) => FleetNode | null;
  readonly settings: AlertIncidentsDeps['settings'];
  readonly nowMs: () => number;
  /** Tells; others keep channels and test them. */
  readonly isKeeper: boolean;
  readonly lookMs?: number;
}

type NewChannel = Omit<Channel, 'id'> & { id?: string | undefined };

export interface Notifications {
  channels(): Promise<ShownChannel[]>;
  save(channel: NewChannel, typed: Secrets): Promise<ShownChannel>;
  remove(channelId: string): void;
  test(channelId: string): Promise<Message | null>;
  log(channelId: string | undefined, limit: number): Delivery[];
  /** Puts an alert on the timeline of an incident that somebody chose, with the minute before it. */
  addToIncident(incidentId: string, alertId: number): Promise<IncidentSummary>;
  /** The open incident that alerts of this node opened. */
  incidentOf(hostId: string): string | null;
  watch(signal?: AbortSignal): AsyncGenerator<Record<string, never>>;
  close(): Promise<void>;
}

/** Tells people what the rules say, and puts it on the timelines of incidents. */
export function createNotifications(deps: NotificationsDeps): Notifications {
  const { store, audit, nowMs, isKeeper, nodeOf, nameOf, lookMs = LOOK_MS } = deps;
  const repository = new NotificationRepository(store);
  const alerts = new AlertRepository(store);
  const secrets = createChannelSecrets(deps.secrets);
  const incidents = createAlertIncidents(deps);
  const publisher = new EventPublisher<{ changed: true }>();
  /** Test messages on their way, by channel. */
  const tests = new Map<string, Promise<Message | null>>();
  let isClosed = false;
  /** When there is something to do beside news; null: nothing. */
  let nextMs: number | null = 0;
  let round: Promise<void> | null = null;
  let seenVersion = store.foreignVersion();

  const changed = (): void => publisher.publish('changed', true);
  const outbox = new Outbox({
    store,
    repository,
    secrets,
    desktop: deps.desktop,
    nowMs,
    onDidChange: () => {
      nextMs = 0;
      changed();
    },
  });

  function look(): void {
    if (round || isClosed) return;
    try {
      const now = nowMs();
      const version = store.foreignVersion();
      // Another process changed a channel, perhaps.
      if (version !== seenVersion) nextMs = 0;
      seenVersion = version;
      const newsMs = repository.oldestNewsMs(now);
      // From a clock that was set back since, too.
      const isNews = newsMs !== null && (now - newsMs >= GATHER_MS || newsMs > now + GATHER_MS);
      if (!isNews && (nextMs === null || nextMs > now)) return;
    } catch (error) {
      if (error instanceof StoreError) return;
      throw error;
    }
    round = work()
      .catch((error: unknown) => {
        // A full or locked disk: nothing is forgotten, and it is tried again.
        nextMs = 0;
        if (!(error instanceof StoreError)) console.error(error);
      })
      .finally(() => {
        round = null;
      });
  }

  async function work(): Promise<void> {
    nextMs = null;
    const now = nowMs();
    const channels = repository.channels();
    await noteIncidents(now);
    await route(channels, now);
    if (isClosed) return;
    const laterMs = store.transaction(() => {
      const next = tellGroups(channels, now, {
        repository,
        alertOf: (alertId) => alerts.find(alertId),
        nameOf,
        incidentsOf: incidents.numbersOf,
      });
      for (const { id } of channels) outbox.limit(id);
      repository.tidy();
      return next;
    });
    const outboxMs = outbox.pump(channels);
    const times = [nextMs, laterMs, outboxMs].filter((ms): ms is number => ms !== null);
    nextMs = times.length > 0 ? Math.min(...times) : null;
    changed();
  }

  /** News with its alert, so much at once. What is silenced is looked at again later; what nobody is to hear is dropped. */
  async function* newsOf(now: number): AsyncGenerator<Array<{ news: News; alert: Alert }>> {
    for (let after = 0; ; await rest()) {
      const some = repository.news(now, after, NEWS_AT_ONCE);
      const last = some.at(-1);
      if (!last || isClosed) return;
      after = last.id;
      const silences = alerts.silences(now);
      const heard: Array<{ news: News; alert: Alert }> = [];
      const known = new Map(alerts.findAll(some.map(({ alertId }) => alertId)).map((alert) => [alert.id, alert]));
      store.transaction(() => {
        for (const news of some) {
          const alert = known.get(news.alertId);
          if (!alert) repository.removeNews(news.id);
          else if (news.to === 'resolved' || !silenceOf(silences, alert, now)) heard.push({ news, alert });
          else if (alert.state === 'firing') repository.hold(news.id, now + HOLD_MS);
          else repository.removeNews(news.id);
        }
      });
      yield heard;
    }
  }

  async function noteIncidents(now: number): Promise<void> {
    const fresh: Array<{ news: News; alert: Alert }> = [];
    for await (const some of newsOf(now)) fresh.push(...some.filter(({ news }) => !news.isNoted));
    if (fresh.length === 0) return;
    const of = (to: News['to']): Alert[] => fresh.flatMap(({ news, alert }) => (news.to === to ? [alert] : []));
    await incidents.note(of('firing'), of('resolved'), () => repository.noted(fresh.map(({ news }) => news.id)));
  }

  async function route(channels: readonly Channel[], now: number): Promise<void> {
    const channelsFor = createRouter(channels, nodeOf, now);
    for await (const some of newsOf(now)) {
      const silences = alerts.silences(now);
      store.transaction(() => {
        // What came since the incidents were noted has its turn in the next round.
        for (const { news, alert } of some.filter((one) => one.news.isNoted)) {
          const isQuiet = alert.acknowledged !== null || silenceOf(silences, alert, now) !== null;
          for (const { id } of isQuiet ? [] : channelsFor(alert, news.to)) {
            // Nobody wants to hear the end of what they were not told of.
            const isNew = news.to === 'firing' || repository.isTold(id, alert.id);
            if (isNew) repository.addItem(id, alert, news.to, groupKeyOf(news.to, alert), now);
          }
          repository.removeNews(news.id);
        }
      });
    }
  }

  function find(channelId: string): Channel {
    const channel = repository.channels().find(({ id }) => id === channelId);
    if (!channel) throw new NotFoundError('channel', channelId);
    return channel;
  }

  async function shown(channel: Channel, waiting = repository.messages.waiting()): Promise<ShownChannel> {
    const last = repository.messages.last(channel.id);
    return {
      ...channel,
      secretStates: await secrets.states(channel),
      waiting: waiting.get(channel.id) ?? 0,
      last: last && {
        atMs: last.endedMs ?? last.madeMs,
        isDelivered: last.state === 'sent',
        problem: last.problem,
      },
    };
  }

  async function test(channelId: string): Promise<Message | null> {
    const channel = find(channelId);
    const [key, madeMs] = [randomUUID(), nowMs()];
    const error = await outbox.try(channel, key, madeMs, testNotification);
    // Removed while the other side let us wait: nothing is left to keep it with.
    if (!repository.channels().some(({ id }) => id === channelId)) return error?.problem ?? null;
    store.transaction(() => {
      const made = { channelId, key, groupKey: 'test', madeMs, nextMs: null, notification: testNotification };
      const messageId = repository.messages.add({ ...made, state: 'sending', endedMs: nowMs() });
      repository.messages.trying(messageId);
      if (error) repository.messages.giveUp(messageId, nowMs(), error.problem);
      else {
        repository.messages.sent(messageId, nowMs());
        repository.messages.tryNow(channelId);
      }
    });
    nextMs = 0;
    changed();
    return error?.problem ?? null;
  }

  const timer = isKeeper ? setInterval(look, lookMs).unref() : null;

  return {
    async addToIncident(incidentId, alertId) {
      const alert = alerts.find(alertId);
      if (!alert) throw new NotFoundError('alert', String(alertId));
      return incidents.addTo(incidentId, alert);
    },

    incidentOf: incidents.openOf,

    async channels() {
      const waiting = repository.messages.waiting();
      return Promise.all(repository.channels().map((channel) => shown(channel, waiting)));
    },

    async save({ id, ...wanted }, typed) {
      const before = id === undefined ? null : find(id);
      const channel: Channel = {
        ...wanted,
        id: before?.id ?? randomUUID(),
        target: checkedTarget(wanted, typed, before),
      };
      await secrets.keep(channel.id, typed);
      store.transaction(() => {
        repository.saveChannel(channel);
        // What it could not deliver is tried with what was mended.
        repository.messages.tryNow(channel.id);
        const { name, isOn, target } = channel;
        const detail = { channelId: channel.id, name, kind: target.kind, to: shownTarget(target), isOn };
        audit.append({ event: before ? 'notification.change' : 'notification.add', detail });
      });
      nextMs = 0;
      changed();
      return shown(channel);
    },

    remove(channelId) {
      const { name, target } = find(channelId);
      store.transaction(() => {
        repository.removeChannel(channelId);
        audit.append({ event: 'notification.remove', detail: { channelId, name, kind: target.kind } });
      });
      secrets.forget(channelId);
      changed();
    },

    test(channelId) {
      // Whoever asks again while one is on its way waits for the same one.
      const running = tests.get(channelId) ?? test(channelId).finally(() => tests.delete(channelId));
      tests.set(channelId, running);
      return running;
    },

    log: (channelId, limit) => repository.messages.log(channelId, limit),

    async *watch(signal) {
      const changes = publisher.subscribe('changed', { signal });
      yield {};
      for await (const _ of changes) yield {};
    },

    async close() {
      isClosed = true;
      if (timer) clearInterval(timer);
      outbox.close();
      await round;
    },
  };
}

const testNotification: Notification = {
  kind: 'test',
  ruleId: null,
  severity: 'info',
  alertCount: 0,
  hostCount: 0,
  ruleCount: 0,
  hosts: [],
  alerts: [],
  incidents: [],
};
