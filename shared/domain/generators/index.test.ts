import { expect, it } from 'vitest';
import type { LocalizedText } from '../text';
import type { GeneratorField } from './generator';
import { generators } from './index';

const isSaid = (text: LocalizedText) => text.en.trim() !== '' && /\S/.test(text['zh-CN'] ?? '');

it.each(generators)(
  '$id explains each field in both languages, and each goes by one name',
  ({ sections, title, description, examples }) => {
    const unsaid: string[] = [];
    const check = (fields: readonly GeneratorField[], path: string) => {
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
      for (const field of fields) {
        if (!isSaid(field.label) || !isSaid(field.help) || field.help['zh-CN'] === field.help.en)
          unsaid.push(path + field.name);
        if (field.kind === 'group' || field.kind === 'list') check(field.fields, `${path}${field.name}.`);
      }
    };
    check(
      sections.flatMap(({ fields }) => fields),
      '',
    );
    expect(unsaid).toEqual([]);
    expect(
      [title, description, ...examples.flatMap((example) => [example.title, example.description])].every(isSaid),
    ).toBe(true);
  },
);

it.each(generators)(
  '$id begins with values that have no problem and gives the same files each time',
  ({ initial, problems, files }) => {
    const values = initial(null);
    expect(problems(values, null)).toEqual([]);
    expect(files(values)).toEqual(files(initial(null)));
    expect(files({}).every(({ text }) => typeof text === 'string')).toBe(true);
  },
);

it.each(generators.filter(({ read }) => read))(
  '$id reads its own file back to the same file',
  ({ examples, files, read }) => {
    for (const { values } of examples) {
      const text = files(values)[0]?.text ?? '';
      expect(files(read?.(text)?.values ?? {})[0]?.text).toBe(text);
    }
  },
);
