import { z } from 'zod';
import { evidenceSchema } from '../command';
import { answersSchema, diagnosisRunSchema } from '../diagnosis';
import { expectedGpusSchema } from '../expected-gpus';
import { probeResultSchema } from '../probe';
import { walkComparisonSchema } from './compare-walks';

export const transcriptFormat = 'gantry-transcript/1';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * One run with everything it stands on, for another machine: the trees as text, what every probe printed and what was read out
 * of it, the answers, and what the walk came to.
 */
export const transcriptSchema = z.object({
  format: z.literal(transcriptFormat),
  gantryVersion: z.string().max(100),
  madeAtMs: z.number(),
  hostName: z.string().max(300),
  run: diagnosisRunSchema,
  basis: z.object({
    results: z.array(probeResultSchema).max(500),
    again: z.record(z.string(), z.array(probeResultSchema).max(5000)).optional(),
    expected: expectedGpusSchema.nullable().optional(),
    answers: z.record(z.string(), answersSchema),
    forced: z.record(z.string(), z.string()),
    unattended: z.union([z.literal('all'), z.array(z.string()).max(5000)]).optional(),
    assumedAnswers: z.array(z.string()).max(5000).optional(),
  }),
  /** `isOfRun`: the very text it was walked with; else that of the day it was written, the other not being kept. */
  trees: z
    .array(
      z.object({
        id: z.string().max(200),
        file: z.string().max(300),
        sha256,
        isOfRun: z.boolean(),
        text: z.string().max(2_000_000),
      }),
    )
    .max(200),
  /** Outputs that were pruned, or that an imported run never had, are not among them. */
  evidence: z.array(evidenceSchema).max(20_000),
});
export type Transcript = z.infer<typeof transcriptSchema>;

export const runHeadSchema = diagnosisRunSchema
  .pick({ id: true, treeId: true, hostId: true, state: true, startedAtMs: true, updatedAtMs: true, isWhatIf: true })
  .extend({
    hostName: z.string(),
    /** Null for a run of this data folder. */
    madeWith: z.object({ gantryVersion: z.string(), madeAtMs: z.number() }).nullable(),
  });
export type RunHead = z.infer<typeof runHeadSchema>;

/** How a walk that was made again relates to the recorded one. */
export const replayedWalkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('walked'), comparison: walkComparisonSchema }),
  /** The tree does not compile with this version of Gantry, or is gone. */
  z.object({ kind: z.literal('not-compiled'), problem: z.string() }),
  /** It asks for readings that were never made. */
  z.object({ kind: z.literal('reads-more'), stepId: z.string(), comparison: walkComparisonSchema }),
]);
export type ReplayedWalk = z.infer<typeof replayedWalkSchema>;

export const replaySchema = z.object({
  run: runHeadSchema,
  trees: z.array(
    z.object({
      id: z.string(),
      recorded: z.string().nullable(),
      today: z.string().nullable(),
      /** `not-kept`: the run is older than this record, or was part of a scan. */
      state: z.enum(['same', 'changed', 'gone', 'not-kept']),
    }),
  ),
  /** The recorded tree on the recorded facts: anything else than the same is a mistake in Gantry or a changed file. */
  recorded: replayedWalkSchema,
  /** Raw outputs read again with the parsers of this version. */
  readings: z.object({
    read: z.number(),
    /** Results whose outputs are not there any more: their recorded facts stand. */
    notKept: z.number(),
    different: z.array(
      z.object({ probeId: z.string(), recordedState: z.string(), state: z.string(), paths: z.array(z.string()) }),
    ),
  }),
  /** Today's tree on what today's parsers read. */
  today: replayedWalkSchema,
});
export type Replay = z.infer<typeof replaySchema>;
