import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { GeneratorProblem } from '../generator';
import { keptNote } from '../other-settings';
import { asValues, both, problem } from '../values';
import { lostComments, yamlText } from '../yaml-file';
import { scanCondaFile } from './scan';

interface Read {
  readonly values: Record<string, unknown>;
  readonly notes: readonly GeneratorProblem[];
}

/**
 * Reads `environment.yml`. A file that lost its line ends, its indentation or the spaces behind its dashes is read by its keywords
 * instead; so is one that YAML accepts in another meaning (`- python=3.10 - pip` on one line is one entry to YAML). Null: neither
 * way gives a package.
 */
export function readCondaFile(text: string): Read | null {
  return readYaml(text) ?? readLoose(text);
}

/** Null: no YAML, or not of the shape that conda reads. */
function readYaml(text: string): Read | null {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) return null;
  const file = asValues(contentOf(document));
  if (file === null) return null;
  const { name, channels, dependencies, variables, prefix, ...others } = file;
  if (!isTexts(channels ?? []) || !Array.isArray(dependencies)) return null;
  const packages = dependencies.filter((one) => typeof one === 'string');
  const pips = dependencies.filter((one) => typeof one !== 'string').map((one) => asValues(one)?.pip);
  if (!isTexts(packages) || !pips.every((pip) => isTexts(pip) && pip.length > 0)) return null;
  const named = asValues(variables ?? {});
  if (named === null || Object.values(named).some((value) => typeof value === 'object')) return null;
  // `name: 3.10` is a number to YAML: as it is written, it is a name.
  const nameNode = document.get('name', true);
  const written = isScalar(nameNode) && typeof nameNode.value === 'number' ? nameNode.source : name;
  if (written !== undefined && typeof written !== 'string') return null;
  const values = asForm({
    name: written,
    channels: (channels ?? []) as string[],
    dependencies: packages,
    pip: pips.flat() as string[],
    variables: Object.entries(named).map(([key, value]) => ({ name: key, value: String(value ?? '') })),
  });
  const kept = Object.keys(others).length > 0 ? { ...values, other: yamlText(others).trimEnd() } : values;
  return { values: kept, notes: [...keptNote(kept), ...withoutPrefix(prefix), ...lostComments(text)] };
}

function contentOf(document: Pick<Document, 'toJS'>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // An alias of nothing, or of too much.
    return null;
  }
}

/** Texts that are each one entry: a dash behind white space begins another one. */
function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && !/\s-(?!-)|[\r\n]/.test(one));
}

function readLoose(text: string): Read | null {
  const found = scanCondaFile(text);
  if (![...found.dependencies, ...found.pip].some((entry) => /^[a-z]/i.test(entry))) return null;
  const repaired = problem(
    'info',
    [],
    both(
      'Lines, indentation or dashes were lost: read by its keywords. Check that nothing is missing.',
      '换行、缩进或短横线已丢失：按关键字读取。请检查有无遗漏。',
    ),
  );
  return { values: asForm(found), notes: [repaired, ...withoutPrefix(found.prefix), ...lostComments(text)] };
}

function asForm(found: {
  readonly name?: string | undefined;
  readonly channels: readonly string[];
  readonly dependencies: readonly string[];
  readonly pip: readonly string[];
  readonly variables: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}): Record<string, unknown> {
  return {
    ...(found.name === undefined ? {} : { name: found.name }),
    channels: found.channels,
    dependencies: found.dependencies,
    ...(found.pip.length > 0 ? { pip: found.pip } : {}),
    ...(found.variables.length > 0 ? { variables: found.variables } : {}),
  };
}

function withoutPrefix(prefix: unknown): GeneratorProblem[] {
  if (prefix === undefined) return [];
  const text = both('prefix (a folder of one machine) is left out.', '已略去 prefix（某台机器上的目录）。');
  return [problem('info', [], text)];
}
