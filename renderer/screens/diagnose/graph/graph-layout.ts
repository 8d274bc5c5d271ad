import {
  type GraphLayout,
  labelSize,
  layoutGraph,
  layoutKey,
  type Point,
  roundedPath,
  type ShippedLayout,
  stepSize,
} from '#shared/domain/tree-layout';
import type { GraphModel } from './graph-model';

export { type GraphLayout, labelSize, layoutGraph, layoutKey, type Point, roundedPath, type ShippedLayout, stepSize };

export type ArrowKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/**
 * The step an arrow key goes to. Up and down follow the branches, the one that was taken before the others; where none
 * leads, and sideways, it is the nearest step in that direction, sideways distance counting double.
 */
export function neighbour(
  layout: GraphLayout,
  branches: GraphModel['branches'],
  fromId: string,
  key: ArrowKey,
): string | null {
  const from = layout.steps[fromId];
  if (!from) return null;
  const isTaken = ({ standing }: GraphModel['branches'][number]) => standing === 'taken' || standing === 'hypothetical';
  if (key === 'ArrowDown') {
    const ways = branches.filter((branch) => branch.from === fromId);
    const way = ways.find(isTaken) ?? ways[0];
    if (way) return way.to;
  }
  if (key === 'ArrowUp') {
    const ways = branches.filter((branch) => branch.to === fromId);
    const way = ways.find(isTaken) ?? ways[0];
    if (way) return way.from;
  }
  const isVertical = key === 'ArrowUp' || key === 'ArrowDown';
  const sign = key === 'ArrowDown' || key === 'ArrowRight' ? 1 : -1;
  let best: { id: string; distance: number } | null = null;
  for (const [id, { x, y }] of Object.entries(layout.steps)) {
    const along = sign * (isVertical ? y - from.y : x - from.x);
    const across = Math.abs(isVertical ? x - from.x : y - from.y);
    if (id === fromId || along <= 0 || (!isVertical && across > stepSize.height)) continue;
    const distance = along + 2 * across;
    if (!best || distance < best.distance) best = { id, distance };
  }
  return best?.id ?? null;
}
