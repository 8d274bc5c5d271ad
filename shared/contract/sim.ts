import { z } from 'zod';
import { procedure } from './errors';

const simNode = z.object({
  name: z.string(),
  hostId: z.string().nullable(),
  address: z.string(),
  port: z.number(),
  user: z.string(),
  profile: z.string(),
  faults: z.array(z.string()),
  /** Faults of what this node has. */
  possibleFaults: z.array(z.string()),
});
const options = z.record(z.string().max(40), z.union([z.string().max(200), z.number(), z.boolean()]));

/** The simulated fleet behind "Explore a demo fleet". Its nodes are ordinary SSH hosts to everything else. */
export const sim = {
  status: procedure.output(
    z.object({
      isRunning: z.boolean(),
      nodes: z.array(simNode),
      faults: z.array(z.object({ name: z.string(), description: z.string() })),
    }),
  ),
  start: procedure
    .input(z.object({ nodes: z.number().int().min(1).max(64) }))
    .output(z.object({ nodes: z.array(simNode) })),
  /** What a fault can hit on a node, the usual one first; none where there is nothing to choose. */
  targets: procedure
    .input(z.object({ node: z.string(), fault: z.string() }))
    .output(z.array(z.object({ group: z.string().nullable(), label: z.string(), options }))),
  inject: procedure
    .input(z.object({ node: z.string(), fault: z.string(), options: options.optional() }))
    .output(simNode),
  clear: procedure.input(z.object({ node: z.string(), fault: z.string().optional() })).output(simNode),
  /** Ends the fleet and removes its hosts. */
  stop: procedure.output(z.object({})),
};
