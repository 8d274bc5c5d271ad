import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { type Language, type LocalizedText, localize, type Message } from '#shared/domain/text';
import en from '#shared/i18n/en/index';
import zhCN from '#shared/i18n/zh-CN/index';

void i18next.use(initReactI18next).init({
  lng: systemLanguage(),
  fallbackLng: 'en',
  initAsync: false,
  resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
});
document.documentElement.lang = i18next.language;

/** What the workstation speaks, as far as we do. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Null follows the workstation. */
export function setLanguage(language: Language | null): void {
  const next = language ?? systemLanguage();
  document.documentElement.lang = next;
  if (i18next.language !== next) void i18next.changeLanguage(next);
}

export interface Words {
  /** Typed from the English catalogue: `t('shell.nav.fleet')`. */
  t: typeof i18next.t;
  language: Language;
  /** Words for a message of the engine; an unknown key is shown as itself. */
  message: (message: Message) => string;
  /** The text of a knowledge file in the user's language. */
  localized: (text: LocalizedText) => string;
}

/** Words on screen, again when the language changes. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
  return {
    t,
    language,
    // Keys of the engine are checked by the catalogue tests, not by the type of `t`.
    message: ({ key, params }) => (t as (key: string, params?: object) => string)(key, params ?? {}),
    localized: (text) => localize(text, language),
  };
}
