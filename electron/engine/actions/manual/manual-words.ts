import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';
import { manual as en } from '#shared/i18n/en/manual';
import { manual as chinese } from '#shared/i18n/zh-CN/manual';

const catalogues = { en: en.engine, 'zh-CN': chinese.engine } as const;

/** What the engine itself says of manual work. Serial numbers were typed, names come from files: made safe, kept short. */
export function sayManual(
  key: keyof typeof en.engine,
  params: Readonly<Record<string, string | LocalizedText>> = {},
): Required<LocalizedText> {
  const fill = (language: Language) =>
    catalogues[language][key].replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
      const value = params[name];
      if (value === undefined) return placeholder;
      return printable(typeof value === 'string' ? value : localize(value, language)).slice(0, 500);
    });
  return { en: fill('en'), 'zh-CN': fill('zh-CN') };
}
