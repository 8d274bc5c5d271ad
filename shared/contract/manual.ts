import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  manualPhotoSchema,
  manualPlanSchema,
  manualProcedureSchema,
  manualTargetSchema,
  manualWorkSchema,
  maxPhotoBytes,
} from '../domain/manual/manual-work';
import { languages } from '../domain/text';
import { procedure } from './errors';

const workId = z.object({ workId: z.string() });
/** `by`: who says so, where several people share a workstation. */
const said = workId.extend({ by: z.string().max(80).optional() });
const note = z.string().max(2000);

/** R4 of the fix register: work with hands in the data centre, ticked off by people and judged by probes. */
export const manual = {
  procedures: procedure.output(z.array(manualProcedureSchema)),
  /** The parts of a node that a procedure may be about. */
  targets: procedure
    .input(z.object({ procedureId: z.string(), hostId: z.string() }))
    .output(z.array(manualTargetSchema)),
  /** Reads the node, or goes by what was known of one that does not answer. `target` is a slot, or a place in words. */
  plan: procedure
    .input(z.object({ procedureId: z.string(), hostId: z.string(), target: z.string().max(120).nullable() }))
    .output(manualPlanSchema),
  start: procedure
    .input(
      z.object({
        planId: z.string(),
        fingerprint: z.string(),
        incidentId: z.string().optional(),
        by: z.string().max(80).optional(),
      }),
    )
    .output(manualWorkSchema),
  /** What is open first, then the newest. */
  list: procedure.output(z.array(manualWorkSchema)),
  get: procedure.input(workId).output(manualWorkSchema),
  /** `skipped` needs a note; `open` takes a tick back. */
  setStep: procedure
    .input(said.extend({ stepId: z.string(), state: z.enum(['done', 'skipped', 'open']), note }))
    .output(manualWorkSchema),
  /** `value` null: it can't be read, for the reason in the note. */
  setSerial: procedure
    .input(said.extend({ serialId: z.string(), value: z.string().max(80).nullable(), note }))
    .output(manualWorkSchema),
  addPhoto: procedure
    .input(
      said.extend({
        slot: z.string().nullable(),
        name: z.string().min(1).max(200),
        bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= maxPhotoBytes, 'the photo is too big'),
      }),
    )
    .output(manualWorkSchema),
  removePhoto: procedure.input(said.extend({ photoId: z.string() })).output(manualWorkSchema),
  /** Null bytes: the file is gone, or is not what was kept. */
  photo: procedure
    .input(workId.extend({ photoId: z.string() }))
    .output(z.object({ photo: manualPhotoSchema, bytes: z.instanceof(Uint8Array).nullable() })),
  /** Asks the node; only what it says makes the work verified. */
  verify: procedure.input(said).output(manualWorkSchema),
  abort: procedure.input(said.extend({ reason: z.string().min(1).max(2000) })).output(manualWorkSchema),
  /** A page to print and carry into the data hall, as it stands. */
  workOrder: procedure
    .input(workId.extend({ language: z.enum(languages) }))
    .output(z.object({ fileName: z.string(), html: z.string() })),
  watch: procedure.input(workId).output(eventIterator(manualWorkSchema)),
};
