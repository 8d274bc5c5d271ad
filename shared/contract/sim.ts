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
});

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
  inject: procedure.input(z.object({ node: z.string(), fault: z.string() })).output(simNode),
  clear: procedure.input(z.object({ node: z.string(), fault: z.string().optional() })).output(simNode),
  /** Ends the fleet and removes its hosts. */
  stop: procedure.output(z.object({})),
};
