import { createInstance } from 'i18next';
import type { Language, Message } from '../domain/text';
import en from './en/index';
import zhCN from './zh-CN/index';

export type Translate = (message: Message) => string;

/**
 * Turns catalogue keys (`area.key`) into words of one language, outside React: for the CLI and for reports. A key that
 * is missing in a translation is shown in English, an unknown key as itself.
 */
export function createTranslator(language: Language): Translate {
  const i18n = createInstance();
  void i18n.init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    interpolation: { escapeValue: false },
  });
  return ({ key, params }) => i18n.t(key, params ?? {});
}
