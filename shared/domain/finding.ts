import { z } from 'zod';
import { fittingChangeSchema } from './scan/scan-change';
import { localizedTextSchema } from './text-schema';

export const healthStates = ['healthy', 'degraded', 'unhealthy', 'initializing', 'unknown'] as const;

/** info: context. warn: one job affected, or a trend. critical: work lost or hardware deteriorating. fatal: unusable. */
export const severities = ['info', 'warn', 'critical', 'fatal'] as const;
export type Severity = (typeof severities)[number];

/** hardware: something breaks or is broken. Software: wrong or missing. Performance: works, slower than it could. */
export const findingNatures = ['hardware', 'software', 'configuration', 'capacity', 'performance'] as const;

/** Points at what backs a statement: a probe's fact and the raw output it was read from. */
export const evidenceRefSchema = z.object({
  probeId: z.string(),
  factPath: z.string().nullable(),
  evidenceId: z.string().nullable(),
});
export type EvidenceRef = z.infer<typeof evidenceRefSchema>;

/** An action proposed by a finding, its parameters already filled from the facts. */
export const suggestedActionSchema = z.object({
  actionId: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  why: localizedTextSchema.nullable(),
});
export type SuggestedAction = z.infer<typeof suggestedActionSchema>;

/**
 * What a diagnosis came to. `code` is the register's id (F-A1). `unknown` as state means it could not be judged, never
 * that all is well. `advice` are things a person does (change a job's flags), beside the actions Gantry can carry out.
 */
export const findingSchema = z.object({
  id: z.string(),
  code: z.string(),
  hostId: z.string(),
  state: z.enum(healthStates),
  severity: z.enum(severities),
  title: localizedTextSchema,
  explanation: localizedTextSchema,
  advice: z.array(localizedTextSchema),
  /** What it is about, e.g. `GPU-…` or `pid 4711`; empty for the whole node. */
  subjects: z.array(z.string()),
  evidence: z.array(evidenceRefSchema),
  actions: z.array(suggestedActionSchema),
  /** When this would be a false positive, to be read before acting on it. */
  cautions: z.array(localizedTextSchema).optional(),
  sources: z.array(z.string()),
  nature: z.enum(findingNatures).optional(),
  /** When it was first seen, by the node's clock; null or nothing where that can't be told. */
  sinceMs: z.number().nullable().optional(),
  /** Codes of findings that would be consequences of this one. */
  explains: z.array(z.string()).optional(),
  /** Trees that look further. */
  trees: z.array(z.string()).optional(),
  /** What was changed at the node before it and may be related; only a scan looks for that. */
  changes: z.array(fittingChangeSchema).optional(),
  observedAtMs: z.number(),
  /** What came to it: a step of a diagnosis, or the comparison of the node with its profile. */
  origin: z.union([
    z.object({ treeId: z.string(), runId: z.string(), stepId: z.string() }),
    z.object({ profileId: z.string() }),
  ]),
});
export type Finding = z.infer<typeof findingSchema>;

/** The step and run of a diagnosis that came to a finding; null where that was not a diagnosis. */
export function diagnosisOf({ origin }: Pick<Finding, 'origin'>): { runId: string; stepId: string } | null {
  return 'runId' in origin ? origin : null;
}
