import { z } from 'zod';
import { hostErrorSchema } from '../host';
import { localizedTextSchema } from '../text-schema';

/** What is looked at before a node is set up, in the order of a report. */
export const preflightCheckIds = [
  'system',
  'privileges',
  'container',
  'gpu',
  'nouveau',
  'kernel-headers',
  'secure-boot',
  'disk',
  'memory',
  'package-state',
  'package-lock',
  'package-holds',
  'nvidia-sources',
  'clock',
  'names',
  'addresses',
  'certificates',
  'repository-keys',
] as const;
export type PreflightCheckId = (typeof preflightCheckIds)[number];

export const preflightOutcomes = ['pass', 'warn', 'fail', 'unknown'] as const;
export type PreflightOutcome = (typeof preflightOutcomes)[number];

export const preflightCheckSchema = z.object({
  id: z.enum(preflightCheckIds),
  title: localizedTextSchema,
  outcome: z.enum(preflightOutcomes),
  /** What was found, e.g. `Ubuntu 24.04`. */
  value: localizedTextSchema,
  /** Why it is not `pass`, and what helps. Null with `pass`. */
  reason: localizedTextSchema.nullable(),
  remedy: localizedTextSchema.nullable(),
  /** The commands that told it, with their kept output. */
  evidence: z.array(z.object({ commandLine: z.string(), evidenceId: z.string() })),
});
export type PreflightCheck = z.infer<typeof preflightCheckSchema>;

/** Whether a node can be set up. Read only. */
export const preflightSchema = z.object({
  hostId: z.string(),
  playbookId: z.string().nullable(),
  observedAtMs: z.number(),
  durationMs: z.number(),
  checks: z.array(preflightCheckSchema),
  /** The worst of the checks: fail, then unknown, warn, pass. */
  outcome: z.enum(preflightOutcomes),
  /** The node could not be asked at all; there are no checks then. */
  unreachable: hostErrorSchema.nullable(),
});
export type Preflight = z.infer<typeof preflightSchema>;

/**
 * What is fetched from outside a carried set, a loaded image or a folder of the node does without; a playbook that wants a machine of its
 * own is refused in a container by its plan, and others may go there.
 */
const acceptable: ReadonlySet<PreflightCheckId> = new Set([
  'container',
  'names',
  'addresses',
  'certificates',
  'repository-keys',
]);

/** Nothing is begun on a node with a `blocking` check, and with one `to-accept` only after somebody accepted that check. */
export type PreflightBearing = 'none' | 'to-accept' | 'blocking';

export function bearingOf({ id, outcome }: Pick<PreflightCheck, 'id' | 'outcome'>): PreflightBearing {
  if (outcome === 'pass' || outcome === 'warn') return 'none';
  return outcome === 'unknown' || acceptable.has(id) ? 'to-accept' : 'blocking';
}

export function isBlocking({ checks, unreachable }: Pick<Preflight, 'checks' | 'unreachable'>): boolean {
  return unreachable !== null || checks.some((check) => bearingOf(check) === 'blocking');
}

/** In the order of a report. */
export function checksToAccept(preflights: readonly Pick<Preflight, 'checks'>[]): PreflightCheckId[] {
  const open = new Set(
    preflights.flatMap(({ checks }) => checks.filter((check) => bearingOf(check) === 'to-accept').map(({ id }) => id)),
  );
  return preflightCheckIds.filter((id) => open.has(id));
}
