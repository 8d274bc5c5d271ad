import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { Channel, ChannelTarget } from '#shared/domain/notifications/channel';
import { InvalidError } from '../errors';
import type { Secrets } from './senders/sender';
import { webhookUrl } from './senders/webhook-url';

/** The target of a channel as it is kept, with what was typed. Throws InvalidError. */
export function checkedTarget(
  { target, routing, secretFiles }: Omit<Channel, 'id'>,
  typed: Secrets,
  before: Channel | null,
): ChannelTarget {
  const { error } = parseFilter(routing.hosts);
  if (error) throw new InvalidError('notifications.invalid.filter');
  if (!routing.isOnFiring && !routing.isOnResolve) throw new InvalidError('notifications.invalid.nothing');
  if (target.kind === 'email' && target.security === 'none' && target.user !== null && !isHere(target.host)) {
    throw new InvalidError('notifications.invalid.openPassword');
  }
  if (target.kind !== 'webhook') return target;
  if (secretFiles.url !== undefined) return { ...target, origin: null };
  if (typed.url) {
    const url = webhookUrl(typed.url);
    if (!url) throw new InvalidError('notifications.problem.url');
    return { ...target, origin: url.origin };
  }
  const origin = before?.target.kind === 'webhook' ? before.target.origin : null;
  if (origin === null || typed.url === '') throw new InvalidError('notifications.problem.missing.url');
  return { ...target, origin };
}

function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
