import { z } from 'zod';

/** Model repositories of Triton as a listing of their folders tells them. Source: Triton documentation, Model Repository. */
export const tritonRepositorySchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      hasConfig: z.boolean(),
      /** Positive numbers without leading zero; folders of other names are left alone by Triton. */
      versions: z.array(z.number()),
      problem: z.enum(['no-version', 'empty-version']).nullable(),
    }),
  ),
});
export type TritonRepository = z.infer<typeof tritonRepositorySchema>;

/**
 * Reads `ls -1RAp FOLDER`: a heading `/srv/models/resnet:` for each folder, then its entries, folders with a slash behind. A model
 * without a version folder is right only with a configuration that makes it an ensemble, which its name does not tell: it counts as a
 * problem where it has no configuration either. Null: the folder itself is not in the listing.
 */
export function readTritonRepository(listing: string, folder: string): TritonRepository | null {
  const root = folder.replace(/\/+$/, '');
  const entries = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of listing.split('\n')) {
    const heading = /^(\/.*):$/.exec(line)?.[1];
    if (heading !== undefined) {
      current = [];
      entries.set(heading.replace(/\/+$/, ''), current);
    } else if (line !== '') current.push(line);
  }
  const top = entries.get(root);
  if (top === undefined) return null;
  const names = foldersIn(top).filter((name) => !name.startsWith('.'));
  const models = names.map((name): TritonRepository['models'][number] => {
    const inside = entries.get(`${root}/${name}`) ?? [];
    const hasConfig = inside.includes('config.pbtxt');
    const versions = foldersIn(inside)
      .filter((one) => /^[1-9]\d*$/.test(one))
      .map(Number)
      .sort((a, b) => a - b);
    const isEmpty = versions.length > 0 && versions.every((one) => isEmptyFolder(entries, `${root}/${name}/${one}`));
    // Folders of ensembles hold nothing.
    const problem = versions.length === 0 && !hasConfig ? 'no-version' : isEmpty && !hasConfig ? 'empty-version' : null;
    return { name, hasConfig, versions, problem };
  });
  return { models };
}

function foldersIn(entries: readonly string[]): string[] {
  return entries.flatMap((entry) => (entry.endsWith('/') ? [entry.slice(0, -1)] : []));
}

function isEmptyFolder(entries: ReadonlyMap<string, readonly string[]>, path: string): boolean {
  return (entries.get(path) ?? []).length === 0;
}

/** What `POST v2/repository/index` says of each model. */
export const tritonIndexSchema = z.array(
  z.object({ name: z.string(), version: z.string(), state: z.string(), reason: z.string() }),
);
export type TritonIndex = z.infer<typeof tritonIndexSchema>;

const answered = z.array(
  z.object({
    name: z.string(),
    version: z.string().default(''),
    state: z.string().default(''),
    reason: z.string().default(''),
  }),
);

/** Null: no such answer. Source: Triton documentation, Model Repository Extension. */
export function readTritonIndex(text: string): TritonIndex | null {
  try {
    const parsed = answered.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
