import type { HostError } from '#shared/domain/host';
import type { Translate } from '#shared/i18n/translator';

/** What happened, why, and what to do, for a host that can't be used: the same words as on screen. */
export function hostErrorWords(error: HostError, translate: Translate): string {
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(error)) {
    params[name] = typeof value === 'number' ? value : describe(value);
  }
  const part = (name: string) => translate({ key: `hosts.error.${error.code}.${name}`, params });
  const lines = [part('explain')];
  if (error.code === 'auth-failed') lines.push(part('methods'));
  if (error.code === 'host-key-changed') lines.push(part('keys'));
  return [part('title'), ...lines, part('todo')].join('\n  ');
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.map(describe).join(', ');
  if (value && typeof value === 'object') return Object.values(value).map(describe).join(' ');
  return value === null || value === undefined ? '' : String(value);
}
