import type { z } from 'zod';
// The schemas live apart, so that a window that shows text need not load the validator.
import type { localizedTextSchema, messageSchema } from './text-schema';

export type Message = z.infer<typeof messageSchema>;
export type LocalizedText = z.infer<typeof localizedTextSchema>;

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** What a person who chose no language reads. */
export function systemLanguage({ LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>): Language {
  return /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh-CN' : 'en';
}

/** Picks the text of a language; a text that a user's own file has in English only is shown in English. */
export function localize(text: LocalizedText, language: Language): string {
  return text[language] ?? text.en;
}

/** Texts as an enumeration, in each language. */
export function joinTexts(texts: readonly LocalizedText[]): LocalizedText {
  return {
    en: texts.map(({ en }) => en).join(', '),
    'zh-CN': texts.map((text) => localize(text, 'zh-CN')).join('、'),
  };
}

/**
 * Makes a node's output safe to show as text: ANSI sequences go, carriage returns become line ends, other control
 * and bidirectional override characters become U+FFFD. Tabs and line feeds stay.
 */
export function printable(text: string): string {
  return withoutAnsi(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Without the sequences that colour a terminal or move its cursor. */
export function withoutAnsi(text: string): string {
  return text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, '');
}
