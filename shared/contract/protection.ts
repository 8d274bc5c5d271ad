import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { protectionPolicySchema } from '../domain/protection/policy';
import {
  armedNodeSchema,
  protectionModes,
  protectionScopeSchema,
  protectionStatusSchema,
  protectionStepSchema,
} from '../domain/protection/protection';
import { procedure } from './errors';

const reason = z.string().trim().min(1).max(500);

/** Limits that Gantry sets by itself on hot GPUs of nodes that were armed. Nothing is armed unless a person does it. */
export const protection = {
  status: procedure.output(protectionStatusSchema),
  /** The status at once, then whenever it changes, also by another process. */
  watch: procedure.output(eventIterator(protectionStatusSchema)),
  /** The newest lines of the audit log that tell of protection, newest first. */
  history: procedure
    .input(z.object({ limit: z.number().int().min(1).max(1000) }))
    .output(z.array(protectionStepSchema)),
  /** Asks the node what arming it would let Gantry do there. Changes nothing. */
  scope: procedure.input(z.object({ hostId: z.string() })).output(protectionScopeSchema),
  /** Reads the node first; INVALID where protection could not act there, with what is missing. */
  arm: procedure
    .input(
      z.object({
        hostId: z.string(),
        mode: z.enum(protectionModes),
        reason,
        policy: protectionPolicySchema.partial().optional(),
      }),
    )
    .output(armedNodeSchema),
  /** Also puts back what is held. */
  disarm: procedure.input(z.object({ hostId: z.string(), reason })).output(z.object({})),
  /** Puts back what is held, of one node or of all, and resolves when that is so. */
  restore: procedure
    .input(z.object({ hostId: z.string().optional() }))
    .output(z.object({ restored: z.number().int() })),
  setBreaker: procedure
    .input(z.object({ sharePercent: z.number().min(1).max(100).optional(), isReset: z.boolean(), reason }))
    .output(protectionStatusSchema.shape.breaker),
};
