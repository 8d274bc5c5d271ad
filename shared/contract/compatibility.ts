import { z } from 'zod';
import { compatibilityReportSchema } from '../domain/compatibility/report';
import { procedure } from './errors';

export const compatibility = {
  /** Judges the last facts of a node; asks it nothing. */
  judge: procedure.input(z.object({ hostId: z.string() })).output(compatibilityReportSchema),
};
