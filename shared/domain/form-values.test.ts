import { expect, it } from 'vitest';
import { formValueRows, type KnownField, type ValueWords } from './form-values';
import { type Language, localize } from './text';

const fields: KnownField[] = [
  { name: 'framework', label: { en: 'Framework', 'zh-CN': '框架' }, unit: null, choices: [choice('torch', 'PyTorch')] },
  { name: 'wanted', label: { en: 'Memory wanted', 'zh-CN': '所需显存' }, unit: 'GiB', choices: [] },
  { name: 'isNeeded', label: { en: 'Is it needed?', 'zh-CN': '是否需要？' }, unit: null, choices: [] },
];

function choice(value: string, label: string) {
  return { value, label: { en: label, 'zh-CN': `${label}（默认）` } };
}

function words(language: Language): ValueWords {
  return {
    yes: 'Yes',
    no: 'No',
    unknown: 'I don’t know',
    text: (text) => localize(text, language),
    number: (value) => value.toFixed(1),
  };
}
const shown = (values: Record<string, unknown>, language: Language = 'en') =>
  formValueRows(fields, values, words(language)).map(({ label, value }) => [label, value]);

it('gives values the labels of their fields, in the order of the form and in each language', () => {
  const values = { isNeeded: false, wanted: 12, framework: 'torch' };
  expect(shown(values)).toEqual([
    ['Framework', 'PyTorch'],
    ['Memory wanted', '12.0 GiB'],
    ['Is it needed?', 'No'],
  ]);
  expect(shown(values, 'zh-CN').slice(0, 2)).toEqual([
    ['框架', 'PyTorch（默认）'],
    ['所需显存', '12.0 GiB'],
  ]);
});

it('shows what nobody knew, and what no field or choice stands for any more', () => {
  expect(shown({ wanted: null, framework: 'jax', old: true, variables: { A: 'x', B: '2' } })).toEqual([
    ['Framework', 'jax'],
    ['Memory wanted', 'I don’t know'],
    ['old', 'Yes'],
    ['variables', 'A=x\nB=2'],
  ]);
});
