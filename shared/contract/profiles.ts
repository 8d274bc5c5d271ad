import { z } from 'zod';
import { findingSchema } from '../domain/finding';
import { partKinds } from '../domain/parts/part';
import { profileSchema } from '../domain/profile/profile';
import { localizedTextSchema } from '../domain/text-schema';
import { procedure } from './errors';

const hostId = z.object({ hostId: z.string() });
const profileId = z.object({ profileId: z.string() });

const profileSummarySchema = z.object({
  id: z.string(),
  name: localizedTextSchema,
  description: localizedTextSchema.nullable(),
  isBuiltIn: z.boolean(),
  /** Nodes it is assigned to. */
  hostIds: z.array(z.string()),
});
export type ProfileSummary = z.infer<typeof profileSummarySchema>;

export const profileProblemSchema = z.object({ file: z.string(), line: z.number().nullable(), message: z.string() });
export type ProfileProblem = z.infer<typeof profileProblemSchema>;

const savedSchema = z.object({ profile: profileSchema.nullable(), problems: z.array(profileProblemSchema) });

export const profiles = {
  list: procedure.output(z.array(profileSummarySchema)),
  get: procedure.input(profileId).output(profileSchema),
  /** Reads a profile's YAML or JSON and, where nothing is wrong with it, keeps it; one with the same id is replaced. */
  import: procedure
    .input(z.object({ file: z.string(), text: z.string().max(5_000_000), isOnlyChecked: z.boolean().optional() }))
    .output(savedSchema),
  export: procedure
    .input(profileId.extend({ format: z.enum(['yaml', 'json']) }))
    .output(z.object({ fileName: z.string(), text: z.string() })),
  remove: procedure.input(profileId).output(z.object({})),
  /** What a profile of this node would count unless told otherwise, and what it could count. */
  countable: procedure.input(hostId).output(
    z.array(
      z.object({
        kind: z.enum(partKinds),
        count: z.number(),
        attributes: z.array(z.object({ name: z.string(), isCounted: z.boolean() })),
        isCounted: z.boolean(),
      }),
    ),
  ),
  /** Makes a profile from a golden node. Without `counted` the defaults. */
  fromNode: procedure
    .input(
      hostId.extend({
        name: z.string().trim().min(1).max(120),
        counted: z.partialRecord(z.enum(partKinds), z.array(z.string())).optional(),
      }),
    )
    .output(profileSchema),
  /** Profiles that are for a node like this, best first. */
  suggest: procedure.input(hostId).output(z.array(profileSummarySchema)),
  assign: procedure.input(hostId.extend({ profileId: z.string().nullable() })).output(z.object({})),
  /** The node against its profile, or another one. Null profile: none is assigned. */
  check: procedure.input(hostId.extend({ profileId: z.string().optional() })).output(
    z.object({
      profile: profileSummarySchema.nullable(),
      findings: z.array(findingSchema),
      observedAtMs: z.number().nullable(),
    }),
  ),
};
