import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInRules, compileRuleFiles, createRuleLibrary } from './rule-library';
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
    [['    when: gpu.powerW > 5', message, '    severty: warn'], 8, 'rules.0.severty: there is no key severty here'],
    [['    when: gpu.powerW > 5', '    message: { en: Mine, zh-CN: 我的 }'], 5, 'the zh-CN text is missing'],
  ])('%j is a problem of line %i', (lines, line, text) => {
    expect(problemsOf(...lines)).toMatchObject([{ file: 'mine.yaml', line, message: text }]);
  });

  it('loses only the rule that is wrong', () => {
    const good = `  - { id: good, of: gpu, when: gpu.powerW > 5, severity: info, title: { en: A }, message: { en: B } }\n`;
    const text = `rules:\n${good}${good}${head}    when: gpu.nothing > 1\n${message}\n`;
    const { rules, problems } = compileRuleFiles([{ file: 'mine.yaml', text, isBuiltIn: false }], []);
    expect(rules.map(({ id }) => id)).toEqual(['good']);
    expect(problems).toMatchObject([
      { file: 'mine.yaml', line: 8, message: 'there is no metric gpu.nothing' },
      { file: 'mine.yaml', line: 3, message: 'the id good is taken by mine.yaml' },
    ]);
  });
});

describe('the folder of rules', () => {
  const rule = (id: string): string =>
    `rules:\n  - { id: ${id}, of: gpu, when: gpu.powerW > 5, severity: info, title: { en: A }, message: { en: B } }\n`;

  it('is read again when it changes, and what is hostile in it is told by file and line and costs nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gantry-rules-'));
    const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
    const library = createRuleLibrary({ rulesFolder: () => folder, rulesOff: () => [], treeIds: () => [] });
    const own = (): string[] => library.load().rules.flatMap(({ id, isBuiltIn }) => (isBuiltIn ? [] : [id]));
    write('a.yaml', rule('mine'));
    expect(own()).toEqual(['mine']);
    expect(library.load()).toBe(library.load());

    write('a.yaml', `${rule('mine')}  - { id: mine-too, of: gpu, when: gpu.nothing > 1 }\n`);
    write('b.yaml', rule('yours'));
    write('c.yaml', rule('yours'));
    write('d-large.yaml', `${rule('large')}# ${'x'.repeat(10_000_000)}`);
    write(
      'e-binary.yaml',
      Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) % 256),
    );
    const bomb = 'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(9)}]`);
    write('f-bomb.yaml', `a: &a [x,x,x,x,x,x,x,x,x]\n${bomb.join('\n')}\nrules: *j\n`);
    write('g-lines.yaml', `rules:\n${'- 5\n'.repeat(400)}`);
    write('h.cases.yaml', 'nonsense');
    write('i-cases.yaml', 'cases: []\n');
    write('j-key.yaml', `rules:\n  - id: one\n    __proto__: { polluted: true }\n`);
    mkdirSync(join(folder, 'k-folder.yaml'));
    symlinkSync('/dev/zero', join(folder, 'l-device.yaml'));
    expect(own()).toEqual(['yours']);
    const told = new Map<string, string[]>();
    for (const { file, line, message } of library.load().problems) {
      const name = file.slice(folder.length + 1);
      told.set(name, [...(told.get(name) ?? []), `${line ?? '-'} ${message.slice(0, 40)}`]);
    }
    expect(told.get('a.yaml')?.[0]).toMatch(/^3 rules\.1/);
    expect(told.get('c.yaml')).toEqual([`2 the id yours is taken by ${join(folder, 'b.yaml')}`.slice(0, 42)]);
    expect(told.get('d-large.yaml')).toEqual(['- is larger than 1 MiB']);
    expect(told.get('e-binary.yaml')).toEqual(['- is no text in UTF-8']);
    expect(told.get('f-bomb.yaml')?.[0]).toMatch(/aliases of aliases multiply/);
    expect(told.get('g-lines.yaml')).toHaveLength(51);
    expect(told.get('g-lines.yaml')?.at(-1)).toBe('- and 350 more');
    expect(told.has('h.cases.yaml')).toBe(false);
    expect(told.get('i-cases.yaml')).toEqual(['1 a file of cases: `gantry rule test` runs'.slice(0, 42)]);
    expect(told.has('j-key.yaml')).toBe(true);
    expect(told.get('k-folder.yaml')).toEqual(['- this is no ordinary file']);
    expect(told.get('l-device.yaml')).toEqual(['- this is no ordinary file']);

    rmSync(folder, { recursive: true, force: true });
    expect(own()).toEqual([]);
    expect(library.load().problems.find(({ file }) => file === folder)?.message).toBe('this folder is not there');
  });
});

describe('table tests of rules', () => {
  it('say of a file of rules what it is', () => {
    const { problems } = runRuleCases('mine.yaml', '# mine\nrules: []\n', compileRuleFiles(builtInRules(), null));
    expect(problems).toMatchObject([
      { file: 'mine.yaml', line: 2, message: expect.stringContaining('gantry rule check') },
    ]);
  });

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
    expect(problems).toMatchObject([
      { file: 'a.cases.yaml', line: 5, message: 'is firing, not inactive' },
      { file: 'a.cases.yaml', line: 6, message: 'there is no rule no-rule' },
      { file: 'a.cases.yaml', line: 7, message: 'there is no metric gpu.heat' },
      { file: 'a.cases.yaml', line: 7, message: 'samples are such as `80 85x6`, `70+1x9`, `_` or `?`' },
    ]);
  });
});
