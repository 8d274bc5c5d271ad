import { z } from 'zod';
import { actionInfoSchema } from '../domain/action';
import { treeProblemSchema } from '../domain/own-trees';
import { procedure } from './errors';

const textFileSchema = z.object({ file: z.string(), text: z.string() });
const problems = z.array(treeProblemSchema);

/** Actions that are declared in YAML files: those that come with Gantry, and the user's own. */
export const fixes = {
  /** What is loaded now: the user's files are read again when they changed. */
  list: procedure.output(
    z.object({ fixes: z.array(actionInfoSchema.pick({ id: true, title: true, risk: true, ownFile: true })), problems }),
  ),
  source: procedure
    .input(z.object({ fixId: z.string() }))
    .output(z.object({ text: z.string(), cases: z.string().nullable() })),
  schema: procedure.input(z.object({ of: z.enum(['fix', 'cases']) })).output(z.string()),
  /** Validates the text of an action; an empty list means that it would load. */
  check: procedure.input(textFileSchema).output(problems),
  /** Runs the table tests of an action (the text of a `*.cases.yaml`); with `fix` on that text and not on what is loaded. */
  test: procedure
    .input(textFileSchema.extend({ fix: textFileSchema.optional() }))
    .output(z.object({ cases: z.array(z.object({ name: z.string(), problems })), problems })),
};
