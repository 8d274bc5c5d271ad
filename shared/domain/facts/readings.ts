import { z } from 'zod';
import { factsSchemas, type ProbeId, probeIds } from './index';

const schemas = new Map<ProbeId, z.ZodType>(
  probeIds.map((id) => [id, z.array(z.object({ observedAtMs: z.number(), facts: factsSchemas[id] }))]),
);

/** What one probe read at several times, oldest first: counters say nothing until their difference is taken. */
export interface Reading<Facts> {
  readonly observedAtMs: number;
  readonly facts: Facts;
}

/** The schema of a probe's readings; the same object for each call. */
export function readingsSchema<Id extends ProbeId>(
  probeId: Id,
): z.ZodType<Reading<z.infer<(typeof factsSchemas)[Id]>>[]> {
  return schemas.get(probeId) as z.ZodType<Reading<z.infer<(typeof factsSchemas)[Id]>>[]>;
}

/** Of each reading what `pick` finds in it; readings without it are left out. */
export function seriesOf<Facts, One>(
  readings: readonly Reading<Facts>[],
  pick: (facts: Facts) => One | undefined,
): Reading<One>[] {
  return readings.flatMap(({ observedAtMs, facts }) => {
    const one = pick(facts);
    return one === undefined ? [] : [{ observedAtMs, facts: one }];
  });
}

/** The first and the last of them, to take differences of. Null: there are not two of different times. */
export function spanOf<Facts>(
  readings: readonly Reading<Facts>[],
): { readonly first: Facts; readonly last: Facts; readonly seconds: number } | null {
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last || last.observedAtMs <= first.observedAtMs) return null;
  return { first: first.facts, last: last.facts, seconds: (last.observedAtMs - first.observedAtMs) / 1000 };
}
