import { z } from 'zod';
import { alertSchema } from './alert';

/** An alert that a rule would have raised; `resolvedMs` null: it still fired at the end. */
const replayedAlertSchema = alertSchema
  .pick({
    ruleId: true,
    hostId: true,
    subject: true,
    severity: true,
    title: true,
    message: true,
    value: true,
    sinceMs: true,
    resolvedMs: true,
  })
  .extend({ firedMs: z.number() });
export type ReplayedAlert = z.infer<typeof replayedAlertSchema>;

/** What rules would have said in a range, in the order in which it would have fired. */
export const rulesReplaySchema = z.object({
  alerts: z.array(replayedAlertSchema),
  /** How many rounds of samples were judged; of what is older than `firstMs` only sums are kept, or nothing. */
  rounds: z.number(),
  firstMs: z.number().nullable(),
});
export type RulesReplay = z.infer<typeof rulesReplaySchema>;
