import { z } from 'zod';
import { expectedGpusSchema } from '#shared/domain/expected-gpus';
import { factsSchemas, probeIds } from '#shared/domain/facts/index';
import { factName } from '#shared/domain/probe';
import { treeFunctions } from '../language/functions/all';

/** What CEL itself has (its macros and standard functions) and what the tree language adds for unknown values. */
const languageFunctions: readonly (readonly [string, readonly string[]])[] = [
  ['known', ['value']],
  ['orElse', ['value', 'instead']],
  ['maybe', ['value']],
  ['size', ['value']],
  ['filter', ['item', 'condition']],
  ['map', ['item', 'value']],
  ['exists', ['item', 'condition']],
  ['exists_one', ['item', 'condition']],
  ['all', ['item', 'condition']],
  ['contains', ['text']],
  ['startsWith', ['text']],
  ['endsWith', ['text']],
  ['matches', ['pattern']],
  ['string', ['value']],
  ['int', ['value']],
  ['double', ['value']],
];

const maxDepth = 6;

/** What an editor of trees can offer: probes, functions, and the paths of all facts. */
export function vocabulary() {
  return {
    probes: [...probeIds].sort(),
    functions: [
      ...treeFunctions.map(({ name, parameters }) => ({ name, parameters: parameters.map((one) => one.name) })),
      ...languageFunctions.map(([name, parameters]) => ({ name, parameters: [...parameters] })),
    ].sort((a, b) => a.name.localeCompare(b.name)),
    facts: [
      ...probeIds.flatMap((id) => paths(z.toJSONSchema(factsSchemas[id], { unrepresentable: 'any' }), factName(id))),
      ...paths(z.toJSONSchema(expectedGpusSchema), 'expected'),
    ],
  };
}

interface JsonSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, unknown>>;
}

function paths(schema: unknown, path: string, depth = 0, root: JsonSchema = schema as JsonSchema): string[] {
  const given = schema as JsonSchema;
  const name = given.$ref?.replace('#/$defs/', '');
  const { properties, items, anyOf } = (name === undefined ? given : (root.$defs?.[name] ?? {})) as JsonSchema;
  if (depth > maxDepth) return [path];
  const inner = [
    ...Object.entries(properties ?? {}).flatMap(([key, value]) => paths(value, `${path}.${key}`, depth + 1, root)),
    ...(items === undefined || typeof items !== 'object' ? [] : paths(items, `${path}[]`, depth + 1, root)),
    ...(anyOf ?? []).flatMap((one) => paths(one, path, depth + 1, root)),
  ];
  return [...new Set([path, ...inner])];
}
