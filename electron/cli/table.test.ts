import { describe, expect, it } from 'vitest';
import { displayWidth, table } from './table';

describe('table', () => {
  it('aligns columns that hold Chinese text', () => {
    const lines = table(
      ['名称', 'N'],
      [
        ['节点', 1],
        ['a', 22],
      ],
    ).split('\n');
    expect(lines.map((line) => displayWidth(line.slice(0, line.lastIndexOf(' ') + 1)))).toEqual([6, 6, 6]);
  });

  it('keeps a node’s text from moving the cursor or breaking the row', () => {
    expect(table(['A'], [['evil\u001b[2J\nname\u0007']])).toBe('A\nevil name\ufffd');
  });

  it('shows an unknown value as a dash, not as zero', () => {
    expect(table(['A', 'B'], [[null, 0]])).toBe('A  B\n—  0');
  });
});
