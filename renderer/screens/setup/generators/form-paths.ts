import type { Generator, GeneratorField, GeneratorProblem, Values } from '#shared/domain/generators/generator';
import { groupOf, rowsOf } from '#shared/domain/generators/values';

export type Path = ReadonlyArray<string | number>;

/** Whether a field is drawn: it matters by the values so far, or has a value that is written all the same. */
export function isVisible(field: GeneratorField, around: Values, form: Values): boolean {
  const value = around[field.name];
  const hasValue = value !== undefined && value !== null && value !== '';
  return hasValue || (field.isShown?.(around, form) ?? true);
}

/** The paths of all fields and rows that are drawn, in the order of the form, as texts with dots between. */
export function drawnPaths({ sections }: Pick<Generator, 'sections'>, form: Values): string[] {
  const walk = (fields: readonly GeneratorField[], around: Values, path: Path): string[] =>
    fields.flatMap((field) => {
      if (!isVisible(field, around, form)) return [];
      const own = [...path, field.name];
      const key = own.join('.');
      if (field.kind === 'group') return [key, ...walk(field.fields, groupOf(around, field.name), own)];
      if (field.kind !== 'list') return [key];
      const rows = rowsOf(around, field.name).flatMap((row, index) => walk(field.fields, row, [...own, index]));
      return [key, ...rows];
    });
  return sections.flatMap(({ fields }) => walk(fields, form, []));
}

/** Problems by the field that they are drawn at: their own or the nearest around it; `''` are those of the whole form. */
export function problemsByField(
  problems: readonly GeneratorProblem[],
  drawn: readonly string[],
): ReadonlyMap<string, GeneratorProblem[]> {
  const known = new Set(drawn);
  const found = new Map<string, GeneratorProblem[]>();
  for (const problem of problems) {
    let length = problem.path.length;
    while (length > 0 && !known.has(problem.path.slice(0, length).join('.'))) length -= 1;
    const key = problem.path.slice(0, length).join('.');
    const others = found.get(key);
    if (others) others.push(problem);
    else found.set(key, [problem]);
  }
  return found;
}

/** Values with another one at a path; `undefined` leaves it out. What is on the way and is no object or array becomes one. */
export function withValue(values: Values, path: Path, value: unknown): Record<string, unknown> {
  const set = (at: unknown, [step, ...rest]: Path): unknown => {
    if (step === undefined) return value;
    if (typeof step === 'number') {
      const rows = Array.isArray(at) ? [...at] : [];
      rows[step] = set(rows[step], rest);
      return rows;
    }
    const next = { ...(typeof at === 'object' && at !== null && !Array.isArray(at) ? at : {}) } as Record<
      string,
      unknown
    >;
    const inner = set(next[step], rest);
    if (inner === undefined) delete next[step];
    else next[step] = inner;
    return next;
  };
  return set(values, path) as Record<string, unknown>;
}
