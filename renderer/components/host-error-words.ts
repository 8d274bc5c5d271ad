import type { HostError } from '#shared/domain/host';
import type { Words } from '../app/i18n';

/** Commands in `explain` and `todo` stand between backticks. */
export interface HostErrorWords {
  title: string;
  explain: string;
  todo: string;
}

/** The words of the hosts catalogue for why a node can't be used. */
export function hostErrorWords(error: HostError, { message }: Words): HostErrorWords {
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(error)) {
    if (typeof value === 'string' || typeof value === 'number') params[name] = value;
  }
  const say = (part: string) => message({ key: `hosts.error.${error.code}.${part}`, params });
  return { title: say('title'), explain: say('explain'), todo: say('todo') };
}
