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
