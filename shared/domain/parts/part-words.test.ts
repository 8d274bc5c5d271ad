import { expect, it } from 'vitest';
import en from '../../i18n/en/index';
import { translatorOf } from '../../i18n/translator';
import { partReaders } from './index';
import { partKinds } from './part';
import { attributeWords, unitOf, valueWords } from './part-words';

const say = translatorOf('en');

it.each([
  [85_899_345_920, 'bytes', '80 GiB'],
  [1_920_383_410_176, 'bytes', '1.7 TiB'],
  [0, 'bytes', '0 B'],
  [700, 'watts', '700 W'],
  [400_000, 'megabitsPerSec', '400 Gbit/s'],
  [true, 'none', 'yes'],
  [null, 'count', '—'],
  ['Enabled', 'none', 'Enabled'],
] as const)('says %j in %s as %s', (value, unit, words) => {
  expect(valueWords(value, unit, say)).toBe(words);
});

it('knows the unit of what a reader names, and says an unknown attribute by its name', () => {
  expect([unitOf('gpu', 'powerLimitW'), unitOf('gpu', 'nonsense')]).toEqual(['watts', 'none']);
  expect([attributeWords('vbiosVersion', say), attributeWords('nonsense', say)]).toEqual(['VBIOS', 'nonsense']);
});

it('has words for every kind, attribute and counter', () => {
  expect(Object.keys(en.parts.kind).sort()).toEqual([...partKinds].sort());
  const names = partReaders.flatMap(({ attributes, counters }) => [
    ...Object.keys(attributes),
    ...Object.keys(counters),
  ]);
  expect(names.filter((name) => !Object.hasOwn(en.parts.attribute, name))).toEqual([]);
});
