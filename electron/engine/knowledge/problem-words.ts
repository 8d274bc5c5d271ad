import type { Message } from '#shared/domain/text';
import type { WordOf } from '#shared/i18n/catalogue';
import type { knowledgeProblem } from '#shared/i18n/en/knowledgeProblem';
import { translatorOf } from '#shared/i18n/translator';

export type ProblemCode = WordOf<typeof knowledgeProblem>;

/** What is wrong, from where it is down to what it is: each part is shown in the reader's language, with a colon between. */
export type ProblemWords = readonly Message[];

/** Of a file whose checks have no words in the catalogue: English as it stands. */
export type Told = string | ProblemWords;

export function says(code: ProblemCode, params?: Record<string, string | number>): ProblemWords {
  return [{ key: `knowledgeProblem.${code}`, ...(params && { params }) }];
}

export function within(place: ProblemWords, what: Told): ProblemWords {
  return [...place, ...(typeof what === 'string' ? says('other', { detail: what }) : what)];
}

/** The English words, for logs and JSON, and what they were made of. */
export function told(what: Told): { message: string; words?: Message[] } {
  if (typeof what === 'string') return { message: what };
  return { message: what.map(translatorOf('en')).join(': '), words: [...what] };
}
