import { z } from 'zod';
import { partsVersionSchema, passportSchema, passportSummarySchema } from '../domain/parts/history';
import { partKinds } from '../domain/parts/part';
import { partPairSchema, partSchema } from '../domain/parts/part-schema';
import { systemTypeSchema } from '../domain/profile/drift';
import { procedure } from './errors';

/** A node as it is known now, or as one of its versions has it. */
const lookRef = z.object({ hostId: z.string(), version: z.number().int().optional() });
const lookHead = lookRef.extend({ seenAtMs: z.number().nullable() });

const kind = z.enum(partKinds);

export const parts = {
  /** What a node is made of, each part with its passport where it can be told from others. */
  get: procedure.input(lookRef).output(
    lookHead.extend({
      parts: z.array(z.object({ part: partSchema, passportId: z.number().nullable() })),
      /** Kinds that could be read, and those that could not. */
      knownKinds: z.array(kind),
      unreadKinds: z.array(kind),
    }),
  ),
  /** What it was made of before, newest first. */
  versions: procedure.input(z.object({ hostId: z.string() })).output(z.array(partsVersionSchema)),
  /** Any two nodes, or one node at two times, side by side. */
  compare: procedure.input(z.object({ before: lookRef, after: lookRef })).output(
    z.object({
      before: lookHead,
      after: lookHead,
      mode: z.enum(['time', 'nodes']),
      pairs: z.array(partPairSchema),
      unread: z.array(z.object({ kind, side: z.enum(['before', 'after', 'both']) })),
    }),
  ),
  /** Parts by a piece of their serial number, UUID, model or note, also those of nodes that were removed. */
  search: procedure
    .input(z.object({ text: z.string().max(200), kind: kind.optional(), limit: z.number().int().min(1).max(500) }))
    .output(z.array(passportSummarySchema)),
  passport: procedure.input(z.object({ id: z.number().int() })).output(passportSchema),
  setNote: procedure
    .input(
      z.object({
        id: z.number().int(),
        note: z.string().max(20_000),
        warrantyUntil: z.iso.date().nullable(),
      }),
    )
    .output(passportSchema),
  /** Attributes that differ among nodes of one system type. */
  drift: procedure.output(z.array(systemTypeSchema)),
};
