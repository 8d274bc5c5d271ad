import { z } from 'zod';
import { formFieldSchema } from '../diagnosis';
import { localizedTextSchema } from '../text-schema';
import { broughtKinds } from './package-set';

/** Operating systems a playbook knows its way on: `ID` and `VERSION_ID` of os-release, of RHEL's family by its major version. */
export const platforms = ['ubuntu-22.04', 'ubuntu-24.04', 'debian-12', 'rhel-9'] as const;
export type Platform = (typeof platforms)[number];

/** Minutes that a step usually takes, from playbooks' sources. */
export const durationSchema = z.object({ fromMinutes: z.number(), toMinutes: z.number() });

/** Whether it can be carried out without internet; `needs`: what has to be brought then. */
export const offlineSchema = z.object({
  can: z.enum(['yes', 'with-packages', 'no']),
  needs: z.array(localizedTextSchema),
  /** What its steps take from the internet, by their own commands. Missing in older results. */
  brings: z.array(z.enum(broughtKinds)).optional(),
});

/** A playbook as offered: an ordered list of actions that lead a node somewhere. */
export const playbookInfoSchema = z.object({
  id: z.string(),
  title: localizedTextSchema,
  introduction: localizedTextSchema,
  /** What a node is to become ("Triton server"), rather than a part of the way there. */
  isGoal: z.boolean(),
  platforms: z.array(z.enum(platforms)),
  /** What a node has to have, beside the system. */
  requires: z.array(localizedTextSchema),
  parameters: z.array(formFieldSchema),
  /** Those of the playbooks it uses among them, in their order. */
  steps: z.array(
    z.object({
      id: z.string(),
      actionId: z.string(),
      title: localizedTextSchema,
      /** Ids of steps that have to be done before. */
      needs: z.array(z.string()),
      /** It is left out on some nodes. */
      isConditional: z.boolean(),
      duration: durationSchema.nullable(),
    }),
  ),
  offline: offlineSchema,
  sources: z.array(z.string()),
  /** The file of one that the user wrote; missing of one that comes with Gantry. */
  ownFile: z.string().optional(),
});
export type PlaybookInfo = z.infer<typeof playbookInfoSchema>;
