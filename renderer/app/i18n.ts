import i18next, { type BackendModule } from 'i18next';
import { create } from 'zustand';
import { type Language, type LocalizedText, localize, type Message } from '#shared/domain/text';
import en from '#shared/i18n/en/index';

const languageKey = 'gantry.language';

/** English is always there, for what another language should miss; Chinese is read in when it is spoken. */
const chinese: BackendModule = {
  type: 'backend',
  init: () => {},
  read: (_language, _namespace, done) => {
    import('#shared/i18n/zh-CN/index').then(
      ({ default: catalogue }) => done(null, catalogue),
      (error: unknown) => done(String(error), null),
    );
  },
};

/** Until then nothing is drawn. */
export const wordsAreThere = i18next.use(chinese).init({
  lng: rememberedLanguage() ?? systemLanguage(),
  fallbackLng: 'en',
  // Neither waits for what is there, nor asks for `zh`.
  initAsync: false,
  load: 'currentOnly',
  partialBundledLanguages: true,
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
});
document.documentElement.lang = i18next.language;

/** What the workstation speaks, as far as we do. */
export function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** The language of the last session, so that the first words need not wait for the settings. */
function rememberedLanguage(): Language | null {
  const language = localStorage.getItem(languageKey);
  return language === 'en' || language === 'zh-CN' ? language : null;
}

/** Null follows the workstation. */
export async function setLanguage(language: Language | null): Promise<void> {
  if (language) localStorage.setItem(languageKey, language);
  else localStorage.removeItem(languageKey);
  const next = language ?? systemLanguage();
  if (i18next.language !== next) await i18next.changeLanguage(next);
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

/** Words on screen, again when the language changes; the same object for all until then, as a table has many cells. */
export const useWords = create<Words>(currentWords);

i18next.on('languageChanged', () => {
  document.documentElement.lang = i18next.language;
  useWords.setState(currentWords());
});

function currentWords(): Words {
  const language: Language = i18next.language === 'zh-CN' ? 'zh-CN' : 'en';
  const t = remembering(i18next.getFixedT(language));
  return {
    t,
    language,
    // Keys of the engine are checked by the catalogue tests, not by the type of `t`.
    message: ({ key, params }) => (t as (key: string, params?: object) => string)(key, params ?? {}),
    localized: (text) => localize(text, language),
  };
}

/** Remembers words without parameters: a section asks for hundreds of them, and each answer is a walk through the catalogue. */
function remembering(t: Words['t']): Words['t'] {
  const known = new Map<string, string>();
  const ask = t as (key: string, params?: object) => string;
  const remember = (key: string, params?: object): string => {
    if (params !== undefined) return ask(key, params);
    const words = known.get(key) ?? ask(key);
    known.set(key, words);
    return words;
  };
  return remember as Words['t'];
}
