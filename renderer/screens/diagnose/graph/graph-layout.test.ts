import ElkConstructor from 'elkjs/lib/elk.bundled';
import { describe, expect, it } from 'vitest';
import { concludedRun, sampleTree } from '../testing/sample-run';
import { layoutGraph, neighbour, roundedPath, stepSize } from './graph-layout';
import { graphModel } from './graph-model';

const layout = await layoutGraph(graphModel(sampleTree, null), new ElkConstructor());

describe('the layout of a tree', () => {
  it('puts each step below the step that leads to it, and none over another', () => {
    for (const { from, to } of graphModel(sampleTree, null).branches) {
      expect(layout.steps[to]?.y).toBeGreaterThanOrEqual((layout.steps[from]?.y ?? Number.NaN) + stepSize.height);
    }
    const corners = Object.values(layout.steps);
    const overlaps = corners.flatMap((a, index) =>
      corners
        .slice(index + 1)
        .filter((b) => Math.abs(a.x - b.x) < stepSize.width && Math.abs(a.y - b.y) < stepSize.height),
    );
    expect(overlaps).toEqual([]);
  });

  it('keeps the branches of a step in the order they are judged', () => {
    const x = (id: string) => layout.steps[id]?.x ?? Number.NaN;
    expect(x('owner')).toBeLessThan(x('fit'));
    expect(x('stale')).toBeLessThan(x('shared'));
  });

  it('routes each branch from its step to the next with a place for its label', () => {
    const route = layout.branches['owner/orphan'];
    expect(route?.points.at(0)?.y).toBe((layout.steps.owner?.y ?? 0) + stepSize.height);
    expect(route?.points.at(-1)?.y).toBe(layout.steps.stale?.y);
    expect(route?.label?.y).toBeGreaterThan(route?.points.at(0)?.y ?? Number.NaN);
  });

  it('moves up and down along the branches, the taken one first, and sideways to the nearest step', () => {
    const { branches } = graphModel(sampleTree, concludedRun);
    const go = (from: string, key: Parameters<typeof neighbour>[3]) => neighbour(layout, branches, from, key);
    expect([go('look', 'ArrowDown'), go('owner', 'ArrowDown'), go('stale', 'ArrowUp')]).toEqual([
      'owner',
      'stale',
      'owner',
    ]);
    expect(go('too-large', 'ArrowUp')).toBe('fit');
    expect(go('owner', 'ArrowRight')).toBe('fit');
    expect(go('look', 'ArrowUp')).toBeNull();
  });
});

describe('a line with rounded corners', () => {
  it('bends before and after each corner and shortens the bend on short sections', () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 0, y: 20 },
      { x: 6, y: 20 },
    ];
    expect(roundedPath(corner, 8)).toBe('M 0 0 L 0 12 Q 0 20 3 20 L 6 20');
    expect(roundedPath([])).toBe('');
  });
});
