import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import en from './en/index';

type Words = { readonly [key: string]: string | Words };

function keysOf(words: Words, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key.replace(/_(one|other)$/, '')] : keysOf(value, `${prefix}${key}.`),
  );
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = ['electron', 'renderer', 'shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => /\.(ts|tsx|yaml)$/.test(file) && !/\.test\.|[\\/]i18n[\\/](en|zh-CN)[\\/]/.test(`/${folder}/${file}`),
    )
    .map((file) => readFileSync(join(root, folder, file), 'utf8')),
);
const source = sources.join('\n');

/** Keys made of pieces: `fleet.field.${id}.name` may be any key with that start and end. */
const composed = [...source.matchAll(/`(\w+\.[^`\s]*\$\{[^`\n]*)`/g)].map(
  ([, text = '']) =>
    new RegExp(
      `^${text
        .split(/\$\{[^}]*\}/)
        .map((piece) => piece.replace(/[.*+?^()|[\]\\]/g, '\\$&'))
        .join('.+')}$`,
    ),
);
const written = new Set(source.match(/[\w-]+(?:\.[\w-]+)+/g));
/** Areas whose words are taken as an object: their keys stand alone. */
const taken: readonly string[] = [
  'actions.declared.',
  'diagnosis.engine.',
  // Named by a text: $t(diagnosis.unreached.{{code}}).
  'diagnosis.unreached.',
  'diagnosis.recovery.',
  'manual.engine.',
  'playbooks.engine.',
  'preflight.',
];
const alone = new Set(source.match(/[\w-]+/g));

it('every text is shown somewhere', () => {
  const isUsed = (key: string) =>
    written.has(key) ||
    composed.some((pattern) => pattern.test(key)) ||
    taken.some((area) => key.startsWith(area) && alone.has(key.slice(area.length)));
  expect(keysOf(en as Words).filter((key) => !isUsed(key))).toEqual([]);
});
