import { describe, expect, it } from 'vitest';
import { YamlSource } from './yaml-source';

function told(text: string): string[] {
  return new YamlSource('mine.yaml', text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('mistakes of YAML', () => {
  it('are told up to the first that the parser loses its way at; the rest is counted', () => {
    const tree = `id: mine
id: yours
start: read
steps:
  read:
    kind: probe
\tprobes: [gpu]
    next: { to: judge }
    unknown: { to: judge }
  judge:
    kind: branch
    branches: []
`;
    const [twice, tab, rest, ...more] = told(tree);
    expect(twice).toBe('2:1 this key is there twice');
    expect(tab).toBe('7:1 a tab can’t indent: use spaces');
    expect(rest).toMatch(/^\d+:\d+ from here on \d+ more, perhaps only because of the mistake before$/);
    expect(more).toEqual([]);
  });

  it('are all told where each stands for itself', () => {
    expect(told('a: 1\na: 2\nb: *none\nb: 3\n')).toEqual([
      '2:1 this key is there twice',
      '4:1 this key is there twice',
      '3:4 an alias of an anchor that is not there before it',
    ]);
    expect(told('a: &one 1\nb: *one\nc: *two\n')).toEqual(['3:4 an alias of an anchor that is not there before it']);
  });
});
