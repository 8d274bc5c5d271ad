import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';

/** Values of a text. They were printed by a node: made safe, kept short. */
export type SayParams = Readonly<Record<string, string | number | LocalizedText>>;

/** What the engine itself says, in all languages at once, out of a part of the catalogues. */
export function sayer<Key extends string>(
  catalogues: Readonly<Record<Language, Readonly<Record<Key, string>>>>,
): (key: Key, params?: SayParams) => Required<LocalizedText> {
  return (key, params = {}) => {
    const fill = (language: Language) =>
      catalogues[language][key].replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
        const value = params[name];
        if (value === undefined) return placeholder;
        const text = printable(typeof value === 'object' ? localize(value, language) : String(value));
        return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
      });
    return { en: fill('en'), 'zh-CN': fill('zh-CN') };
  };
}
