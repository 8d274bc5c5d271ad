import { z } from 'zod';
import type { NodeFacts } from '../facts/index';
import { condaEnvironment } from '../generators/conda-environment/conda-environment';
import { fixedVersion, readCondaSpec } from '../generators/conda-environment/specs';
import { asValues, textsOf } from '../generators/values';

/** What is wrong with a file, in both languages. */
export const condaProblemSchema = z.object({ en: z.string(), chinese: z.string() });

/** An `environment.yml` of a node. */
export const condaFileSchema = z.object({
  /** Packages that it fixes, as conda and pip list them. */
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
  /** What conda refuses, and what will not come out as it was meant. */
  errors: z.array(condaProblemSchema),
  warnings: z.array(condaProblemSchema),
});
export type CondaFile = z.infer<typeof condaFileSchema>;

export const condaListSchema = condaFileSchema.pick({ packages: true });
export type CondaList = z.infer<typeof condaListSchema>;

/** Null: the text is no such file. One that lost its lines is told as an error: conda would read something else. */
export function readCondaEnvironmentFile(text: string, facts: NodeFacts): CondaFile | null {
  const read = condaEnvironment.read?.(text);
  const values = asValues(read?.values);
  if (!read || values === null) return null;
  const problems = condaEnvironment.problems(values, facts);
  const told = (severity: 'error' | 'warn') =>
    problems.flatMap((one) =>
      one.severity === severity ? [{ en: one.text.en, chinese: one.text['zh-CN'] ?? one.text.en }] : [],
    );
  const fromConda = textsOf(values, 'dependencies').flatMap((line) => {
    const spec = readCondaSpec(line);
    const version = spec && fixedVersion(spec);
    return spec && version ? [{ name: spec.name, version }] : [];
  });
  const fromPip = textsOf(values, 'pip').flatMap((line) => {
    const [, name, version] = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([\w.+!-]+)$/.exec(line) ?? [];
    return name && version ? [{ name: plain(name), version }] : [];
  });
  return { packages: [...fromConda, ...fromPip], errors: told('error'), warnings: told('warn') };
}

const listed = z.array(z.object({ name: z.string(), version: z.string(), channel: z.string().nullish() }));

/** What `conda list --json` says is in an environment. Null: it said something else. */
export function readCondaList(text: string): CondaList | null {
  try {
    const { data } = listed.safeParse(JSON.parse(text));
    if (data === undefined) return null;
    const packages = data.map(({ name, version }) => ({ name, version }));
    return { packages };
  } catch {
    return null;
  }
}

/** What the file fixes and the environment does not have, `pytorch 2.0.1` each. `2.0` is had by any 2.0.x, as conda means it. */
export function missingFromEnvironment({ packages }: Pick<CondaFile, 'packages'>, environment: CondaList): string[] {
  const installed = new Map(environment.packages.map(({ name, version }) => [plain(name), version]));
  // The wheel and conda's package have different names.
  const torch = installed.get('torch');
  if (torch !== undefined && !installed.has('pytorch')) installed.set('pytorch', torch);
  return packages.flatMap(({ name, version }) => {
    const has = installed.get(plain(name));
    const isThere =
      has !== undefined && (has === version || has.startsWith(`${version}.`) || has.startsWith(`${version}+`));
    return isThere ? [] : [`${name} ${version}`];
  });
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[._-]+/g, '-');
}
