import { describe, expect, it } from 'vitest';
import { translatorOf } from '#shared/i18n/translator';
import { compileTrees } from './tree-library';

const good = `id: sample
title: { en: Sample, zh-CN: 样例 }
symptoms: [{ en: Something, zh-CN: 某事 }]
let:
  - { name: lost, value: 'gpu.gpus.filter(g, g.state == "lost")' }
start: read
steps:
  read:
    kind: probe
    title: { en: Read, zh-CN: 读取 }
    probes: [gpu]
    next: { to: judge }
    unknown: { to: cannot }
  judge:
    kind: branch
    title: { en: Judge, zh-CN: 判断 }
    branches:
      - id: lost
        when: size(lost) > 0
        to: bad
        label: { en: Lost, zh-CN: 丢失 }
    otherwise: { to: fine }
    unknown: { to: cannot }
  bad:
    kind: finding
    title: { en: Bad, zh-CN: 坏 }
    finding:
      code: X-1
      state: unhealthy
      severity: critical
      title: { en: 'Lost: {{ size(lost) }}', zh-CN: '丢失：{{ size(lost) }}' }
      explanation: { en: Gone, zh-CN: 不见了 }
  fine:
    kind: finding
    finding: { code: X-2, state: healthy, severity: info, title: { en: Fine, zh-CN: 正常 }, explanation: { en: Fine, zh-CN: 正常 } }
  cannot:
    kind: finding
    finding: { code: X-3, state: unknown, severity: warn, title: { en: Unknown, zh-CN: 未知 }, explanation: { en: Unknown, zh-CN: 未知 } }
`;

function load(text: string, others: readonly string[] = []) {
  const files = [text, ...others].map((one, index) => ({ file: `tree-${index}.yaml`, text: one, isBuiltIn: false }));
  return compileTrees(files, ['gpu-process-end']);
}

/** Line numbers as an editor shows them. */
function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

/** A question before it judges, which goes where the tree says when nobody is there. */
function asking(unattended: string): string {
  return good.replace(
    '    next: { to: judge }\n    unknown: { to: cannot }',
    `    next: { to: question }
    unknown: { to: cannot }
  question:
    kind: ask
    title: { en: Question, zh-CN: 问题 }
    prompt: { en: Which, zh-CN: 哪个 }
    fields: [{ name: which, label: { en: Which, zh-CN: 哪个 }, kind: text }]
    otherwise: { to: judge }
    unknown: { to: judge }
    unattended: ${unattended}`,
  );
}

