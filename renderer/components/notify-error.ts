import { hostErrorWords } from '#shared/i18n/host-error-words';
import type { Words } from '../app/i18n';
import { isAbort } from '../stores/tasks-store';
import { describeError } from './describe-error';
import { notify } from './notify';

/** Shows a failed call as a notification; what the user cancelled is not an error. */
export function notifyError(error: unknown, words: Words, context?: string): void {
  if (isAbort(error)) return;
  const { title, detail, host } = describeError(error, words);
  const said = host ? hostErrorWords(host, words.message) : { title, explain: detail ?? '' };
  notify(
    {
      title: context ?? said.title,
      message: context ? words.t('shell.titleThen', { title: said.title, detail: said.explain }) : said.explain,
      color: 'red',
      autoClose: 10_000,
      role: 'alert',
    },
    words,
  );
}
