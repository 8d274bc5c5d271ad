/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { durationMs } from '#shared/domain/rules/duration';
import { ruleCasesSchema } from '#shared/domain/rules/rule-schema';
import { builtInRules, compileRuleFiles } from './rule-library';
import { runRuleCases } from './run-rule-cases';

const caseFiles = import.meta.glob<string>('../../../../shared/knowledge/rules/*.cases.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const set = compileRuleFiles(builtInRules(), ['vram-shortage']);
const outcomes = Object.entries(caseFiles).map(([file, text]) => ({
  text,
  ...runRuleCases(file.slice(file.lastIndexOf('/') + 1), text, set),
}));

describe('built-in rules', () => {
  it('load without a problem', () => {
    expect(set.problems).toEqual([]);
  });

  it('pass their table tests', () => {
    expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('each have a case in which they fire and end, and a time at which they do not', () => {
    const cases = outcomes.flatMap(({ text }) => ruleCasesSchema.parse(parse(text)).cases);
    const states = new Map<string, Set<string>>();
    for (const { rule, expect: expected } of cases) {
      const found = states.get(rule) ?? new Set();
      states.set(rule, found);
      for (const { state, subject, at } of expected) {
        found.add(state === 'firing' ? state : 'not firing');
        const isEnd = expected.some(
          (other) =>
            other.state === 'firing' &&
            other.subject === subject &&
            (durationMs(other.at) ?? 0) < (durationMs(at) ?? 0),
        );
        if (isEnd && state === 'inactive') found.add('over');
      }
    }
    expect(set.rules.filter(({ id }) => states.get(id)?.size !== 3).map(({ id }) => id)).toEqual([]);
  });
});
