import type { LocalizedText } from '#shared/domain/text';
import { actions as en } from '#shared/i18n/en/actions';
import { actions as chinese } from '#shared/i18n/zh-CN/actions';
import { sayer } from '../../knowledge/sayer';

/** What the engine itself says of a declared action. */
export const say = sayer<keyof typeof en.declared>({ en: en.declared, 'zh-CN': chinese.declared });

/** A text whose Chinese may be missing, as those of a user's own action may. */
export function bothLanguages(text: {
  readonly en: string;
  readonly 'zh-CN'?: string | undefined;
}): Required<LocalizedText> {
  return { en: text.en, 'zh-CN': text['zh-CN'] ?? text.en };
}
