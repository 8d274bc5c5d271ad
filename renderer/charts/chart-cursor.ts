import { createStore, type StoreApi } from 'zustand';

/** What is pointed at in one of several charts with the same time axis; all of them show it. */
export interface ChartCursor {
  readonly atMs: number | null;
  /** Key of the line that stands out. */
  readonly line: string | null;
  /** Where a range that is being dragged began. */
  readonly dragFromMs: number | null;
}

export type ChartCursorStore = StoreApi<ChartCursor>;

export const noCursor: ChartCursor = { atMs: null, line: null, dragFromMs: null };

export function createChartCursor(): ChartCursorStore {
  return createStore<ChartCursor>(() => noCursor);
}
