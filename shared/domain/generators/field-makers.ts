import type { LocalizedText } from '../text';
import type { GeneratorField } from './generator';
import { both } from './values';

type Own = Partial<Pick<GeneratorField, 'isShown' | 'unit' | 'isRequired'>> & {
  /** Most labels are the setting's own name: it is what one looks up. */
  label?: LocalizedText;
  minimum?: number;
  maximum?: number;
  isAuto?: true;
};
type OwnText = Own & { placeholder?: string };

const named = (name: string, en: string, zh: string) => ({ name, label: both(name, name), help: both(en, zh) });

export function flag(name: string, en: string, zh: string, own: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'boolean', ...own };
}

export function whole(name: string, en: string, zh: string, { isAuto, ...own }: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'integer', ...own, ...(isAuto ? { word: 'auto' } : {}) };
}

export function number(name: string, en: string, zh: string, { isAuto, ...own }: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'number', ...own, ...(isAuto ? { word: 'auto' } : {}) };
}

export function wholes(name: string, en: string, zh: string, own: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'integers', ...own };
}

export function text(name: string, en: string, zh: string, own: OwnText = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'text', ...own };
}

export function texts(name: string, en: string, zh: string, own: OwnText = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'texts', ...own };
}

export function choice(name: string, values: readonly string[], en: string, zh: string, own: Own = {}): GeneratorField {
  return {
    ...named(name, en, zh),
    kind: 'choice',
    choices: values.map((value) => ({ value, label: both(value, value) })),
    ...own,
  };
}

export function group(
  name: string,
  en: string,
  zh: string,
  fields: readonly GeneratorField[],
  own: Own = {},
): Extract<GeneratorField, { kind: 'group' }> {
  return { ...named(name, en, zh), kind: 'group', fields, ...own };
}

/** `one` names a row. */
export function list(
  name: string,
  one: LocalizedText,
  en: string,
  zh: string,
  fields: readonly GeneratorField[],
  own: Own = {},
): GeneratorField {
  return { ...named(name, en, zh), kind: 'list', one, fields, ...own };
}

/** Rows of a name and a value. */
export function pairs(name: string, one: LocalizedText, en: string, zh: string, own: Own = {}): GeneratorField {
  return list(
    name,
    one,
    en,
    zh,
    [
      text('name', 'Its name.', '名称。', { label: both('Name', '名称'), isRequired: true }),
      text('value', 'What it is set to.', '取值。', { label: both('Value', '值') }),
    ],
    own,
  );
}
