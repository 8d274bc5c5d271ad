import type { FormField } from './diagnosis';
import type { LocalizedText } from './text';

/** As much of a field as shows a value that was given for it. */
export type KnownField = Pick<FormField, 'name' | 'label' | 'unit' | 'choices'>;

/** How a language says the values that are no text. */
export interface ValueWords {
  readonly yes: string;
  readonly no: string;
  /** For null: nobody knew. */
  readonly unknown: string;
  text(text: LocalizedText): string;
  number(value: number): string;
}

/**
 * What was given in a form (answers of a diagnosis, parameters of an action) as it reads: the fields' labels and the
 * words of their choices, in the order of the form. A value whose field is not known any more goes by its name.
 */
export function formValueRows(
  fields: readonly KnownField[],
  values: Readonly<Record<string, unknown>>,
  words: ValueWords,
): Array<{ name: string; label: string; value: string }> {
  const order = [...new Set([...fields.map(({ name }) => name), ...Object.keys(values)])];
  return order
    .filter((name) => values[name] !== undefined)
    .map((name) => {
      const field = fields.find((candidate) => candidate.name === name);
      return { name, label: field ? words.text(field.label) : name, value: valueText(values[name], field, words) };
    });
}

function valueText(value: unknown, field: KnownField | undefined, words: ValueWords): string {
  switch (typeof value) {
    case 'string': {
      const choice = field?.choices.find((candidate) => candidate.value === value);
      return choice ? words.text(choice.label) : value;
    }
    case 'number':
      return field?.unit ? `${words.number(value)} ${field.unit}` : words.number(value);
    case 'boolean':
      return value ? words.yes : words.no;
    case 'object':
      if (value === null) return words.unknown;
      // Names with values (environment variables, say) read as the lines one would type.
      return Array.isArray(value)
        ? value.map((item) => valueText(item, field, words)).join('\n')
        : Object.entries(value)
            .map(([name, item]) => `${name}=${valueText(item, undefined, words)}`)
            .join('\n');
    default:
      return String(value);
  }
}
