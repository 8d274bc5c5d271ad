import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormField } from '#shared/domain/diagnosis';
import { fieldProblem, initialDrafts, readDrafts } from './drafts';

function field(overrides: Partial<FormField>): FormField {
  return {
    name: 'count',
    label: { en: 'GPUs' },
    help: null,
    kind: 'integer',
    unit: null,
    isRequired: true,
    minimum: null,
    maximum: null,
    choices: [],
    initial: null,
    ...overrides,
  };
}

describe('drafts of a form', () => {
  it.each([
    ['an empty required field', field({}), '', { kind: 'required' }],
    ['an empty optional field', field({ isRequired: false }), '', null],
    ['words in a number', field({ kind: 'number' }), 'eight', { kind: 'not-a-number' }],
    ['half a GPU', field({}), '1.5', { kind: 'not-whole' }],
    ['too few', field({ minimum: 1, unit: 'GiB' }), '0', { kind: 'too-small', limit: 1, unit: 'GiB' }],
    ['too many', field({ maximum: 8 }), '9', { kind: 'too-large', limit: 8, unit: null }],
    ['a number within its limits', field({ minimum: 1, maximum: 8 }), ' 8 ', null],
    ['a path with spaces', field({ kind: 'text' }), '/srv/my model', null],
  ])('judges %s', (_, formField, value, expected) => {
    expect(fieldProblem(formField, { value, isUnknown: false })).toEqual(expected);
  });

  it('accepts "I don\'t know" for a required field and answers null', () => {
    const fields = [field({})];
    expect(readDrafts(fields, { count: { value: 'garbage', isUnknown: true } })).toEqual({
      answers: { count: null },
      problems: {},
    });
  });

  it('reads each kind of field into its own type', () => {
    const fields = [
      field({ name: 'gpus' }),
      field({ name: 'bits', kind: 'choice', choices: [{ value: '16', label: { en: 'FP16' } }] }),
      field({ name: 'log', kind: 'multiline' }),
      field({ name: 'isTraining', kind: 'boolean' }),
      field({ name: 'note', kind: 'text', isRequired: false }),
    ];
    const drafts = initialDrafts(fields, { gpus: 4, bits: '16', log: ' line\n', isTraining: true });
    expect(readDrafts(fields, drafts)).toEqual({
      answers: { gpus: 4, bits: '16', log: ' line\n', isTraining: true, note: null },
      problems: {},
    });
  });

  it('starts from the field unless a value is given, and keeps a given "I don\'t know"', () => {
    const fields = [
      field({ name: 'a', initial: 2 }),
      field({ name: 'b', initial: 2 }),
      field({ name: 'c', initial: 2 }),
    ];
    expect(initialDrafts(fields, { b: 8, c: null })).toEqual({
      a: { value: '2', isUnknown: false },
      b: { value: '8', isUnknown: false },
      c: { value: '2', isUnknown: true },
    });
  });

  it('gives back any number it was given', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const fields = [field({ kind: 'number' })];
        const { answers } = readDrafts(fields, initialDrafts(fields, { count: value }));
        expect(answers.count).toBe(value === 0 ? Number(String(value)) : value);
      }),
    );
  });
});
