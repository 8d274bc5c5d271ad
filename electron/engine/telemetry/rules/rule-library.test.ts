import { describe, expect, it } from 'vitest';
import { builtInRules, compileRuleFiles } from './rule-library';
import { runRuleCases } from './run-rule-cases';

const head = '  - id: mine\n    of: gpu\n    severity: warn\n    title: { en: Mine }\n';
const problemsOf = (...lines: string[]) =>
  compileRuleFiles([{ file: 'mine.yaml', text: `rules:\n${head}${lines.join('\n')}`, isBuiltIn: false }], ['a-tree'])
    .problems;
const message = '    message: { en: Mine }';

describe('a file of rules', () => {
  it.each([
    [['    when: gpu.temprature > 5', message], 6, 'there is no metric gpu.temprature'],
    [['    when: >-', '      gpu.powerW', '      / 0 > 5', message], 6, 'divides by zero'],
    [['    when: |', '      gpu.powerW', '      / 0 > 5', message], 8, 'divides by zero'],
    [
      ['    when: gpu.powerW > 5', message, '    until: { when: node.load < 1 }'],
      8,
      'node.load is of node, and this rule judges gpu',
    ],
    [['    when: gpu.powerW > 5', '    message: { en: "{{ power }}" }'], 7, 'only {{ value }} can be filled in'],
    [['    when: gpu.powerW > 5', message, '    tree: no-tree'], 8, 'there is no tree no-tree'],
    [
      ['    when: gpu.powerW > 5', message, '    for: 5 minutes'],
      8,
      'rules.0.for: a duration such as 30s, 5m or 1h30m',
    ],
    [['    when: gpu.powerW > 5', message, '    severty: warn'], 2, 'rules.0: Unrecognized key: "severty"'],
    [['    when: gpu.powerW > 5', '    message: { en: Mine, zh-CN: 我的 }'], 5, 'the zh-CN text is missing'],
  ])('%j is a problem of line %i', (lines, line, text) => {
    expect(problemsOf(...lines)).toEqual([{ file: 'mine.yaml', line, message: text }]);
  });

  it('loses only the rule that is wrong', () => {
    const good = `  - { id: good, of: gpu, when: gpu.powerW > 5, severity: info, title: { en: A }, message: { en: B } }\n`;
    const text = `rules:\n${good}${good}${head}    when: gpu.nothing > 1\n${message}\n`;
    const { rules, problems } = compileRuleFiles([{ file: 'mine.yaml', text, isBuiltIn: false }], []);
    expect(rules.map(({ id }) => id)).toEqual(['good']);
    expect(problems).toEqual([
      { file: 'mine.yaml', line: 8, message: 'there is no metric gpu.nothing' },
      { file: 'mine.yaml', line: 3, message: 'the id good is taken by mine.yaml' },
    ]);
  });
});

describe('table tests of rules', () => {
  it('say with line what came out otherwise', () => {
    const text = [
      'cases:',
      '  - name: warm',
      '    rule: gpu-hot',
      '    samples: { gpu.temperatureC: "90x10" }',
      '    expect: [{ at: 1m, state: inactive }]',
      '  - { name: none, rule: no-rule, samples: {}, expect: [{ at: 1m, state: inactive }] }',
      '  - { name: bad, rule: gpu-hot, samples: { gpu.heat: "1", gpu.powerW: "many" }, expect: [{ at: 1m, state: inactive }] }',
    ].join('\n');
    const { problems } = runRuleCases('a.cases.yaml', text, compileRuleFiles(builtInRules(), null));
    expect(problems).toEqual([
      { file: 'a.cases.yaml', line: 5, message: 'is firing, not inactive' },
      { file: 'a.cases.yaml', line: 6, message: 'there is no rule no-rule' },
      { file: 'a.cases.yaml', line: 7, message: 'there is no metric gpu.heat' },
      { file: 'a.cases.yaml', line: 7, message: 'samples are such as `80 85x6`, `70+1x9`, `_` or `?`' },
    ]);
  });
});
