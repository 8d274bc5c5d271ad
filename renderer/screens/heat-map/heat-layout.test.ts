import { describe, expect, it } from 'vitest';
import { cellAt, cornerOf, type LaidGroup, layOut, moveFrom } from './heat-layout';

function groupOf(...sizes: number[]): LaidGroup {
  let firstCell = 0;
  const nodes = sizes.map((cells, index) => {
    const node = { hostId: `n${index}`, name: `n${index}`, firstCell, cells };
    firstCell += cells;
    return node;
  });
  return { title: null, nodes };
}

describe('the places of cells', () => {
  it('has room for 2,048 on one screen, and large cells for few', () => {
    const fleet = [groupOf(...Array.from({ length: 256 }, () => 8))];
    expect(layOut(fleet, 1360, 700).heightPx).toBeLessThanOrEqual(1400);
    expect(layOut([groupOf(8, 8)], 1360, 700).cellPx).toBe(36);
  });

  it('finds each cell at its own place', () => {
    const layout = layOut([groupOf(8, 16, 1, 4)], 700, 600);
    for (let cell = 0; cell < 29; cell += 1) {
      const corner = cornerOf(layout, cell);
      expect(cellAt(layout, (corner?.x ?? 0) + 3, (corner?.y ?? 0) + 3)).toBe(cell);
    }
    expect(cellAt(layout, 2, 2)).toBeNull();
  });

  it('keeps every node within the width', () => {
    const { blocks } = layOut([groupOf(...Array.from({ length: 40 }, (_, index) => 1 + (index % 9)))], 700, 10);
    for (const { x, widthPx } of blocks) expect(x + widthPx).toBeLessThanOrEqual(700);
  });

  it('goes by arrow keys along the cells and to the nearest above or below', () => {
    const layout = layOut([groupOf(16)], 700, 600);
    const steps = [
      [0, 'left', 0],
      [0, 'right', 1],
      [3, 'down', 11],
      [11, 'up', 3],
      [15, 'right', 15],
      [3, 'up', 3],
      [3, 'last', 15],
      [9, 'first', 0],
    ] as const;
    for (const [from, move, to] of steps) expect([from, move, moveFrom(layout, from, move)]).toEqual([from, move, to]);
  });
});
