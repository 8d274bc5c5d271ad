import { z } from 'zod';
import { logEvidenceSchema, logSuspicionSchema } from '../domain/kernel-log/log-evidence';
import { maxLogLength } from '../domain/kernel-log/log-records';
import { logReportSchema } from '../domain/kernel-log/log-report';
import { localizedTextSchema } from '../domain/text-schema';
import { sxidSchema, xidSchema } from '../knowledge/catalogs/kernel-log/kernel-log-schema';
import { procedure } from './errors';

export const knowledge = {
  /** Everything that is known about codes of NVIDIA's driver and switches. */
  xids: procedure.output(
    z.object({
      /** `tree`: the diagnosis that looks into it. */
      xids: z.array(xidSchema.extend({ tree: z.string().nullable() })),
      sxids: z.array(sxidSchema.extend({ tree: z.string().nullable() })),
      /** Where an entry is from, by the ids it names. */
      sources: z.record(z.string(), z.string()),
      memoryRma: z.object({
        rowRemapFailureWhen: z.array(localizedTextSchema),
        sramThresholdWhen: z.array(localizedTextSchema),
        blackwell: localizedTextSchema,
        finalWord: localizedTextSchema,
      }),
    }),
  ),
  /** What a kernel log says: of a text, whatever tool printed it, or of a node, whose log is read now. */
  decodeLog: procedure
    .input(
      z.union([
        z.object({
          text: z.string().max(maxLogLength),
          /** Of the node it is from, as `575.57.08`: how newer NVLink errors are laid out depends on it. */
          driverVersion: z.string().max(40).optional(),
        }),
        z.object({ hostId: z.string() }),
      ]),
    )
    .output(logReportSchema),
  /** What one line means among what the node's log told around that time, and which diagnosis looks into it. */
  judgeLine: procedure.input(logSuspicionSchema.extend({ hostId: z.string() })).output(logEvidenceSchema),
};
