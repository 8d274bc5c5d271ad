import { createInstance } from 'i18next';
import type { Language, Message } from '../domain/text';
import en from './en/index';
import zhCN from './zh-CN/index';

export type Translate = (message: Message) => string;

const made = new Map<Language, Translate>();

/**
 * Turns catalogue keys (`area.key`) into words of one language, outside React: for the CLI and for reports. A key that
 * is missing in a translation is shown in English, an unknown key as itself. Made when first wanted, once per language.
 */
export function translatorOf(language: Language): Translate {
  const known = made.get(language);
  if (known) return known;
  const i18n = createInstance();
  void i18n.init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    interpolation: { escapeValue: false },
  });
  const translate: Translate = ({ key, params }) => i18n.t(key, params ?? {});
  made.set(language, translate);
  return translate;
}