describe('loading a tree', () => {
  it('takes a good one', () => {
    const { trees, problems } = load(good);
    expect(problems).toEqual([]);
    expect(trees.get('sample')?.probeIds).toEqual(['gpu']);
  });

  it.each([
    ['a target that is not there', '{ to: judge }', '{ to: jugde }', /there is no step jugde/],
    ['a loop', '    otherwise: { to: fine }', '    otherwise: { to: read }', /loop: read leads back here/],
    ['a probe that does not exist', 'probes: [gpu]', 'probes: [gpu, gpuu]', /there is no probe gpuu/],
    ['a variable that does not exist', 'when: size(lost) > 0', 'when: size(lots) > 0', /nothing is called lots here/],
    ['a field that does not exist', 'g.state == "lost"', 'g.status == "lost"', /there is no field status/],
    ['a condition that is no yes or no', 'when: size(lost) > 0', 'when: size(lost)', /must give bool, this gives int/],
    ['a condition that is always the same', 'when: size(lost) > 0', 'when: 1 > 0', /dead branch/],
    ['a comparison with null', 'when: size(lost) > 0', 'when: gpu.driverVersion == null', /can’t be computed/],
    [
      'facts that no step fetches',
      'when: size(lost) > 0',
      'when: size(rdma.devices) > 0',
      /facts of rdma, which no probe step fetches/,
    ],
    ['a missing language', 'label: { en: Lost, zh-CN: 丢失 }', 'label: { en: Lost }', /zh-CN text is missing/],
    [
      'unknown that leads to healthy',
      '    unknown: { to: cannot }\n  bad',
      '    unknown: { to: fine }\n  bad',
      /must not lead to the healthy finding/,
    ],
    [
      'a mistake in a text',
      "{{ size(lost) }}', zh",
      "{{ size(lots) }}', zh",
      /in \{\{ size\(lots\) \}\}: nothing is called lots/,
    ],
    ['an open placeholder', "'Lost: {{ size(lost) }}'", "'Lost: {{ size(lost) '", /a placeholder is not closed/],
    [
      'a placeholder where nothing is known yet',
      'title: { en: Judge,',
      "title: { en: 'Judge {{ size(lost) }}',",
      /it can have no placeholder/,
    ],
    ['a severity that does not exist', 'severity: critical', 'severity: dreadful', /severity/],
    ['a key that does not exist', 'kind: branch', 'kind: branch\n    wen: now', /wen/],
    ['broken YAML', 'probes: [gpu]', 'probes: [gpu', /./],
  ])('refuses %s and names the line', (_, part, replacement, message) => {
    const text = good.replace(part, replacement);
    expect(text).not.toBe(good);
    const { trees, problems } = load(text);
    expect(trees.size).toBe(0);
    expect(problems[0]?.file).toBe('tree-0.yaml');
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(message);
    for (const { words } of problems) expect(words?.map(translatorOf('zh-CN')).join('：')).toMatch(/[\u4e00-\u9fff]/);
    const line = problems.find((problem) => message.test(problem.message))?.line ?? 0;
    expect(Math.abs(line - lineOf(text, replacement.split('\n')[0] ?? ''))).toBeLessThanOrEqual(1);
  });

  it('checks where a question leads when nobody is there like any other way', () => {
    expect(load(asking('judge')).problems).toEqual([]);
    for (const [unattended, message] of [
      ['nowhere', 'there is no step nowhere'],
      ['read', 'loop: read leads back here'],
      ['fine', 'what nobody was asked must not lead to the healthy finding fine'],
    ] as const) {
      const text = asking(unattended);
      expect(load(text).problems).toMatchObject([{ line: lineOf(text, '    unattended:'), message }]);
    }
  });

  it('refuses a step without an unknown branch', () => {
    const text = good.replace('    unknown: { to: cannot }\n  judge', '  judge');
    expect(load(text).problems).toMatchObject([
      { file: 'tree-0.yaml', line: lineOf(text, '  read:'), message: expect.stringContaining('steps.read.unknown') },
    ]);
  });

  it('refuses a step that nothing leads to', () => {
    const { problems } = load(
      `${good}  alone:\n    kind: goto\n    title: { en: Alone, zh-CN: 独自 }\n    tree: sample\n`,
    );
    expect(problems).toMatchObject([
      { file: 'tree-0.yaml', line: good.split('\n').length, message: 'no branch leads to step alone' },
    ]);
  });

  it('refuses an action that does not exist', () => {
    const text = good.replace(
      'explanation: { en: Gone, zh-CN: 不见了 }',
      'explanation: { en: Gone, zh-CN: 不见了 }\n      actions: [{ action: gpu-explode, parameters: {} }]',
    );
    expect(load(text).problems[0]?.message).toBe('there is no action gpu-explode');
  });

  it('points into a block text at the very line', () => {
    const text = good.replace(
      'explanation: { en: Gone, zh-CN: 不见了 }',
      'explanation:\n        en: |-\n          One\n          Two {{ nope }}\n        zh-CN: 二',
    );
    expect(load(text).problems).toMatchObject([
      {
        file: 'tree-0.yaml',
        line: lineOf(text, 'Two {{'),
        message: expect.stringMatching(/^in {{ nope }}: nothing is called nope/),
      },
    ]);
  });

  it('takes a tree in English only, but not one that is half translated', () => {
    const english = good.replace(/, zh-CN: (?:'[^'\n]*'|[^}\n]*?)(?= \})/g, '');
    expect(english).not.toContain('zh-CN');
    expect(load(english).problems).toEqual([]);
  });

  it('loads the others when one is broken', () => {
    const { trees, problems } = load('id: [', [good]);
    expect([...trees.keys()]).toEqual(['sample']);
    expect(problems.length).toBeGreaterThan(0);
  });

  it('refuses a second tree of the same id', () => {
    expect(load(good, [good]).problems).toMatchObject([
      { file: 'tree-1.yaml', line: 1, message: 'the id sample is taken by tree-0.yaml' },
    ]);
  });

  it('refuses a goto to nowhere and one that comes back', () => {
    const going = (id: string, to: string): string =>
      good
        .replace('id: sample', `id: ${id}`)
        .replace(
          / {2}fine:\n.*\n.*\n/,
          `  fine:\n    kind: goto\n    title: { en: On, zh-CN: 继续 }\n    tree: ${to}\n`,
        );
    expect(load(going('one', 'nowhere')).problems.map(({ message }) => message)).toEqual(['there is no tree nowhere']);
    const both = load(going('one', 'two'), [going('two', 'one')]);
    expect(both.problems.map(({ message }) => message)).toEqual([
      'loop: two leads back to one',
      'loop: one leads back to two',
    ]);
    expect(both.trees.size).toBe(0);
  });

  it('refuses ways to trees and findings that are nowhere, with the line', () => {
    const text = good.replace(
      'explanation: { en: Gone, zh-CN: 不见了 }',
      'explanation: { en: Gone, zh-CN: 不见了 }\n      explains: [X-2, Y-9]\n      trees: [sample, nowhere]',
    );
    expect(load(text).problems).toMatchObject([
      { file: 'tree-0.yaml', line: lineOf(text, 'trees: ['), message: 'there is no tree nowhere' },
      { file: 'tree-0.yaml', line: lineOf(text, 'explains: ['), message: 'no tree has a finding Y-9' },
    ]);
  });

  it('lets only what a step reads again be compared, and reads again only what it reads', () => {
    const asks = good.replace('size(lost) > 0', 'size(readings.gpu) > 1');
    expect(load(asks).problems[0]?.message).toContain('gpu');
    const probes = /probes: \[([a-z-]+)/.exec(good)?.[1] ?? '';
    const reads = (what: string) =>
      asks.replace(/( {4}probes: \[[^\n]*\n)/, `$1    again: { everySeconds: 10${what} }\n`);
    expect(load(reads('')).problems).toEqual([]);
    expect(load(reads(`, probes: [${probes}]`)).problems).toEqual([]);
    expect(load(reads(', probes: [tape]')).problems[0]?.message).toBe('tape is not among the step’s probes');
  });
});
