import { describe, expect, it } from 'vitest';
import en from './en/index';
import { translatorOf } from './translator';
import zhCN from './zh-CN/index';

type Words = { readonly [key: string]: string | Words };

function flatten(words: Words, prefix = ''): Array<[string, string]> {
  return Object.entries(words).flatMap(
    ([key, value]): Array<[string, string]> =>
      typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`),
  );
}
const placeholders = (text: string) =>
  [...new Set(text.match(/\{\{\s*(\w+)/g)?.map((match) => match.replace(/\W/g, '')))].sort();

describe('the catalogues', () => {
  const chinese = new Map(flatten(zhCN as Words));

  it('say the same keys in both languages, apart from English singulars', () => {
    const english = flatten(en as Words).map(([key]) => key);
    expect(english.filter((key) => !key.endsWith('_one') && !chinese.has(key))).toEqual([]);
    expect([...chinese.keys()].filter((key) => !english.includes(key))).toEqual([]);
  });

  it('use the same placeholders in both languages', () => {
    const different = flatten(en as Words).filter(
      ([key, text]) => chinese.has(key) && String(placeholders(text)) !== String(placeholders(chinese.get(key) ?? '')),
    );
    expect(different).toEqual([]);
  });

  it('use full-width punctuation beside Chinese characters', () => {
    const narrow = /\p{Script=Han}[,;:!?(]|[,;:!?)]\p{Script=Han}/u;
    expect([...chinese].filter(([, text]) => narrow.test(text))).toEqual([]);
  });

  it('are written out: no translation is empty', () => {
    expect([...flatten(en as Words), ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

describe('translatorOf', () => {
  it('shows an unknown key as itself rather than nothing', () => {
    expect(translatorOf('en')({ key: 'nowhere.nothing' })).toBe('nowhere.nothing');
  });
});
