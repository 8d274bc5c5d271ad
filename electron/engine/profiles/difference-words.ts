import { attributeWords, unitOf, valueWords } from '#shared/domain/parts/part-words';
import type { ProfileDifference } from '#shared/domain/profile/check-profile';
import type { WantedValue } from '#shared/domain/profile/expect-value';
import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';

interface DifferenceWords {
  readonly title: LocalizedText;
  readonly explanation: LocalizedText;
}

/** A difference in words of both languages. What goes in was printed by a node or written in a file. */
export function differenceWords(difference: ProfileDifference, profileName: LocalizedText): DifferenceWords {
  const words = {
    en: wordsIn('en', difference, profileName),
    'zh-CN': wordsIn('zh-CN', difference, profileName),
  };
  return {
    title: { en: words.en.title, 'zh-CN': words['zh-CN'].title },
    explanation: { en: words.en.explanation, 'zh-CN': words['zh-CN'].explanation },
  };
}

function wordsIn(language: Language, difference: ProfileDifference, profileName: LocalizedText) {
  const { aspect, kind, attribute, wanted, found, model, parts, slots } = difference;
  const say = translatorOf(language);
  const unit = attribute === null ? 'none' : unitOf(kind, attribute);
  const kindWords = say({ key: `parts.kind.${kind}` });
  const wantedWords = wanted ? wantedIn(wanted) : '—';
  const params = {
    kind: kindWords,
    attribute: attribute === null ? '' : attributeWords(attribute, say),
    wanted: wantedWords,
    found: safe(valueWords(found, unit, say)),
    model: safe(model ?? kindWords),
    profile: safe(localize(profileName, language)),
    count: Math.max(1, parts.length),
  };
  const isUnread = aspect === 'unknown' && attribute === null;
  const isCount = aspect === 'missing' || aspect === 'extra';
  const title = say({
    key: `profiles.title.${isUnread ? 'unread' : isCount || aspect === 'unknown' ? aspect : 'value'}`,
    params,
  });
  const sentences = [say({ key: `profiles.explanation.${isUnread ? 'unread' : aspect}`, params })];
  if (aspect === 'missing' && slots.length > 0) {
    sentences.push(say({ key: 'profiles.explanation.emptySlots', params: { slots: safe(slots.join(', ')) } }));
  }
  return { title, explanation: sentences.join(language === 'en' ? ' ' : '') };

  function wantedIn({ how, values }: WantedValue): string {
    const [value = '', other = ''] = values.map((one) => safe(valueWords(one, unit, say)));
    const all = values.map((one) => safe(valueWords(one, unit, say))).join(', ');
    return say({ key: `profiles.wanted.${how}`, params: { value: how === 'one-of' ? all : value, other } });
  }
}

function safe(text: string): string {
  const shown = printable(text);
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}
