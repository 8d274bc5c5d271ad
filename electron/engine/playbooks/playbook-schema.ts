import { z } from 'zod';
import { platforms } from '#shared/domain/playbook/playbook';
import { expression, id, identifier, parameter, text } from '../actions/declared/fix-schema';

/**
 * The form of a playbook, as written in YAML: an ordered list of actions, or of the steps of other playbooks. Conditions and values
 * are CEL over facts and parameters, as in trees and declared actions.
 */
const values = z.record(identifier, expression).default({}).describe('Parameters by name: a CEL expression each');
const common = {
  id: id.describe('Of a step that uses a playbook it stands before those of its steps: ID.STEP'),
  when: expression
    .optional()
    .describe(
      'Left out on a node where it does not hold. Asked again at its turn where it reads facts and a step it needs is to be done',
    ),
  fixed: z
    .boolean()
    .default(false)
    .describe('No step changes what its condition reads (hardware, the system): it is decided when it is planned'),
  leftOut: text.optional().describe('Why it is left out there, in words instead of the condition'),
  needs: z.array(id).default([]).describe('Steps of this file that have to be done before'),
  with: values,
};

const step = z.union([
  z.strictObject({
    ...common,
    action: id,
    title: text.optional().describe('Instead of that of the action'),
    duration: z
      .tuple([z.number().min(0), z.number().min(0)])
      .optional()
      .describe('Minutes, from and to'),
    restarts: z.boolean().default(false).describe('It restarts the node'),
  }),
  z.strictObject({ ...common, use: id.describe('A playbook whose steps stand here') }),
]);

export const requirementSchema = z.strictObject({
  id,
  title: text,
  pass: expression.describe('Over facts and parameters. What can not be told is not met'),
  failed: text.describe('Why not, and what to do; {{ expression }} is filled in'),
});

export const playbookSchema = z.strictObject({
  id,
  title: text,
  introduction: text,
  goal: z.boolean().default(false).describe('What a node is to become, rather than a part of the way there'),
  platforms: z.array(z.enum(platforms)).min(1),
  offline: z.strictObject({ can: z.enum(['yes', 'with-packages', 'no']), needs: z.array(text).default([]) }),
  parameters: z.array(parameter).default([]),
  probes: z.array(z.string()).default([]).describe('Facts that conditions and values read'),
  let: z.array(z.strictObject({ name: identifier, value: expression })).default([]),
  requires: z
    .array(z.union([id.describe('One that many playbooks have: machine, gpu'), requirementSchema]))
    .default([])
    .describe('A node that does not meet one of them is refused'),
  steps: z.array(step).min(1),
  sources: z.array(z.string().min(1)).min(1),
});
export type PlaybookDefinition = z.infer<typeof playbookSchema>;
export type PlaybookStepDefinition = PlaybookDefinition['steps'][number];
