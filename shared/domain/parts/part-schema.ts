import { z } from 'zod';
import { probeIds } from '../facts/index';
import type { Part } from './part';
import { partKinds } from './part';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A part as it crosses a border. */
export const partSchema: z.ZodType<Part> = z.object({
  kind: z.enum(partKinds),
  slot: z.string(),
  identity: z.string().nullable(),
  model: z.string().nullable(),
  attributes: z.record(z.string(), value),
  counters: z.record(z.string(), z.number().nullable()),
  source: z.object({ probeId: z.enum(probeIds), factPath: z.string() }),
});

const compared = z.object({
  name: z.string(),
  before: value,
  after: value,
  state: z.enum(['same', 'different', 'unknown']),
});

export const partPairSchema = z.object({
  kind: z.enum(partKinds),
  relation: z.enum(['same', 'moved', 'swapped', 'added', 'removed', 'not-compared']),
  before: partSchema.nullable(),
  after: partSchema.nullable(),
  attributes: z.array(compared),
  counters: z.array(compared.extend({ before: z.number().nullable(), after: z.number().nullable() })),
  isDifferent: z.boolean(),
});
