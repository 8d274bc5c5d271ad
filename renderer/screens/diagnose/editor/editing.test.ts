import { describe, expect, it } from 'vitest';
import { completionsAt } from './completions';
import { type Edit, indentLines, lineOf, newLine, offsetOf, outdentLines, toggleComment } from './edit-text';
import { highlightLine } from './highlight-line';

/** `|` is the caret, or both ends of what is selected. */
function after(edit: (text: string, start: number, end: number) => Edit, marked: string): string {
  const start = marked.indexOf('|');
  const end = marked.lastIndexOf('|') === start ? start : marked.lastIndexOf('|') - 1;
  const text = marked.replaceAll('|', '');
  const { from, to, insert, start: first, end: last } = edit(text, start, end);
  const changed = text.slice(0, from) + insert + text.slice(to);
  const caret = first === last ? '|' : `|${changed.slice(first, last)}|`;
  return changed.slice(0, first) + caret + changed.slice(last);
}

describe('keys in the text', () => {
  it.each([
    [newLine, 'steps:\n  read:|', 'steps:\n  read:\n    |'],
    [newLine, '    title: x|', '    title: x\n    |'],
    [newLine, '      - id: low|', '      - id: low\n        |'],
    [indentLines, 'a|', 'a |'],
    [indentLines, 'ab|', 'ab  |'],
    [indentLines, '|a\n\nb|', '|  a\n\n  b|'],
    [outdentLines, '  |a\n b|', '|a\nb|'],
    [outdentLines, '  a|', 'a|'],
    [toggleComment, '|  a\n  b|', '|  # a\n  # b|'],
    [toggleComment, '|  # a\n  # b|', '|  a\n  b|'],
  ])('%o turns %j into %j', (edit, before, wanted) => {
    expect(after(edit, before)).toBe(wanted);
  });

  it('finds places by line and column, and lines by place', () => {
    const text = 'one\ntwo\nthree';
    expect([offsetOf(text, 1), offsetOf(text, 2, 3), offsetOf(text, 2, 99), offsetOf(text, 99)]).toEqual([0, 6, 7, 8]);
    expect([0, 3, 4, 12].map((at) => lineOf(text, at))).toEqual([1, 1, 2, 3]);
  });
});

describe('what may be written', () => {
  const known = {
    probes: ['gpu', 'gpu-processes', 'memory'],
    actions: ['gpu-reset'],
    functions: [{ name: 'gpuMemory', parameters: ['gpu'] }],
    facts: ['gpu', 'gpu.gpus', 'gpu.gpus[]', 'gpu.gpus[].uuid', 'memory', 'memory.availableBytes', 'memory.totalBytes'],
  };
  const offered = (text: string) =>
    completionsAt(text, text.length, known, ['vram-shortage'])?.options.map(({ insert }) => insert) ?? [];
  const steps = 'steps:\n  read-it:\n    kind: probe\n  judge:\n    next: { to: ';

  it.each([
    [`${steps}re`, ['read-it']],
    ['    probes: [memory, gp', ['gpu', 'gpu-processes']],
    ['    probes:\n      - mem', ['memory']],
    ['    kind: fi', ['finding']],
    ['    tree: vr', ['vram-shortage']],
    ['    when: memory.av', ['memory.availableBytes']],
    ['    when: gpu.gpus[].u', ['gpu.gpus[].uuid']],
    ['let:\n  - { name: gpusLost, value: 1 }\nx:\n  when: gpus', ['gpusLost']],
    ["  en: 'so {{ gpuM", ['gpuMemory(']],
    ['    when: >-\n      memory.tot', ['memory.totalBytes']],
    ['    sympt', ['symptoms: ']],
    ['    # to: re', []],
  ])('after %j is %j', (text, wanted) => {
    expect(offered(text)).toEqual(wanted);
  });
});

it('tells keys, texts, expressions and comments apart, and loses no character', () => {
  const line = `  - title: { en: 'a {{ b }} #c', zh-CN: x } # why`;
  const tokens = highlightLine(line);
  expect(tokens.map(({ text }) => text).join('')).toBe(line);
  expect(tokens.filter(({ kind }) => kind === 'key').map(({ text }) => text)).toEqual(['title', 'en', 'zh-CN']);
  expect(tokens.filter(({ kind }) => kind === 'expression').map(({ text }) => text)).toEqual(['{{ b }}']);
  expect(tokens.at(-1)).toEqual({ kind: 'comment', text: '# why' });
});
