import { factsSchemas } from '#shared/domain/facts/index';
import { factName } from '#shared/domain/probe';
import { answerName, type CompiledTree, isKind, probesReadAgain } from '../compile/compiled-tree';
import { factsToCel, readingsToCel, toCel } from '../language/cel-values';
import { makeOnDemand, type Scope } from '../language/expression';
import { reasonWords } from '../language/words';
import { allResults, readingsOf } from './readings';
import type { WalkBasis } from './walk-basis';

/** The variables of a tree: facts of probes that came back ok, probe states, answers, and every `let` that is known. */
export function scopeOf(tree: CompiledTree, basis: WalkBasis, prefix = ''): Scope {
  const scope: Record<string, unknown> = {};
  const probe: Record<string, unknown> = {};
  for (const id of Object.keys(factsSchemas)) {
    const result = basis.results.find(({ probeId }) => probeId === id);
    probe[factName(id)] =
      result === undefined
        ? { state: 'not-run', reason: reasonWords(null) }
        : { state: result.state, observedAtMs: result.observedAtMs, reason: reasonWords(result.reason) };
    const facts = result?.state === 'ok' ? result.facts : null;
    if (typeof facts === 'object' && facts !== null) makeOnDemand(scope, factName(id), () => factsToCel(facts));
  }
  scope.probe = probe;
  if (basis.expected) scope.expected = factsToCel(basis.expected);
  const all = allResults(basis);
  const again = new Set([...tree.steps.values()].flatMap(({ definition }) => probesReadAgain(definition)));
  scope.readings = Object.fromEntries(
    [...again].map((id) => [
      factName(id),
      readingsToCel(
        readingsOf(id, all).flatMap(({ observedAtMs, facts }) =>
          typeof facts === 'object' && facts !== null ? [{ observedAtMs, facts }] : [],
        ),
      ),
    ]),
  );
  const answers: Record<string, unknown> = {};
  for (const [id, step] of tree.steps) {
    if (isKind(step, 'ask')) answers[answerName(id)] = toCel(basis.answers[prefix + id] ?? {});
  }
  scope.answers = answers;
  for (const { name, expression } of tree.lets) {
    // Most ways through a tree read a few of them.
    makeOnDemand(scope, name, () => {
      const outcome = expression.evaluate(scope);
      return outcome.isKnown ? outcome.value : undefined;
    });
  }
  return scope;
}
