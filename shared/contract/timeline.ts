import { z } from 'zod';
import { annotationSchema } from '../domain/telemetry/annotation';
import { procedure } from './errors';

/** What happened beside what was measured, from everywhere that knows of something. */
export const timeline = {
  /** In the order of their times; without hosts: of all of them. `isCut`: there is more than is listed. */
  annotations: procedure
    .input(
      z.object({ hostIds: z.array(z.string()).max(5000).optional(), fromMs: z.number().int(), toMs: z.number().int() }),
    )
    .output(z.object({ annotations: z.array(annotationSchema), isCut: z.boolean() })),
};
