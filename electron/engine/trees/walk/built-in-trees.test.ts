import { describe, expect, it } from 'vitest';
import { factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import { languages } from '#shared/domain/text';
import { builtInCases, builtInTrees, compileTrees } from '../compile/tree-library';
import { runCases } from './run-cases';

const set = compileTrees(builtInTrees());

describe('built-in trees', () => {
  it('load without a problem', () => {
    expect(set.problems).toEqual([]);
  });

  it.each([...set.trees.keys()])('%s has table tests', (id) => {
    expect(builtInCases().map(({ file }) => file)).toContain(`${id}.cases.yaml`);
  });
});

describe.each(builtInCases())('$file', ({ file, text }) => {
  const { outcomes, problems } = runCases(file, text, set.trees);

  it('has cases', () => {
    expect(outcomes.length).toBeGreaterThan(0);
  });

  it.each(outcomes)('$name', (outcome) => {
    expect(outcome.problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  });

  it('reaches every leaf and every step, and has nothing else wrong', () => {
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
  });

  it('shows in a case what each limit beside a condition compares', () => {
    const compared = outcomes.flatMap(({ result }) =>
      result.path.flatMap(({ stepId, evaluations }) =>
        evaluations.flatMap(({ branchId, comparisons = [] }) =>
          comparisons.map(({ expression, operator, limitExpression }) => ({
            of: `${stepId}/${branchId}`,
            text: `${expression} ${operator} ${limitExpression}`,
          })),
        ),
      ),
    );
    const tree = [...set.trees.values()].find((one) => `${one.id}.cases.yaml` === file);
    const written = [...(tree?.steps.values() ?? [])].flatMap(({ id, definition }) =>
      'branches' in definition
        ? (definition.branches ?? []).flatMap((branch) =>
            (branch.limits ?? []).map((limit) => ({ of: `${id}/${branch.id}`, limit })),
          )
        : [],
    );
    const hidden = written.filter(
      ({ of, limit }) => !compared.some((one) => one.of === of && limit.includes(one.text)),
    );
    expect(hidden).toEqual([]);
  });

  it('backs each finding with what probes read, not with parts of values made of it', () => {
    const evidence = outcomes.flatMap(({ result }) => result.findings.flatMap((finding) => finding.evidence));
    const unread = evidence.filter(({ probeId, factPath }) => {
      const [name = ''] = factPath?.split('.') ?? [];
      return factPath !== null && !(name in factsSchemas[probeId as ProbeId].shape);
    });
    expect(evidence.length).toBeGreaterThan(0);
    expect(unread).toEqual([]);
  });

  it('renders every text in both languages, with nothing left open', () => {
    for (const { result } of outcomes) {
      for (const finding of result.findings) {
        const texts = [finding.title, finding.explanation, ...finding.advice, ...(finding.cautions ?? [])];
        texts.push(...finding.actions.flatMap(({ why }) => why ?? []));
        for (const language of languages) {
          for (const text of texts)
            expect(text[language]).toMatch(/^(?!.*(?:\{\{|\}\}|undefined|NaN|\[object))[\s\S]+$/);
        }
      }
    }
  });
});
