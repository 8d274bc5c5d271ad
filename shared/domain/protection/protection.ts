import { z } from 'zod';
import { releaseReasons, spentReasons } from './guard';
import { protectionPolicySchema } from './policy';

/** `dry-run`: says what it would do, and does nothing. */
export const protectionModes = ['armed', 'dry-run'] as const;
export type ProtectionMode = (typeof protectionModes)[number];

/** A node on which a person let protection act. */
export const armedNodeSchema = z.object({
  hostId: z.string(),
  mode: z.enum(protectionModes),
  reason: z.string(),
  actor: z.string(),
  armedAtMs: z.number(),
  policy: protectionPolicySchema,
});
export type ArmedNode = z.infer<typeof armedNodeSchema>;

/** A limit that protection has set and not yet put back. */
export const heldLimitSchema = z.object({
  hostId: z.string(),
  gpuUuid: z.string(),
  originalW: z.number(),
  /** What was asked for last. */
  limitW: z.number(),
  engagedAtMs: z.number(),
  changedAtMs: z.number(),
  /** Whether somebody wants it back now. */
  isReleased: z.boolean(),
});
export type HeldLimit = z.infer<typeof heldLimitSchema>;

/** How protection of a GPU came to an end; those of `spentReasons` need a person to arm the node anew. */
export const endedLimitSchema = z.object({
  hostId: z.string(),
  gpuUuid: z.string(),
  originalW: z.number(),
  reason: z.enum([...releaseReasons, ...spentReasons]),
  engagedAtMs: z.number(),
  endedAtMs: z.number(),
});
export type EndedLimit = z.infer<typeof endedLimitSchema>;

/** Stops automatic actions on the whole fleet when they touch more than a share of its nodes in five minutes. */
export const circuitBreakerSchema = z.object({
  sharePercent: z.number().min(1).max(100),
  /** As many nodes as that is now. */
  maxNodes: z.number(),
  trippedAtMs: z.number().nullable(),
});
export type CircuitBreaker = z.infer<typeof circuitBreakerSchema>;

export const protectionStatusSchema = z.object({
  /** Whether a process of Gantry lives that carries it out: the app does, the command line does not. */
  isCarriedOut: z.boolean(),
  nodes: z.array(armedNodeSchema),
  held: z.array(heldLimitSchema),
  /** The newest of each GPU that was armed since. */
  ended: z.array(endedLimitSchema),
  breaker: circuitBreakerSchema,
});
export type ProtectionStatus = z.infer<typeof protectionStatusSchema>;
