import fc from 'fast-check';
import type { Generator, GeneratorField, Values } from '../generator';

/** Any values that a form can hold once each field is filled in as it asks for: what the generator makes of them must be readable. */
export function filledForms(sections: Generator['sections'], texts = words): fc.Arbitrary<Values> {
  return filled(
    sections.flatMap(({ fields }) => fields),
    texts,
  );
}

function filled(fields: readonly GeneratorField[], texts: fc.Arbitrary<string>): fc.Arbitrary<Values> {
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, valueFor(field, texts)])), {
    requiredKeys: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name),
  });
}

const words = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/),
  fc.constantFrom('a b', 'it’s "so" \\', "it's", '中文'),
);

/** What would end a line, a quote, a comment or a list, or be filled in, where it is not written as it should be. */
export const hostileWords = fc.oneof(
  words,
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'a: b # c',
    '\u0024{HOME} $$x $(id) `id`',
    '%h %% %n',
    '"\nUSER root',
    "'; rm -rf / #",
    'x\nExecStart=/bin/sh',
    '- a\n- b',
    'yes',
    '22:22',
    '0644',
    '1e3',
    '<<EOF',
    '["sh"]',
    'end\\',
    '{ } [ ] , & * ! | > @',
    '~',
    ';',
  ),
);

function valueFor(field: GeneratorField, texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'text':
      return texts;
    case 'multiline':
      return fc.constant('');
    case 'boolean':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.choices.map(({ value }) => value));
    case 'texts':
      return fc.array(texts, { maxLength: 3 });
    case 'group':
      return filled(field.fields, texts);
    case 'list':
      return fc.array(filled(field.fields, texts), { maxLength: 3 });
    default: {
      const { minimum = -1, maximum = Math.max(minimum, 4096) } = field;
      const isWhole = field.kind === 'integer' || field.kind === 'integers';
      const one = isWhole
        ? fc.integer({ min: minimum, max: maximum })
        : fc.integer({ min: 0, max: 10 }).map((part) => minimum + ((maximum - minimum) * part) / 10);
      const all =
        field.kind === 'integers' || field.kind === 'numbers' ? fc.array(one, { minLength: 2, maxLength: 2 }) : one;
      return field.word === undefined ? all : fc.oneof(all, fc.constant(field.word));
    }
  }
}
