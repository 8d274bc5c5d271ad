import { z } from 'zod';
import { incidentSummarySchema } from '../domain/incident';
import { treeProblemSchema } from '../domain/own-trees';
import { acceptanceSheetSchema } from '../domain/playbook/acceptance';
import { nodeVersionsSchema } from '../domain/playbook/node-versions';
import { packageSetSchema } from '../domain/playbook/package-set';
import { playbookInfoSchema } from '../domain/playbook/playbook';
import { playbookPlanSchema } from '../domain/playbook/playbook-plan';
import { preflightCheckIds, preflightSchema } from '../domain/playbook/preflight';
import { rolloutSchema } from '../domain/rollout';
import { procedure } from './errors';

const nodeOfRollout = z.object({ rolloutId: z.string(), hostId: z.string() });
const planId = z.object({ planId: z.string() });

/** Guided setup: lists of actions that lead a node somewhere. */
export const playbooks = {
  list: procedure.output(z.array(playbookInfoSchema)),
  /** Files of the user's folder that are not in use, and why. */
  problems: procedure.output(z.array(treeProblemSchema)),
  /** Validates the text of a playbook; an empty list means that it would load. */
  check: procedure.input(z.object({ file: z.string(), text: z.string() })).output(z.array(treeProblemSchema)),
  /** The YAML of one, and the JSON schema of all, for editors. */
  source: procedure.input(z.object({ playbookId: z.string() })).output(z.string()),
  schema: procedure.output(z.string()),
  /** Reads the node and says exactly what would be done. Changes nothing. */
  plan: procedure
    .input(z.object({ playbookId: z.string(), hostId: z.string(), parameters: z.record(z.string(), z.unknown()) }))
    .output(playbookPlanSchema),
  /** Reads the node: what versions fit together on it, each with its reason, and what is no longer as it was applied. */
  versions: procedure.input(z.object({ hostId: z.string() })).output(nodeVersionsSchema),
  /**
   * Whether nodes can be set up: a list of checks for each, in the order asked for. Read only, all nodes at once. With a playbook, what
   * that needs is looked at too: outside of the site, and with plans of it, what those take there and no carried set of the node has.
   */
  preflight: procedure
    .input(
      z.object({
        hostIds: z.array(z.string()).min(1).max(500),
        playbookId: z.string().optional(),
        planIds: z.array(z.string()).max(500).optional(),
      }),
    )
    .output(z.array(preflightSchema)),
  /** Fetches the packages that a playbook needs on a connected node, to an absolute folder of this workstation, with their hashes. */
  fetchPackages: procedure
    .input(
      z.object({
        playbookId: z.string(),
        hostId: z.string(),
        parameters: z.record(z.string(), z.unknown()),
        folder: z.string(),
        images: z.array(z.string().max(300)).max(50).default([]),
      }),
    )
    .output(packageSetSchema),
  /** Copies such a folder to a node; the action `local-packages` makes it a source of packages there. */
  carryPackages: procedure
    .input(z.object({ hostId: z.string(), folder: z.string() }))
    .output(z.object({ set: packageSetSchema, folder: z.string(), isOlder: z.boolean() })),
  /** A plan to hand on: Markdown to read, or a shell script that does the same. */
  exportPlan: procedure
    .input(planId.extend({ format: z.enum(['markdown', 'script']), language: z.enum(['en', 'zh-CN']) }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
  /**
   * Carries out confirmed plans of one playbook, so many nodes at a time; followed, paused and undone as a rollout. The preflight is done
   * again: refused where a check fails, and where one is unknown, or tells only of what is outside, and is not among `accepted`.
   */
  start: procedure
    .input(
      z.object({
        plans: z
          .array(z.object({ planId: z.string(), fingerprint: z.string() }))
          .min(1)
          .max(500),
        batchSize: z.number().int().min(1).max(100).default(1),
        incidentId: z.string().optional(),
        accepted: z.array(z.enum(preflightCheckIds)).default([]),
      }),
    )
    .output(rolloutSchema),
  /** What became of a node: steps, measured values, versions read anew where it answers. Unknown is never met. */
  acceptance: procedure.input(nodeOfRollout).output(acceptanceSheetSchema),
  /** The sheet as Markdown. */
  exportAcceptance: procedure
    .input(nodeOfRollout.extend({ language: z.enum(['en', 'zh-CN']) }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
  /** Puts the sheet, as it is now, on the timeline of an incident; its report has it. */
  attachAcceptance: procedure.input(nodeOfRollout.extend({ incidentId: z.string() })).output(incidentSummarySchema),
  /** `digest`: of the sheet that was read; refused where the node says something else by now. */
  signOff: procedure
    .input(nodeOfRollout.extend({ note: z.string().max(2000).default(''), digest: z.string() }))
    .output(acceptanceSheetSchema),
};
