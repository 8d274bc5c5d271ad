import { describe, expect, it } from 'vitest';
import { linesAround, linesInView } from './use-line-window';

describe('the lines in view', () => {
  it('are those that any part of is seen', () => {
    expect(linesInView(0, 90, 1000)).toEqual({ from: 0, to: 3 });
    expect(linesInView(29, 90, 1000)).toEqual({ from: 0, to: 4 });
    expect(linesInView(30, 90, 1000)).toEqual({ from: 1, to: 4 });
  });

  it('end with the last, also where the table has become shorter than it was scrolled', () => {
    expect(linesInView(29_900, 300, 1000)).toEqual({ from: 990, to: 1000 });
    expect(linesInView(29_900, 300, 7)).toEqual({ from: 0, to: 7 });
    expect(linesInView(500, 300, 0)).toEqual({ from: 0, to: 0 });
  });
});

describe('the lines in the document', () => {
  it('hold all that are in view, wherever it is scrolled to, and few more', () => {
    for (let topPx = 0; topPx < 9000; topPx += 7) {
      const inView = linesInView(topPx, 640, 300);
      const around = linesAround(inView, 300);
      expect(around.from).toBeLessThanOrEqual(inView.from);
      expect(around.to).toBeGreaterThanOrEqual(inView.to);
      expect(around.to - around.from).toBeLessThanOrEqual(inView.to - inView.from + 18);
      expect(around.to).toBeLessThanOrEqual(300);
    }
  });

  it('stay the same for most of a slow scroll', () => {
    const ranges = Array.from({ length: 90 }, (_, px) =>
      JSON.stringify(linesAround(linesInView(3000 + px, 640, 300), 300)),
    );
    expect(new Set(ranges).size).toBeLessThanOrEqual(3);
  });
});
