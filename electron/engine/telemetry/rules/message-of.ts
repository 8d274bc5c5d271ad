import type { CompiledRule } from '#shared/domain/rules/compiled-rule';
import { type Language, type LocalizedText, languages } from '#shared/domain/text';

const unknownValue: Readonly<Record<Language, string>> = { en: 'unknown', 'zh-CN': '未知' };

/** The words of a rule that came to another state, with its value filled in. */
export function messageOf({ message }: CompiledRule, value: number | null): LocalizedText {
  const [en = '', chinese] = languages.map((language) =>
    message[language]?.replace(/\{\{ *value *\}\}/g, value === null ? unknownValue[language] : shownNumber(value)),
  );
  return chinese === undefined ? { en } : { en, 'zh-CN': chinese };
}

/** Three figures are enough to see how bad it is. */
function shownNumber(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
