import type { TreeGraph } from '#shared/domain/diagnosis';
import type { Strands } from '#shared/domain/strands/strands';
import type { Point } from '../graph/graph-layout';
import { branchKey } from '../graph/graph-model';

/** Groups with a line of their own; more than that could not be told apart, and share one. */
export const ownLines = 6;

/** The line a group is drawn by: its place among the colours, or the one that all further groups share. */
export function lineOf(place: number): number {
  return Math.min(place, ownLines);
}

export interface StrandsOnTree {
  /** By branch key: the lines that go along it, by their places. */
  readonly branches: ReadonlyMap<string, readonly number[]>;
  /** By step id: places of the groups that came through, and of those whose walk stands there. */
  readonly steps: ReadonlyMap<string, { readonly groups: readonly number[]; readonly ends: readonly number[] }>;
}

/** Where each group goes in a tree that is drawn. */
export function strandsOnTree(groups: Strands['groups']): StrandsOnTree {
  const branches = new Map<string, Set<number>>();
  const steps = new Map<string, { groups: number[]; ends: number[] }>();
  groups.forEach(({ path }, place) => {
    path.forEach(({ stepId, branchId }, index) => {
      const step = steps.get(stepId) ?? { groups: [], ends: [] };
      step.groups.push(place);
      if (index === path.length - 1) step.ends.push(place);
      steps.set(stepId, step);
      if (branchId === null) return;
      const key = branchKey(stepId, branchId);
      branches.set(key, (branches.get(key) ?? new Set()).add(lineOf(place)));
    });
  });
  return { branches: new Map([...branches].map(([key, lines]) => [key, [...lines].sort((a, b) => a - b)])), steps };
}

/** The trees that walks came through, the one they began with first. */
export function treesOfStrands({ treeId, groups }: Pick<Strands, 'treeId' | 'groups'>): string[] {
  const others = groups.flatMap(({ path }) => path.flatMap(({ stepId }) => treeIn(stepId) ?? []));
  return [...new Set([treeId, ...others])];
}

/** The tree that a step's id names; null for one of the tree that the walk began with. */
export function treeIn(stepId: string): string | null {
  const separator = stepId.indexOf(':');
  return separator < 0 ? null : stepId.slice(0, separator);
}

/** A line of right angles, moved sideways by so much all along, so that lines beside it never cross it. */
export function besides(points: readonly Point[], distance: number): Point[] {
  const normals = points.slice(1).map((to, index) => normal(points[index] ?? to, to));
  return points.map(({ x, y }, index) => {
    const before = normals[index - 1];
    const after = normals[index];
    // On a straight line both are the same, and count once.
    const both = [before, after && before && after.x === before.x && after.y === before.y ? undefined : after];
    return {
      x: x + distance * both.reduce((sum, one) => sum + (one?.x ?? 0), 0),
      y: y + distance * both.reduce((sum, one) => sum + (one?.y ?? 0), 0),
    };
  });
}

function normal(from: Point, to: Point): Point {
  return { x: -Math.sign(to.y - from.y), y: Math.sign(to.x - from.x) };
}

/** Only the steps that walks came through; the whole tree while there are none. */
export function walkedPart(tree: TreeGraph, { steps }: StrandsOnTree): TreeGraph {
  const walked = tree.steps.filter(({ id }) => steps.has(id));
  if (walked.length === 0) return tree;
  return {
    ...tree,
    start: walked.some(({ id }) => id === tree.start) ? tree.start : (walked[0]?.id ?? tree.start),
    steps: walked,
  };
}
