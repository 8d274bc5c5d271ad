import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { manualTargetSchema } from '#shared/domain/manual/manual-work';
import { shippedCases } from '../../knowledge/shipped-files';
import { YamlSource } from '../../knowledge/yaml-source';
import { builtInCases, builtInTrees, compileTrees } from '../../trees/compile/tree-library';
import { runCases } from '../../trees/walk/run-cases';
import { checksOf, letsOf, scopeOf, verdictOf } from './compile-procedure';
import { manualCasesSchema } from './manual-schema';
import { createProcedureLibrary } from './procedure-library';

const library = createProcedureLibrary();
const cases = shippedCases('manual').flatMap(({ file, text }) => {
  const { value, problems } = new YamlSource(file, text).parse(manualCasesSchema);
  if (value === null)
    throw new Error(`${file}: ${problems.map(({ line, message }) => `${line}: ${message}`).join('\n')}`);
  return value.cases.map((one) => ({ ...one, id: value.manual, title: `${value.manual}: ${one.name}` }));
});

it.each(cases)('$title', ({ id, target, serials, before, says, after, verify, told }) => {
  const { compiled } = library.get(id);
  const moment = { facts: before as NodeFacts, target, serials: {} };
  const lets = letsOf(compiled, moment);
  const checks = checksOf(compiled, scopeOf(moment, lets));
  const words = checks.map(({ outcome, detail }) => `${outcome}: ${detail.en}`).join('\n');
  for (const text of says) expect(words).toContain(text);
  const verdict = verdictOf(compiled, scopeOf({ facts: after as NodeFacts, target, serials }, lets));
  expect([verdict.outcome, verdict.detail.en]).toEqual([verify, verdict.detail.en]);
  for (const text of told) expect(verdict.detail.en).toContain(text);
});

it('every procedure has cases in which it is verified, in which it is not, and in which nobody can tell', () => {
  for (const { id } of library.list()) {
    const outcomes = new Set(cases.filter((one) => one.id === id).map(({ verify }) => verify));
    expect([id, [...outcomes].sort()]).toEqual([id, ['fail', 'pass', 'unknown']]);
  }
});

it('no checklist has two steps of one id, and each ends with the node at work', () => {
  for (const { id, steps, power, persons } of library.list()) {
    const ids = steps.map((step) => step.id);
    expect([id, new Set(ids).size]).toEqual([id, ids.length]);
    if (power === 'off') expect(ids.at(-1)).toBe('boot');
    expect([id, ids.includes('two-persons')]).toEqual([id, persons > 1]);
  }
});

it('no procedure has the id of an action', async () => {
  const { allActions } = await import('../all');
  const ids = new Set(allActions.map(({ id }) => id));
  expect(library.list().filter(({ id }) => ids.has(id))).toEqual([]);
});

describe('what findings propose', () => {
  const ids = library.list().map(({ id }) => `action: ${id}\n`);
  const proposing = builtInTrees().filter(({ text }) => ids.some((id) => text.includes(id)));
  const { trees } = compileTrees(builtInTrees());
  const walks = builtInCases()
    .filter(({ file }) => proposing.some((tree) => tree.file === file.replace('.cases', '')))
    .flatMap(({ file, text }) => runCases(file, text, trees).outcomes);
  const proposed = walks
    .flatMap(({ name, result }) => result.findings.flatMap(({ actions }) => actions.map((one) => ({ name, ...one }))))
    .filter(({ actionId }) => library.list().some(({ id }) => id === actionId));

  it('is every procedure, and all that has a part also with the part it is about', () => {
    for (const { id, part } of library.list()) {
      const own = proposed.filter(({ actionId }) => actionId === id);
      expect([id, own.length > 0]).toEqual([id, true]);
      if (part === null) continue;
      expect([id, own.some(({ parameters }) => parameters.target !== undefined)]).toEqual([id, true]);
    }
  });

  it('can be planned as it is', () => {
    for (const { name, actionId, parameters } of proposed) {
      const { procedure } = library.get(actionId);
      const { target = null, ...others } = parameters;
      const isAccepted =
        target === null || (procedure.part !== null && manualTargetSchema.shape.slot.safeParse(target).success);
      expect([name, actionId, target, isAccepted, others]).toEqual([name, actionId, target, true, {}]);
    }
  });
});
