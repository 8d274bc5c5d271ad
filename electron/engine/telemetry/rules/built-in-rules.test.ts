/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from 'vitest';
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

  it('each have a case in which they fire and a time at which they do not', () => {
    const texts = outcomes
      .map(({ text }) => text)
      .join('\n')
      .split('  - name: ');
    const casesOf = (id: string): string => texts.filter((text) => text.includes(`rule: ${id}\n`)).join('');
    const untested = set.rules.filter(
      ({ id }) => !/state: firing/.test(casesOf(id)) || !/state: (inactive|pending)/.test(casesOf(id)),
    );
    expect(untested.map(({ id }) => id)).toEqual([]);
  });
});
