import { z } from 'zod';
import { lanes } from '#shared/domain/command';
import { editFormats } from './edit-file';
import { packageManagers, packageOperations } from './package-steps';
import { packageBackSchema } from './package-undo';

/** A step with every value in it, as it will run; saved with the run. */
export const filledStepSchema = z.object({
  id: z.string(),
  title: z.object({ en: z.string(), 'zh-CN': z.string() }),
  kind: z.enum(['command', 'file', 'download', 'key', 'package-lists', 'restore', 'packages-back', 'boot', 'off']),
  argv: z.array(z.string()),
  stdin: z.string().nullable(),
  isRoot: z.boolean(),
  timeoutMs: z.number(),
  lane: z.enum(lanes).nullable(),
  exitCodes: z.array(z.number()),
  waitMs: z.number(),
  /** The file that it writes, or that is kept to be restored. Of a restore: the step it takes back. */
  path: z.string().nullable(),
  restores: z.string().nullable(),
  /** A file whose content is what it was with one setting changed. Absent in older runs. */
  edit: z
    .object({
      format: z.enum(editFormats),
      section: z.string().nullish(),
      key: z.string().nullable(),
      value: z.string(),
      create: z.boolean().nullish(),
    })
    .nullish(),
  /** A download before it is planned; it becomes commands then. */
  download: z
    .object({
      url: z.string(),
      path: z.string(),
      sha256: z.string().nullable(),
      fingerprints: z.array(z.string()),
      mode: z.string(),
    })
    .nullish(),
  /** Of `key`: what the keys that the command prints have to be. */
  fingerprints: z.array(z.string()).nullish(),
  /** Commands of the same step before and after this one. Missing in older runs. */
  first: z.array(z.array(z.string())).nullish(),
  last: z.array(z.array(z.string())).nullish(),
  /** Run when the step fails, so that nothing half done stays. */
  cleanup: z.array(z.string()).nullish(),
  /** What a command does with packages; simulated while planning. */
  packages: z
    .object({
      manager: z.enum(packageManagers),
      operation: z.enum(packageOperations),
      words: z.array(z.string()),
      removes: z.array(z.string()).optional(),
      changesHeld: z.boolean().optional(),
    })
    .nullish(),
  /** Of `packages-back`: how packages become what they were. */
  back: packageBackSchema.nullish(),
});
export type FilledStep = z.infer<typeof filledStepSchema>;
