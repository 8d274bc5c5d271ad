import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { scanSchema, scanSummarySchema } from '../domain/scan/scan';
import { procedure } from './errors';

const scanId = z.object({ scanId: z.string() });

/** Every read-only probe and every tree on many nodes. Its walks are runs of `diagnosis`, by their run ids. */
export const scan = {
  /** Returns at once; follow it with `watch`. */
  start: procedure.input(z.object({ hostIds: z.array(z.string()).max(5000) })).output(scanSchema),
  get: procedure.input(scanId).output(scanSchema),
  /** Newest first. */
  list: procedure.output(z.array(scanSummarySchema)),
  /** The scan as it is, then as it goes on, a few times a second, until it is over. */
  watch: procedure.input(scanId).output(eventIterator(scanSchema)),
  /** Ends what is being read; what came is kept. */
  cancel: procedure.input(scanId).output(scanSchema),
};
