import type { HostError } from '#shared/domain/host';
import { hostErrorWords } from '#shared/i18n/host-error-words';
import type { Translate } from '#shared/i18n/translator';

/** What happened, why, what was tried and what to do, for a host that can't be used: the same words as on screen. */
export function hostErrorText(error: HostError, translate: Translate): string {
  const { title, explain, facts, todo } = hostErrorWords(error, translate);
  return [title, explain, ...facts.map(({ label, lines }) => `${label}: ${lines.join(', ')}`), todo].join('\n  ');
}
