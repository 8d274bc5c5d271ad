import type { GeneratorField, Values } from '../generator';
import { completed } from '../other-settings';
import { asValues } from '../values';
import { sections } from './fields';
import { otherSettings } from './setup';

const configFields = sections
  .flatMap(({ fields }) => fields)
  .filter(({ name }) => name !== 'launch' && name !== 'other');

/** The configuration as DeepSpeed reads it: what was filled in, in the order of the form, with the other settings. */
export function configOf(form: Values): Record<string, unknown> {
  return completed(pick(configFields, form), otherSettings(form) ?? {});
}

function pick(fields: readonly GeneratorField[], around: Values): Values {
  return Object.fromEntries(
    fields.flatMap((field): Array<[string, unknown]> => {
      const value = around[field.name];
      if (value === undefined || value === null || value === '') return [];
      if (field.kind !== 'group') return [[field.name, isSwitch(field) ? switched(value) : value]];
      const inside = pick(field.fields, asValues(value) ?? {});
      return Object.keys(inside).length > 0 ? [[field.name, inside]] : [];
    }),
  );
}

/** `enabled` of a precision: a choice in the form, as it is true, false or auto. */
function isSwitch(field: GeneratorField): boolean {
  return field.kind === 'choice' && field.choices.some(({ value }) => value === 'true');
}

function switched(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** Parts a configuration into values of the form and settings that have no field in it. */
export function partConfig(config: Values): {
  readonly values: Record<string, unknown>;
  readonly others: Record<string, unknown>;
} {
  return part(configFields, config);
}

function part(fields: readonly GeneratorField[], config: Values) {
  const values: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    const field = fields.find((candidate) => candidate.name === name);
    const inside = asValues(value);
    if (!field || value === null || (field.kind === 'group') !== (inside !== null)) {
      others[name] = value;
    } else if (field.kind === 'group' && inside) {
      const parted = part(field.fields, inside);
      if (Object.keys(parted.values).length > 0) values[name] = parted.values;
      if (Object.keys(parted.others).length > 0) others[name] = parted.others;
    } else values[name] = isSwitch(field) && typeof value === 'boolean' ? String(value) : value;
  }
  return { values, others };
}
