import { z } from 'zod';
import { storageProblemSchema } from './storage-problem-schema';
import { messageSchema } from './text-schema';

/** What is wrong with a file of trees, where it is known with the place; lines and columns count from 1. */
export const treeProblemSchema = z.object({
  file: z.string(),
  line: z.number().nullable(),
  column: z.number().optional(),
  /** In English. */
  message: z.string(),
  /** The same for the reader's language, from where it is down to what it is; a colon between. Left out where there is only English. */
  words: z.array(messageSchema).optional(),
});
export type TreeProblem = z.infer<typeof treeProblemSchema>;

/** A file of the user's folder. `version` is another one whenever its bytes are. */
export const ownFileSchema = z.object({ name: z.string(), text: z.string(), version: z.string() });
export type OwnFile = z.infer<typeof ownFileSchema>;

/** The user's folder of trees as it is now. A tree with a problem is not in use at all, neither is an older text of it. */
export const treesFolderSchema = z.object({
  /** Null: none was chosen. */
  folder: z.string().nullable(),
  /** Why it can't be read; null when it can. */
  problem: storageProblemSchema.nullable(),
  files: z.array(
    z.object({
      name: z.string(),
      isCases: z.boolean(),
      /** Of a tree that is in use. */
      treeId: z.string().nullable(),
      version: z.string().nullable(),
      problems: z.array(treeProblemSchema),
    }),
  ),
});
export type TreesFolder = z.infer<typeof treesFolderSchema>;

/** How a file of the folder may be called: nothing that is hidden, a path, or special to a file system. */
const fileName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.ya?ml$/;

export function isTreeFileName(name: string): boolean {
  return fileName.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)\./i.test(name);
}

export function isCasesName(name: string): boolean {
  return /\.cases\.ya?ml$/.test(name);
}

/** `my-tree.yaml` -> `my-tree.cases.yaml`. */
export function casesNameOf(name: string): string {
  return name.replace(/\.ya?ml$/, '.cases$&');
}

/** `my-tree.cases.yaml` -> `my-tree.yaml`. */
export function treeNameOf(name: string): string {
  return name.replace(/\.cases(?=\.ya?ml$)/, '');
}
