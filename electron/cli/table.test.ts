import { describe, expect, it } from 'vitest';
import { amount, displayWidth, state, table } from './table';

describe('table', () => {
  it('aligns columns that hold Chinese text', () => {
    const lines = table(
      ['名称', 'N'],
      [
        ['节点', 1],
        ['a', 22],
      ],
    ).split('\n');
    expect(lines.map(displayWidth)).toEqual([8, 8, 8]);
  });

  it('keeps a node’s text from moving the cursor or breaking the row', () => {
    expect(table(['A'], [['evil\u001b[2J\nname\u0007']])).toBe('A\nevil name\ufffd');
  });

  it('shows an unknown value as a dash, not as zero', () => {
    expect(table(['A', 'B'], [[null, 0]])).toBe('A  B\n—  0');
  });

  it('puts numbers to the right and words to the left', () => {
    expect(
      table(
        ['NODE', 'MS', 'USED'],
        [
          ['a', 5, amount('7.5 GiB')],
          ['long name', 1200, null],
        ],
      ),
    ).toBe('NODE         MS     USED\na             5  7.5 GiB\nlong name  1200        —');
  });

  it('colours states on a terminal only, and stays aligned', () => {
    const rows = [
      [state('ok'), 'x'],
      [state('unparsable'), 'y'],
    ];
    const plain = table(['STATE', 'A'], rows);
    expect(plain).not.toContain('\u001b');
    const coloured = table(['STATE', 'A'], rows, { isColoured: true });
    expect(coloured).toContain('\u001b[32mok\u001b[0m');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it('counts a combining mark as part of its letter', () => {
    expect([displayWidth('e\u0301'), displayWidth('节点🙂'), displayWidth('\u001b[31mred\u001b[0m')]).toEqual([
      1, 6, 3,
    ]);
  });
});
