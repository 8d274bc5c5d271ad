import type { Channel, ChannelTarget, Routing } from '#shared/domain/notifications/channel';
import type { ChannelKind } from '#shared/domain/notifications/channel-kinds';
import type { Language } from '#shared/domain/text';

/** A channel as it is edited; without an id it is new. */
export type Draft = Omit<Channel, 'id'> & { id?: string | undefined };

const targets: Readonly<Record<ChannelKind, ChannelTarget>> = {
  desktop: { kind: 'desktop' },
  webhook: { kind: 'webhook', origin: null, format: 'gantry', signing: 'none', caFile: null },
  email: { kind: 'email', host: '', port: 587, security: 'starttls', user: null, from: '', to: [], caFile: null },
  syslog: { kind: 'syslog', host: '', port: 514, transport: 'udp', facility: 16, caFile: null },
};

const routing: Omit<Routing, 'language'> = {
  minSeverity: 'warn',
  hosts: '',
  labels: {},
  isOnFiring: true,
  isOnResolve: true,
};

export function newChannel(kind: ChannelKind, name: string, language: Language): Draft {
  return { name, isOn: true, target: targets[kind], routing: { ...routing, language }, secretFiles: {} };
}

/** Whether the form has what a channel of its kind needs. */
export function isComplete({ name, target }: Draft): boolean {
  if (name.trim() === '') return false;
  if (target.kind === 'email') return target.host.trim() !== '' && target.from.trim() !== '' && target.to.length > 0;
  return target.kind !== 'syslog' || target.host.trim() !== '';
}
