import type { Assumption } from '#shared/domain/diagnosis';
import type { ProbeResult } from '#shared/domain/probe';
import { InvalidError } from '../../errors';

type FactAssumption = Extract<Assumption, { kind: 'fact' }>;

/** These results with another value at a fact, in every reading of its probe. Throws InvalidError where the value can't be. */
export function withFact(results: readonly ProbeResult[], { probeId, path, value }: FactAssumption): ProbeResult[] {
  return results.map((result) => {
    if (result.probeId !== probeId || result.state !== 'ok') return result;
    const facts = replaced(result.facts, path.split('.'), (given) => {
      if (given !== null && typeof given !== typeof value) {
        throw new InvalidError('diagnosis.factDoesNotFit', { path: `${probeId}: ${path}`, value: String(value) });
      }
      return value;
    });
    if (facts === result.facts) throw new InvalidError('diagnosis.noSuchFact', { path: `${probeId}: ${path}` });
    return { ...result, facts };
  });
}

/** The same object where there is no such fact. A path without indexes means every item of a list. */
function replaced(facts: unknown, [name, ...rest]: readonly string[], change: (given: unknown) => unknown): unknown {
  if (name === undefined) return change(facts);
  if (Array.isArray(facts)) {
    const isIndex = /^\d+$/.test(name);
    const items = facts.map((item: unknown, index) => {
      if (!isIndex) return replaced(item, [name, ...rest], change);
      return index === Number(name) ? replaced(item, rest, change) : item;
    });
    return items.some((item, index) => item !== facts[index]) ? items : facts;
  }
  if (typeof facts !== 'object' || facts === null || !Object.hasOwn(facts, name)) return facts;
  const given = (facts as Record<string, unknown>)[name];
  const next = replaced(given, rest, change);
  // A path that leads nowhere changes nothing; one that ends in this very value is there all the same.
  return next === given && rest.length > 0 ? facts : { ...facts, [name]: next };
}
