import { oc } from '@orpc/contract';
import { z } from 'zod';
import { hostErrorSchema } from '../domain/host';
import { storageProblemSchema } from '../domain/storage-problem-schema';
import { messageSchema } from '../domain/text-schema';

/**
 * The base of every procedure: the error codes that cross the border, each with its data. Screens switch on the code.
 * - NOT_FOUND: no such host, run, incident …
 * - INVALID: input that passed its schema and still makes no sense; `message` says which and what to do.
 * - CONFLICT: the thing moved on (a plan expired, a run already finished, a duplicate host).
 * - UNAVAILABLE: a server beyond the nodes did not answer, or with a refusal; `message` says which and what it said.
 * - HOST_UNAVAILABLE: the node can't be used; `host` says why.
 * - STORE_FAILED: the workstation could not save or read (disk full, file locked …); nothing was acknowledged.
 */
export const procedure = oc.errors({
  NOT_FOUND: { data: z.object({ what: z.string(), id: z.string() }) },
  INVALID: { data: z.object({ message: messageSchema }) },
  CONFLICT: { data: z.object({ message: messageSchema }) },
  UNAVAILABLE: { data: z.object({ message: messageSchema }) },
  HOST_UNAVAILABLE: { data: z.object({ hostId: z.string().nullable(), host: hostErrorSchema }) },
  STORE_FAILED: { data: storageProblemSchema },
});
