import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';
import { actions as en } from '#shared/i18n/en/actions';
import { actions as chinese } from '#shared/i18n/zh-CN/actions';

type Params = Readonly<Record<string, string | number | LocalizedText>>;
const catalogues = { en: en.declared, 'zh-CN': chinese.declared } as const;

/** What the engine itself says of a declared action, from the one catalogue. Values were printed by a node: made safe, kept short. */
export function say(key: keyof typeof en.declared, params: Params = {}): Required<LocalizedText> {
  const fill = (language: Language) =>
    catalogues[language][key].replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
      const value = params[name];
      if (value === undefined) return placeholder;
      const text = printable(typeof value === 'object' ? localize(value, language) : String(value));
      return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
    });
  return { en: fill('en'), 'zh-CN': fill('zh-CN') };
}

/** A text whose Chinese may be missing, as those of a user's own action may. */
export function bothLanguages(text: {
  readonly en: string;
  readonly 'zh-CN'?: string | undefined;
}): Required<LocalizedText> {
  return { en: text.en, 'zh-CN': text['zh-CN'] ?? text.en };
}
