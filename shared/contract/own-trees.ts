import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { answersSchema, diagnosisRunSchema, treeGraphSchema } from '../domain/diagnosis';
import { ownFileSchema, treeProblemSchema, treesFolderSchema } from '../domain/own-trees';
import { procedure } from './errors';

const name = z.string().max(200);
/** As long as a file of the folder may be, and some more to say that it is too long. */
const text = z.string().max(1_100_000);
const textFile = z.object({ name, text });
const version = z.string().nullable();
const bytesFile = z.object({ name: z.string(), bytes: z.instanceof(Uint8Array) });

const importPlanSchema = z.array(
  z.object({
    /** As it was called where it comes from. */
    from: z.string(),
    /** As it will be called in the folder; null where it is left out. */
    name: name.nullable(),
    does: z.enum(['adds', 'replaces', 'same', 'left-out']),
    /** What is in the folder under that name now, to be given back with the import. */
    version,
    /** Why it is left out, or what the tree's checks say to it. */
    problems: z.array(treeProblemSchema),
  }),
);

/** The user's folder of trees: looked at live, written by the editor and by imports. */
export const ownTrees = {
  /** The folder as it is, then again within about a second of any change in it. */
  watch: procedure.output(eventIterator(treesFolderSchema)),
  folder: procedure.output(treesFolderSchema),
  read: procedure.input(z.object({ name })).output(ownFileSchema),
  /**
   * Writes a file whole or not at all. `version` is what was there when editing began (null: nothing): when something else is
   * there now, nothing is written and that comes back.
   */
  save: procedure
    .input(textFile.extend({ version }))
    .output(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('saved'), version: z.string() }),
        z.object({ kind: z.literal('conflict'), onDisk: ownFileSchema.nullable() }),
      ]),
    ),
  /**
   * What the checker says to a text that is being written, and its drawing as far as it has the shape of a tree. `cases` are
   * run on it when there is nothing wrong with it.
   */
  examine: procedure.input(textFile.extend({ cases: textFile.optional() })).output(
    z.object({
      problems: z.array(treeProblemSchema),
      graph: treeGraphSchema.nullable(),
      /** The line of each step. */
      lines: z.record(z.string(), z.number()),
      cases: z
        .object({
          outcomes: z.array(
            z.object({
              name: z.string(),
              line: z.number().nullable(),
              path: z.array(z.string()),
              problems: z.array(treeProblemSchema),
            }),
          ),
          problems: z.array(treeProblemSchema),
        })
        .nullable(),
      durationMs: z.number(),
    }),
  ),
  /** Walks a text on what was last read of a node: nothing is asked of the node, and nothing is kept. */
  tryOn: procedure
    .input(textFile.extend({ hostId: z.string(), answers: z.record(z.string(), answersSchema) }))
    .output(z.object({ run: diagnosisRunSchema.nullable(), problems: z.array(treeProblemSchema) })),
  /** The YAML of a tree and of its table tests; under another id where one is given. */
  source: procedure
    .input(z.object({ treeId: z.string(), newId: z.string().optional() }))
    .output(z.object({ tree: textFile, cases: textFile.nullable() })),
  /** The JSON schema of trees, or of their table tests. */
  schema: procedure.input(z.object({ of: z.enum(['tree', 'cases']) })).output(z.string()),
  /** What may be written: probe ids, functions, fields of facts. */
  vocabulary: procedure.output(
    z.object({
      probes: z.array(z.string()),
      actions: z.array(z.string()),
      functions: z.array(z.object({ name: z.string(), parameters: z.array(z.string()) })),
      /** Paths of facts, lists as `[]`: `gpu.gpus[].memory.usedBytes`. */
      facts: z.array(z.string()),
    }),
  ),
  /** What an import of these files (YAML, or zips of them) would do. Nothing is written. */
  planImport: procedure.input(z.object({ files: z.array(bytesFile).max(500) })).output(importPlanSchema),
  /** Writes those that were chosen of a plan; one whose place in the folder is another by now is not written. */
  import: procedure
    .input(z.object({ files: z.array(bytesFile).max(500), chosen: z.array(z.object({ name, version })) }))
    .output(z.object({ written: z.array(z.string()), notWritten: z.array(z.string()) })),
};
