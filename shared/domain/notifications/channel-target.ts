import type { ChannelTarget } from './channel';
import type { SecretName } from './channel-kinds';

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
