import { readFile } from 'node:fs/promises';
import type { Channel, ShownChannel } from '#shared/domain/notifications/channel';
import { type SecretName, secretNames } from '#shared/domain/notifications/channel-kinds';
import { secretsOf } from '#shared/domain/notifications/channel-target';
import type { SecretKeeper } from '../hosts/secret-keeper';
import { DeliveryError, type Secrets } from './senders/sender';

const FILE_BYTES = 4096;

export interface ChannelSecrets {
  states(channel: Channel): Promise<ShownChannel['secretStates']>;
  /** All that a channel needs. Throws DeliveryError. */
  read(channel: Channel): Promise<Secrets>;
  /** What was typed; an empty one is forgotten. */
  keep(channelId: string, typed: Secrets): Promise<void>;
  forget(channelId: string): void;
}

/** Secrets of channels: in the keychain of this workstation, or in a file that is read each time. */
export function createChannelSecrets(keeper: SecretKeeper): ChannelSecrets {
  const keyOf = (channelId: string, name: SecretName): string => `notification ${channelId} ${name}`;

  return {
    async states(channel) {
      const states: ShownChannel['secretStates'] = {};
      for (const name of secretsOf(channel.target)) {
        if (channel.secretFiles[name] !== undefined) states[name] = 'file';
        else if ((await keeper.get(keyOf(channel.id, name))) === null) states[name] = 'missing';
        else states[name] = keeper.canRemember ? 'kept' : 'session';
      }
      return states;
    },
    async read(channel) {
      const secrets: Partial<Record<SecretName, string>> = {};
      for (const name of secretsOf(channel.target)) {
        const file = channel.secretFiles[name];
        const secret = file === undefined ? await keeper.get(keyOf(channel.id, name)) : await readSecret(file);
        if (secret === null || secret === '') throw new DeliveryError({ key: `notifications.problem.missing.${name}` });
        secrets[name] = secret;
      }
      return secrets;
    },
    async keep(channelId, typed) {
      for (const name of secretNames) {
        const secret = typed[name];
        if (secret === '') keeper.forget(keyOf(channelId, name));
        else if (secret !== undefined) await keeper.set(keyOf(channelId, name), secret, true);
      }
    },
    forget(channelId) {
      for (const name of secretNames) keeper.forget(keyOf(channelId, name));
    },
  };
}

async function readSecret(file: string): Promise<string> {
  try {
    const text = await readFile(file, { encoding: 'utf8' });
    return text.slice(0, FILE_BYTES).trim();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new DeliveryError({ key: 'notifications.problem.file', params: { file, detail } });
  }
}

/** A text in which none of these secrets can be read, nor a part of an address that is one. */
export function withoutSecrets(text: string, secrets: Secrets): string {
  const hidden = Object.values(secrets).flatMap((secret) => {
    const url = URL.canParse(secret) ? new URL(secret) : null;
    const parts = url
      ? [url.pathname + url.search, ...url.pathname.split('/'), ...url.searchParams.values(), url.password]
      : [];
    return [secret, ...parts].filter((part) => part.length >= 6);
  });
  hidden.sort((one, other) => other.length - one.length);
  return hidden.reduce((shown, secret) => shown.replaceAll(secret, '[hidden]'), text);
}
