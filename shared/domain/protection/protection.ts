import { z } from 'zod';
import { releaseReasons, spentReasons } from './guard';
import { leverIds } from './lever';
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
  lever: z.enum(leverIds),
  /** In the unit of the lever; of a clock ceiling the top clock, which is none. */
  original: z.number(),
  /** What was asked for last. */
  limit: z.number(),
  engagedAtMs: z.number(),
  changedAtMs: z.number(),
  /** When it goes back at the latest. */
  untilMs: z.number(),
  /** The driver's number of the GPU; null where the inventory does not know it. */
  gpuIndex: z.number().nullable(),
  /** The newest temperature and what it is held against; null where another process guards the GPU, or none came yet. */
  reading: z.object({ temperatureC: z.number(), limitC: z.number() }).nullable(),
  /** Whether somebody wants it back now. */
  isReleased: z.boolean(),
});
export type HeldLimit = z.infer<typeof heldLimitSchema>;

/** How protection of a GPU came to an end; those of `spentReasons` need a person to arm the node anew. */
export const endedLimitSchema = z.object({
  hostId: z.string(),
  gpuUuid: z.string(),
  gpuIndex: z.number().nullable(),
  lever: z.enum(leverIds),
  original: z.number(),
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

/** What protection could do on a node, as the node says now. */
export const protectionScopeSchema = z.object({
  /** Those of which a power limit can be lowered, or else the clock, with the one that is set and what would be set below it. */
  gpus: z.array(
    z.object({ index: z.number(), uuid: z.string(), lever: z.enum(leverIds), levels: z.array(z.number()) }),
  ),
  /** GPUs of which nothing can be lowered. */
  fixedCount: z.number(),
  /** The line for sudoers that is missing for power limits, and for clock ceilings; null where root is there, or not needed. */
  missingLine: z.object({ 'power-limit': z.string().nullable(), 'clock-ceiling': z.string().nullable() }),
});
export type ProtectionScope = z.infer<typeof protectionScopeSchema>;

/** A line of the audit log that tells of protection. */
export const protectionStepSchema = z.object({
  seq: z.number(),
  atMs: z.number(),
  actor: z.string(),
  /** Without `protection.`. */
  event: z.string(),
  hostId: z.string().nullable(),
  gpuIndex: z.number().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type ProtectionStep = z.infer<typeof protectionStepSchema>;
