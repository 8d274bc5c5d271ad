import { z } from 'zod';
import { expectedGpusSchema } from '#shared/domain/expected-gpus';
import { factsSchemas, probeIds } from '#shared/domain/facts/index';
import { readingsSchema } from '#shared/domain/facts/readings';
import { factName } from '#shared/domain/probe';
import type { ExpressionSpace } from '../language/expression';
import type { FieldDefinition, TreeDefinition } from '../language/tree-schema';
import { answerName, probesReadAgain } from './compiled-tree';

/**
 * What a run knows of each probe, for texts that explain what is missing: `probe.gpuHolders.state == "denied"`. The reason
 * is empty where there is none, its key that of the catalogue's `probes`.
 */
const probeStateSchema = z.object({
  state: z.string(),
  observedAtMs: z.number().nullable(),
  reason: z.object({ key: z.string(), en: z.string(), chinese: z.string() }),
});
const probeStatesSchema = z.object(Object.fromEntries(probeIds.map((id) => [factName(id), probeStateSchema])));
/** How the walk went so far, for a last step that says what could not be judged. */
const walkSchema = z.object({
  unknownSteps: z.array(z.string()),
  unknownTitles: z.object({ en: z.array(z.string()), chinese: z.array(z.string()) }),
  /** Questions that were passed because nobody was there. */
  unaskedSteps: z.array(z.string()),
  unaskedTitles: z.object({ en: z.array(z.string()), chinese: z.array(z.string()) }),
  findings: z.array(z.string()),
});

/** What every expression of a tree may read: facts, probe states, what is expected of the node, and the answers of its questions. */
export function declareVariables(space: ExpressionSpace, { steps }: TreeDefinition): void {
  for (const probeId of probeIds) space.declareSchema(factName(probeId), factsSchemas[probeId]);
  space.declareSchema('probe', probeStatesSchema);
  space.declareSchema('expected', expectedGpusSchema);
  const answers: Record<string, z.ZodType> = {};
  for (const [stepId, step] of Object.entries(steps)) {
    if (step.kind !== 'ask') continue;
    const fields = step.fields.map(({ name, kind }) => [name, answerSchema(kind)]);
    answers[answerName(stepId)] = z.object(Object.fromEntries(fields));
  }
  space.declareSchema('answers', z.object(answers));
  const again = probeIds.filter((id) => Object.values(steps).some((step) => probesReadAgain(step).includes(id)));
  const readings = Object.fromEntries(again.map((id) => [factName(id), readingsSchema(id)]));
  space.declareSchema('readings', z.object(readings));
}

/** What only steps may read: a `let` is computed before the walk. */
export function declareWalk(space: ExpressionSpace): void {
  space.declareSchema('walk', walkSchema);
}

function answerSchema(kind: FieldDefinition['kind']): z.ZodType {
  if (kind === 'boolean') return z.boolean();
  return kind === 'integer' || kind === 'number' ? z.number() : z.string();
}
