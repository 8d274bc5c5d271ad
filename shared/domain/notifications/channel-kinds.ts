import type { ChannelTarget } from './channel';

export const channelKinds = ['desktop', 'webhook', 'email', 'syslog'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** What a channel keeps hidden: the whole address of a webhook too, as many have their token in it. */
export const secretNames = ['url', 'secret', 'password'] as const;
export type SecretName = (typeof secretNames)[number];

export const webhookFormats = ['gantry', 'alertmanager'] as const;
export const webhookSignings = ['none', 'bearer', 'hmac'] as const;
export const mailSecurities = ['tls', 'starttls', 'none'] as const;
export const syslogTransports = ['udp', 'tcp', 'tls'] as const;

/** `session`: known until Gantry ends, as this workstation has no keychain. */
export const secretStates = ['kept', 'session', 'file', 'missing'] as const;

/** The secrets that a channel needs. */
export function secretsOf(target: ChannelTarget): SecretName[] {
  if (target.kind === 'webhook') return target.signing === 'none' ? ['url'] : ['url', 'secret'];
  return target.kind === 'email' && target.user !== null ? ['password'] : [];
}

/** Where messages go, as far as that may be shown. */
export function shownTarget(target: ChannelTarget): string {
  switch (target.kind) {
    case 'desktop':
      return '';
    case 'webhook':
      return target.origin === null ? '' : `${target.origin}/…`;
    case 'email':
      return target.to.join(', ');
    case 'syslog':
      return `${target.transport}://${target.host}:${target.port}`;
  }
}
