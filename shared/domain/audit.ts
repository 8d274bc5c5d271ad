import { z } from 'zod';

/** One line of the audit log. `hash` covers the line and the hash before it, so a missing or changed line shows. */
export const auditEntrySchema = z.object({
  seq: z.number(),
  atMs: z.number(),
  /** Login name of the person at the workstation. */
  actor: z.string(),
  /** `noun.verb`, e.g. `action.apply`, `host.add`, `report.export`. */
  event: z.string(),
  hostId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
