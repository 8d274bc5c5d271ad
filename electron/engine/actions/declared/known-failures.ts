import type { LocalizedText } from '#shared/domain/text';
import { failureCatalogue } from '#shared/knowledge/catalogs/catalogues';
import { say } from './words';

/** What a failed command said, followed by what that means and what to do, where the message is a known one. */
export function explained(detail: Required<LocalizedText>, output: string): Required<LocalizedText> {
  const failure = failureCatalogue().find(({ pattern }) => new RegExp(pattern, 'mu').test(output));
  if (!failure) return detail;
  const { cause, remedy } = failure;
  const words = say('knownFailure', { cause, remedy });
  return { en: `${detail.en}\n${words.en}`, 'zh-CN': `${detail['zh-CN']}\n${words['zh-CN']}` };
}
