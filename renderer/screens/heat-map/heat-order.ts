import type { NodeGroup } from '#shared/domain/fleet/arrange';
import type { FieldValue } from '#shared/domain/fleet/field';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { badness, type HeatCell, type JudgedCell } from './heat-cells';
import type { LaidNode } from './heat-layout';
import type { HeatOrder } from './heat-view-store';

/** How bad each cell is, and each node by its worst one. */
export function scoresOf(
  cells: readonly HeatCell[],
  judged: readonly JudgedCell[],
  range: readonly [number, number],
): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const [index, { key, node }] of cells.entries()) {
    const state = judged[index];
    if (!state) continue;
    const score = badness(state, range);
    scores.set(key, score);
    scores.set(node.id, Math.max(score, scores.get(node.id) ?? 0));
  }
  return scores;
}

interface ArrangeOptions {
  readonly cells: readonly HeatCell[];
  readonly nodes: readonly FleetNode[];
  readonly groups: readonly NodeGroup[] | null;
  readonly order: HeatOrder;
  readonly scores: ReadonlyMap<string, number> | null;
  /** Lines of a table: the worst cell comes first, whatever its node and group. */
  readonly isFlat: boolean;
}

export interface ArrangedCells {
  /** In the order in which they are shown. */
  readonly cells: readonly HeatCell[];
  readonly groups: ReadonlyArray<{ readonly value: FieldValue; readonly nodes: readonly LaidNode[] }>;
}

/** The cells node by node, in groups where the fleet is grouped; nodes without GPUs are left out. */
export function arrangeCells({ cells, nodes, groups, order, scores, isFlat }: ArrangeOptions): ArrangedCells {
  const ofNode = new Map<string, HeatCell[]>();
  for (const cell of cells) {
    const list = ofNode.get(cell.node.id);
    if (list) list.push(cell);
    else ofNode.set(cell.node.id, [cell]);
  }
  const scoreOf = (key: string) => scores?.get(key) ?? 0;
  const sorted = (list: readonly FleetNode[]): readonly FleetNode[] => {
    if (order === 'fleet') return list;
    const byName = [...list].sort((one, other) => compareNames(one.host.spec.name, other.host.spec.name));
    return order === 'name' ? byName : byName.sort((one, other) => scoreOf(other.id) - scoreOf(one.id));
  };
  const shown: HeatCell[] = [];
  const laid = (groups ?? [{ value: null, nodes }]).flatMap((group) => {
    const nodesOfGroup = sorted(group.nodes).flatMap(({ id, host }): LaidNode[] => {
      const list = ofNode.get(id);
      if (!list) return [];
      const firstCell = shown.length;
      shown.push(...list);
      return [{ hostId: id, name: host.spec.name, firstCell, cells: list.length }];
    });
    return nodesOfGroup.length > 0 ? [{ value: group.value, nodes: nodesOfGroup }] : [];
  });
  if (isFlat && order === 'worst') shown.sort((one, other) => scoreOf(other.key) - scoreOf(one.key));
  return { cells: shown, groups: laid };
}

const names = new Intl.Collator(undefined, { numeric: true });

function compareNames(one: string, other: string): number {
  return names.compare(one, other);
}
