import { checkFields } from './check-fields';
import type { GeneratorField, GeneratorProblem, Values } from './generator';
import { asValues, both, problem, textOf } from './values';
import { readYamlFile, yamlText } from './yaml-file';

/** What a file holds beside the fields of a form: nothing of an existing file is lost, and nothing has to be a field. */
export const otherField: GeneratorField = {
  name: 'other',
  kind: 'multiline',
  isYaml: true,
  placeholder: 'name: value',
  label: both('Other settings', '其他设置'),
  help: both(
    'YAML that is merged in here: what has no field. Where both say something, the field counts.',
    '合并到此处的 YAML：没有字段的设置。与字段冲突时以字段为准。',
  ),
};

/** What was read from the rows of a form that is there: it is asked for at every key that is typed, several times. */
const kept = new WeakMap<Values, { readonly text: string; readonly others: Values }>();

/** Empty where there are none, or where they are no mapping. */
export function otherOf(values: Values): Values {
  const text = textOf(values, 'other');
  if (text === null) return {};
  const known = kept.get(values);
  if (known?.text === text) return known.others;
  const others = readYamlFile(text) ?? {};
  kept.set(values, { text, others });
  return others;
}

/** What the fields give, then what only `others` has; in mappings on both sides the same. */
export function completed(content: Values, others: Values): Record<string, unknown> {
  const result: Record<string, unknown> = { ...content };
  for (const [name, value] of Object.entries(others)) {
    const [own, other] = [asValues(content[name]), asValues(value)];
    if (!Object.hasOwn(content, name)) result[name] = value;
    else if (own && other) result[name] = completed(own, other);
  }
  return result;
}

/** What of a file its form would not write again. Lists are taken whole or not at all. */
function missing(file: Values, written: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(file).flatMap(([name, value]): Array<[string, unknown]> => {
      if (!Object.hasOwn(written, name)) return [[name, value]];
      const [before, after] = [asValues(value), asValues(written[name])];
      const inside = before && after ? missing(before, after) : {};
      return Object.keys(inside).length > 0 ? [[name, inside]] : [];
    }),
  );
}

/** The values that were taken from a part of a file, with all of it that they don't write again as other settings. */
export function keeping(file: Values, taken: Values, write: (values: Values) => Values): Record<string, unknown> {
  const others = missing(file, write(taken));
  return Object.keys(others).length > 0 ? { ...taken, other: yamlText(others).trimEnd() } : { ...taken };
}

/**
 * Values that the fields take; what they would refuse is left to the other settings. `together`: fields that make one list of the
 * file, of which all or none are taken.
 */
export function fitting(
  fields: readonly GeneratorField[],
  values: Values,
  together: readonly string[] = [],
): Record<string, unknown> {
  const refused = new Set(checkFields([{ title: both('', ''), fields }], values).map(({ path }) => path[0]));
  if (together.some((name) => refused.has(name))) for (const name of together) refused.add(name);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !refused.has(name)));
}

/** Says in one line what was kept as it is: of the file itself, then of its rows by their names. */
export function keptNote(
  values: Values,
  rows: ReadonlyArray<readonly [name: string, row: Values]> = [],
): GeneratorProblem[] {
  const names = [
    ...Object.keys(otherOf(values)),
    ...rows.flatMap(([name, row]) => Object.keys(otherOf(row)).map((key) => `${name}.${key}`)),
  ];
  if (names.length === 0) return [];
  const shown = names.length > 12 ? [...names.slice(0, 12), `… (${names.length})`] : names;
  const text = both(
    `Kept as it is, among the other settings: ${shown.join(', ')}.`,
    `原样保留在“其他设置”中：${shown.join('、')}。`,
  );
  return [problem('info', [], text)];
}
