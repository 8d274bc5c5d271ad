import { useMemo } from 'react';
import { type FleetFieldId, fieldOf } from '#shared/domain/fleet/fields';
import { standardColumns } from '#shared/domain/fleet/fleet-view';
import { type ShownColumn, useFleetView } from '../../../stores/fleet-view-store';

export interface Column {
  field: FleetFieldId;
  /** Null: what the others leave, and this at least. */
  widthPx: number | null;
  leastPx: number;
  isNumeric: boolean;
}

interface ColumnLayout {
  widthPx: number;
  /** Width in a table under `narrowBelowPx`. */
  narrowPx?: number;
  /** The least width of the table that has room for the column, where nobody chose the columns. */
  fromPx?: number;
}

const narrowBelowPx = 1100;
export const actionsPx = 40;

const layouts: Partial<Record<FleetFieldId, ColumnLayout>> = {
  name: { widthPx: 168, narrowPx: 152 },
  connection: { widthPx: 124 },
  os: { widthPx: 140, fromPx: 1240 },
  'gpu.model': { widthPx: 168 },
  driver: { widthPx: 92, fromPx: 1100 },
  'gpu.memory.use': { widthPx: 172, narrowPx: 116 },
  'gpu.temperature': { widthPx: 64, fromPx: 740 },
  'gpu.load': { widthPx: 76, fromPx: 980 },
  'rdma.active': { widthPx: 64, fromPx: 1100 },
  observed: { widthPx: 108, fromPx: 800 },
  attention: { widthPx: 120 },
  tag: { widthPx: 140 },
  kernel: { widthPx: 150 },
  'cpu.model': { widthPx: 220 },
};

function layoutOf(field: FleetFieldId): ColumnLayout {
  const { kind, isList } = fieldOf(field);
  const usualPx = { text: 140, version: 120, number: 84, bytes: 96, flag: 72, time: 108 }[kind];
  return layouts[field] ?? { widthPx: isList ? Math.max(110, usualPx) : usualPx };
}

/** The columns that a table of this width shows, and how wide each is. */
export function layOut(chosen: readonly ShownColumn[] | null, tablePx: number): Column[] {
  const shown: readonly ShownColumn[] = chosen ?? standardColumns.map((field) => ({ field, widthPx: null }));
  return shown.flatMap(({ field, widthPx }): Column[] => {
    const layout = layoutOf(field);
    if (chosen === null && tablePx < (layout.fromPx ?? 0)) return [];
    const usualPx = tablePx < narrowBelowPx ? (layout.narrowPx ?? layout.widthPx) : layout.widthPx;
    const { kind, isList } = fieldOf(field);
    const isNumeric = (kind === 'number' || kind === 'bytes') && !isList && field !== 'gpu.memory.use';
    // The words of attention are as long as the room is.
    const ownPx = widthPx ?? (field === 'attention' ? null : usualPx);
    return [{ field, widthPx: ownPx, leastPx: ownPx ?? usualPx, isNumeric }];
  });
}

/** As a grid's template. Where no column takes what is left, the last one does, which has nothing in it to be stretched. */
export function gridOf(columns: readonly Column[]): string {
  const widths = columns.map(({ widthPx, leastPx }) =>
    widthPx === null ? `minmax(${leastPx}px, 1fr)` : `${widthPx}px`,
  );
  const hasFlexible = columns.some(({ widthPx }) => widthPx === null);
  return [...widths, hasFlexible ? `${actionsPx}px` : `minmax(${actionsPx}px, 1fr)`].join(' ');
}

export function useColumns(tablePx: number): readonly Column[] {
  const chosen = useFleetView((state) => state.columns);
  return useMemo(() => layOut(chosen, tablePx), [chosen, tablePx]);
}
