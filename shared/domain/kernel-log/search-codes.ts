import type { LocalizedText } from '../text';

interface Searched {
  readonly code: number;
  readonly mnemonic: string;
  readonly meaning: LocalizedText;
  readonly name?: LocalizedText;
  readonly note?: LocalizedText;
  readonly causes?: readonly LocalizedText[];
  readonly block?: LocalizedText;
  readonly fabricManagerName?: string;
}

/** Whether a code of the catalogue has all of the words, in either language. A number alone is the code, or its beginning. */
export function matchesCode(entry: Searched, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const [only] = words;
  if (words.length === 1 && only !== undefined && /^\d+$/.test(only)) return String(entry.code).startsWith(only);
  if (words.length === 0) return true;
  const { code, mnemonic, fabricManagerName = '', name, meaning, note, block, causes = [] } = entry;
  const texts = [name, meaning, note, block, ...causes].flatMap((text) => (text ? [text.en, text['zh-CN'] ?? ''] : []));
  const all = [String(code), mnemonic, fabricManagerName, ...texts].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}
