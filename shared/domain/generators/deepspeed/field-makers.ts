import type { GeneratorField } from '../generator';
import { both } from '../values';

type Own = Partial<Pick<GeneratorField, 'isShown' | 'unit' | 'isRequired'>> & {
  minimum?: number;
  maximum?: number;
  isAuto?: true;
};

/** Most labels are the setting's own name: it is what one looks up. */
const named = (name: string, en: string, zh: string, label = both(name, name)) => ({ name, label, help: both(en, zh) });

export function flag(name: string, en: string, zh: string, own: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'boolean', ...own };
}

export function whole(name: string, en: string, zh: string, { isAuto, ...own }: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'integer', ...own, ...(isAuto ? { word: 'auto' } : {}) };
}

export function number(name: string, en: string, zh: string, { isAuto, ...own }: Own = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'number', ...own, ...(isAuto ? { word: 'auto' } : {}) };
}

export function text(name: string, en: string, zh: string, own: Own & { placeholder?: string } = {}): GeneratorField {
  return { ...named(name, en, zh), kind: 'text', ...own };
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
): GeneratorField {
  return { ...named(name, en, zh), kind: 'group', fields, ...own };
}
