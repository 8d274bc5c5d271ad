import type { LocalizedText } from '../text';
import type { Generator, GeneratorField, GeneratorProblem, Values } from './generator';
import { asValues, both, problem } from './values';
import { readYamlFile } from './yaml-file';

type Path = GeneratorProblem['path'];

/** Whether values are of the kinds that the fields ask for: types, limits, choices, what is missing, names that no field has. */
export function checkFields(sections: Generator['sections'], values: Values): GeneratorProblem[] {
  return checkAll(
    sections.flatMap(({ fields }) => fields),
    values,
    values,
    [],
  );
}

function checkAll(fields: readonly GeneratorField[], around: Values, form: Values, path: Path): GeneratorProblem[] {
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(around).filter((name) => !known.has(name));
  return [
    ...fields.flatMap((field) => checkField(field, around, form, [...path, field.name])),
    ...unknown.map((name) =>
      problem('error', [...path, name], both('There is no such setting here.', '此处没有这个设置。')),
    ),
  ];
}

function checkField(field: GeneratorField, around: Values, form: Values, path: Path): GeneratorProblem[] {
  const value = around[field.name];
  const wrong = (text: LocalizedText) => [problem('error', path, text)];
  if (isBlank(value)) {
    const isMissed = field.isRequired === true && (field.isShown?.(around, form) ?? true);
    return isMissed
      ? wrong(both(`${field.label.en} is missing.`, `缺少“${field.label['zh-CN'] ?? field.label.en}”。`))
      : [];
  }
  switch (field.kind) {
    case 'text':
    case 'multiline':
      if (typeof value !== 'string') return wrong(both('Must be a text.', '必须是文本。'));
      if (field.kind === 'multiline' && field.isYaml && readYamlFile(value) === null)
        return wrong(both('Must be settings as YAML: name: value.', '必须是 YAML 形式的设置：name: value。'));
      return field.kind === 'text' && /[\r\n]/.test(value) ? wrong(both('Must be one line.', '必须是单行文本。')) : [];
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong(both('Must be true or false.', '必须是 true 或 false。'));
    case 'choice': {
      const choices = field.choices.map((choice) => choice.value);
      if (typeof value === 'string' && choices.includes(value)) return [];
      return wrong(both(`Must be one of: ${choices.join(', ')}.`, `必须是以下之一：${choices.join('、')}。`));
    }
    case 'integer':
    case 'number':
      if (field.word !== undefined && value === field.word) return [];
      return checkNumber(value, field, field.kind === 'integer', path);
    case 'integers':
    case 'numbers':
      if (field.word !== undefined && value === field.word) return [];
      if (!Array.isArray(value)) return wrong(both('Must be a list of numbers.', '必须是数字列表。'));
      return value.flatMap((one, index) => checkNumber(one, field, field.kind === 'integers', [...path, index]));
    case 'texts':
      if (!Array.isArray(value)) return wrong(both('Must be a list of texts.', '必须是文本列表。'));
      return value.flatMap((one, index) =>
        typeof one === 'string' && !/[\r\n]/.test(one)
          ? []
          : [problem('error', [...path, index], both('Must be a text of one line.', '必须是单行文本。'))],
      );
    case 'group': {
      const inside = asValues(value);
      return inside
        ? checkAll(field.fields, inside, form, path)
        : wrong(both('Must be a group of settings.', '必须是一组设置。'));
    }
    case 'list':
      if (!Array.isArray(value)) return wrong(both('Must be a list.', '必须是列表。'));
      return value.flatMap((row, index) => {
        const inside = asValues(row);
        if (inside) return checkAll(field.fields, inside, form, [...path, index]);
        return [problem('error', [...path, index], both('Must be a group of settings.', '必须是一组设置。'))];
      });
  }
}

function checkNumber(
  value: unknown,
  { minimum, maximum, word }: { minimum?: number; maximum?: number; word?: string },
  isWhole: boolean,
  path: Path,
): GeneratorProblem[] {
  const wrong = (en: string, zh: string) => [problem('error', path, both(en, zh))];
  if (typeof value !== 'number' || !Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value))) {
    const [en, zh] = isWhole ? ['a whole number', '整数'] : ['a number', '数字'];
    if (word !== undefined) return wrong(`Must be ${en} or ${word}.`, `必须是${zh}或 ${word}。`);
    return wrong(`Must be ${en}.`, `必须是${zh}。`);
  }
  if (minimum !== undefined && value < minimum) return wrong(`Must be at least ${minimum}.`, `不能小于 ${minimum}。`);
  if (maximum !== undefined && value > maximum) return wrong(`Must be at most ${maximum}.`, `不能大于 ${maximum}。`);
  return [];
}

function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}
