import { z } from 'zod';
import { runComparisonSchema } from '../domain/transcript/run-comparison';
import { replaySchema } from '../domain/transcript/transcript';
import { procedure } from './errors';

/** A run that is kept here, or one that came as a file. */
const source = z.union([z.object({ runId: z.string() }), z.object({ transcript: z.instanceof(Uint8Array) })]);
export type RunSource = z.infer<typeof source>;

/** Transcripts of diagnosis runs: written to a file, walked again, and held against each other. */
export const runs = {
  /** Holds names, addresses and serial numbers of the node as they are. */
  transcript: procedure
    .input(z.object({ runId: z.string() }))
    .output(z.object({ fileName: z.string(), mediaType: z.string(), bytes: z.instanceof(Uint8Array) })),
  /** Walks again, with the recorded tree and with today's. Changes nothing. */
  replay: procedure.input(source).output(replaySchema),
  /** Two runs of one tree; the older one comes back as `before`. */
  compare: procedure.input(z.object({ one: source, other: source })).output(runComparisonSchema),
};
