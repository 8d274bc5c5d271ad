import type { Channel, ChannelTarget } from '#shared/domain/notifications/channel';
import type { Delivery, Notification, NotificationTarget } from '#shared/domain/notifications/notification';
import { localize, type Message } from '#shared/domain/text';
import { replaceSecrets } from '../audit/secret-patterns';
import { type Store, StoreError } from '../store/store';
import { type ChannelSecrets, withoutSecrets } from './channel-secrets';
import { messageWords } from './message-words';
import type { NotificationRepository } from './notification-repository';
import { DeliveryError, type Outgoing, type Secrets } from './senders/sender';

const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 15 * 60_000;
/** After that nobody is helped by it any more. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** What one channel is kept waiting for at most. */
const MOST_WAITING = 500;

/** On the desktop; false where it has none. */
export type ShowOnDesktop = (shown: NotificationTarget & { title: string; body: string }) => Promise<boolean>;

export interface OutboxDeps {
  readonly store: Store;
  readonly repository: NotificationRepository;
  readonly secrets: ChannelSecrets;
  readonly desktop: ShowOnDesktop | null;
  readonly nowMs: () => number;
  readonly onDidChange: () => void;
}

/**
 * Delivers what is written down, each channel's messages one after the other in their order. A message is marked before it is
 * handed over and after it was taken; an engine that is killed in between hands it over again, under the same key.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #busy = new Set<string>();
  /** Delivered, and the disk did not take that down yet. */
  readonly #delivered = new Set<number>();
  #isClosed = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Sends what is due. Returns when to come again; null: not before there is something new. */
  pump(channels: readonly Channel[]): number | null {
    const { repository, nowMs } = this.#deps;
    const dues = channels.flatMap((channel) => {
      if (this.#isClosed || !channel.isOn || this.#busy.has(channel.id)) return [];
      const message = repository.messages.firstWaiting(channel.id);
      if (!message) return [];
      if ((message.nextMs ?? 0) > nowMs()) return [message.nextMs ?? 0];
      this.#busy.add(channel.id);
      this.#deliver(channel, message)
        .catch((error: unknown) => {
          if (!(error instanceof StoreError)) console.error(error);
        })
        .finally(() => {
          this.#busy.delete(channel.id);
          if (!this.#isClosed) this.#deps.onDidChange();
        });
      return [];
    });
    return dues.length > 0 ? Math.min(...dues) : null;
  }

  /** Drops the oldest of what a channel has been kept waiting for too long. Inside a transaction. */
  limit(channelId: string): void {
    const { repository, nowMs } = this.#deps;
    for (const id of repository.messages.beyond(channelId, MOST_WAITING)) {
      repository.messages.giveUp(id, nowMs(), { key: 'notifications.problem.tooMany', params: { most: MOST_WAITING } });
    }
  }

  /** Hands a message over at once, outside the order; why it did not arrive. */
  async try(channel: Channel, key: string, madeMs: number, notification: Notification): Promise<DeliveryError | null> {
    let secrets: Secrets = {};
    try {
      secrets = await this.#deps.secrets.read(channel);
      const { language } = channel.routing;
      const words = messageWords(notification, language);
      await this.#send(channel.target, { key, madeMs, language, notification, ...words }, secrets);
      return null;
    } catch (error) {
      const told =
        error instanceof DeliveryError
          ? error
          : new DeliveryError({ key: 'notifications.problem.other', params: { host: '', detail: String(error) } });
      return new DeliveryError(cleaned(told.problem, secrets), told.isFinal, told.retryAfterMs);
    }
  }

  async #deliver(channel: Channel, message: Delivery): Promise<void> {
    const { store, repository, nowMs } = this.#deps;
    const { id } = message;
    if (!this.#delivered.has(id)) {
      store.transaction(() => repository.messages.trying(id));
      const error = await this.try(channel, message.key, message.madeMs, message.notification);
      // Whoever closes us does not wait for a server; what is not marked is tried again.
      if (this.#isClosed) return;
      if (error) {
        store.transaction(() => this.#failed(message, error));
        return;
      }
      this.#delivered.add(id);
    }
    store.transaction(() => repository.messages.sent(id, nowMs()));
    this.#delivered.delete(id);
  }

  #failed({ id, tries, madeMs }: Delivery, { problem, isFinal, retryAfterMs }: DeliveryError): void {
    const { repository, nowMs } = this.#deps;
    const now = nowMs();
    if (isFinal || now - madeMs >= GIVE_UP_AFTER_MS) repository.messages.giveUp(id, now, problem);
    else repository.messages.tryLater(id, now + (retryAfterMs ?? retryMs(tries)), problem);
  }

  async #send(target: ChannelTarget, message: Outgoing, secrets: Secrets): Promise<void> {
    switch (target.kind) {
      case 'desktop': {
        const { subject: title, notification } = message;
        const [first] = notification.alerts;
        const body = first ? localize(first.message, message.language) : message.text;
        const isShown = await this.#deps.desktop?.({ title, body, ...targetOf(notification) });
        if (!isShown) throw new DeliveryError({ key: 'notifications.problem.desktop' }, true);
        return;
      }
      case 'webhook':
        return (await import('./senders/webhook')).sendWebhook(target, message, secrets);
      case 'email':
        return (await import('./senders/email')).sendEmail(target, message, secrets);
      case 'syslog':
        return (await import('./senders/syslog')).sendSyslog(target, message, secrets);
    }
  }
}

function targetOf({ alertCount, alerts, ruleId, hostCount, hosts }: Notification): NotificationTarget {
  return {
    alertId: alertCount === 1 ? (alerts[0]?.alertId ?? null) : null,
    ruleId,
    hostId: hostCount === 1 ? (hosts[0]?.hostId ?? null) : null,
  };
}

/** Twice as long each time. */
export function retryMs(tries: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 20));
}

/** What the other side said may repeat what it was sent. */
function cleaned({ key, params }: Message, secrets: Secrets): Message {
  if (!params) return { key };
  const shown = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? replaceSecrets(withoutSecrets(value, secrets), () => '[hidden]') : value,
  ]);
  return { key, params: Object.fromEntries(shown) };
}
