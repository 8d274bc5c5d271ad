import { create } from 'zustand';
import type { SortKey } from '#shared/domain/fleet/arrange';
import { type FleetFieldId, fieldOf } from '#shared/domain/fleet/fields';
import { type FleetView, knownParts, standardColumns } from '#shared/domain/fleet/fleet-view';

const key = 'gantry.fleetView';

/** Filters that are a click away. They are filters like any other, so that a saved view can hold them. */
export const quickFilters = {
  all: '',
  attention: 'attention.count > 0 or connection = reconnecting',
  offline: 'connection in (failed, reconnecting)',
} as const;
export type QuickFilter = keyof typeof quickFilters;

export interface ShownColumn {
  readonly field: FleetFieldId;
  /** Null: as wide as such a column usually is. */
  readonly widthPx: number | null;
}

interface FleetViewState {
  /** What stands in the filter line. */
  text: string;
  quick: QuickFilter;
  /** Null: the standard ones, as many as there is room for. */
  columns: readonly ShownColumn[] | null;
  sort: readonly SortKey[];
  group: FleetFieldId | null;
  /** Keys of groups that are closed. */
  closedGroups: ReadonlySet<string>;
  /** The saved view that was last taken; what was changed since is not in it. */
  viewName: string | null;
}

type Layout = Pick<FleetView, 'columns' | 'sort' | 'group'>;
interface Remembered {
  layout: Layout;
  /** What the fleet opens with, known before the engine is. */
  defaultView: FleetView | null;
}

function remembered(): Partial<Remembered> {
  try {
    const value: Partial<Remembered> | null = JSON.parse(localStorage.getItem(key) ?? 'null');
    return value ?? {};
  } catch {
    return {};
  }
}

function remember(change: Partial<Remembered>): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...remembered(), ...change }));
  } catch {
    // A full disk costs the layout of the next session, nothing else.
  }
}

function fromLayout(layout: Layout): Pick<FleetViewState, 'columns' | 'sort' | 'group'> {
  const { columns, sort, group } = knownParts(layout);
  const widths = new Map(layout.columns.map(({ field, widthPx }) => [field, widthPx]));
  return {
    columns: layout.columns.length > 0 ? columns.map((field) => ({ field, widthPx: widths.get(field) ?? null })) : null,
    sort,
    group,
  };
}

function fromView(view: FleetView): FleetViewState {
  return { text: view.filter, quick: 'all', ...fromLayout(view), closedGroups: new Set(), viewName: view.name };
}

function initial(): FleetViewState {
  const nothing: FleetViewState = {
    text: '',
    quick: 'all',
    columns: null,
    sort: [],
    group: null,
    closedGroups: new Set(),
    viewName: null,
  };
  try {
    const { layout, defaultView } = remembered();
    if (defaultView) return fromView(defaultView);
    return layout ? { ...nothing, ...fromLayout(layout) } : nothing;
  } catch {
    // Of another version, or damaged.
    return nothing;
  }
}

/** How the fleet is looked at: kept while other screens are open, its layout also for the next session. */
export const useFleetView = create<FleetViewState>(initial);

let savedLayout: unknown = null;
useFleetView.subscribe(({ columns, sort, group }, before) => {
  if (columns === before.columns && sort === before.sort && group === before.group) return;
  savedLayout = { columns: columns ?? [], sort, group };
  // Dragging a column's edge changes its width with every move.
  setTimeout(saveLayout, 500);
});

function saveLayout(): void {
  if (savedLayout === null) return;
  remember({ layout: savedLayout as Layout });
  savedLayout = null;
}
window.addEventListener('pagehide', saveLayout);

export function resetFleetView(): void {
  savedLayout = null;
  useFleetView.setState(initial(), true);
}

export function showView(view: FleetView): void {
  useFleetView.setState(fromView(view), true);
}

export function rememberDefaultView(views: readonly FleetView[]): void {
  remember({ defaultView: views.find(({ isDefault }) => isDefault) ?? null });
}

/** The filter line and the quick filter as one filter. */
export function wholeFilter({ text, quick }: Pick<FleetViewState, 'text' | 'quick'>): string {
  const quickText = quickFilters[quick];
  if (quickText === '') return text.trim();
  return text.trim() === '' ? quickText : `(${text.trim()}) and (${quickText})`;
}

/** What is shown now, to be saved under a name. */
export function currentView(name: string, isDefault: boolean): FleetView {
  const { columns, sort, group, ...filter } = useFleetView.getState();
  return {
    name,
    filter: wholeFilter(filter),
    columns: (columns ?? []).map((column) => ({ ...column })),
    sort: [...sort],
    group,
    isDefault,
  };
}

function chosen({ columns }: FleetViewState): readonly ShownColumn[] {
  return columns ?? standardColumns.map((field) => ({ field, widthPx: null }));
}

/** Shows or hides a column; one that comes stands last, the name always stays. */
export function toggleColumn(field: FleetFieldId): void {
  useFleetView.setState((state) => {
    const columns = chosen(state);
    const isShown = columns.some((column) => column.field === field);
    if (isShown && (field === 'name' || columns.length === 1)) return state;
    return {
      columns: isShown ? columns.filter((column) => column.field !== field) : [...columns, { field, widthPx: null }],
    };
  });
}

/** Puts a column where another one is; the name stays first. */
export function moveColumn(field: FleetFieldId, to: number): void {
  useFleetView.setState((state) => {
    const columns = chosen(state);
    const from = columns.findIndex((column) => column.field === field);
    const target = Math.max(columns[0]?.field === 'name' ? 1 : 0, Math.min(columns.length - 1, to));
    const column = columns[from];
    if (!column || field === 'name' || from === target) return state;
    return { columns: columns.toSpliced(from, 1).toSpliced(target, 0, column) };
  });
}

/** @param widthPx null: back to the usual width */
export function resizeColumn(field: FleetFieldId, widthPx: number | null): void {
  const width = widthPx === null ? null : Math.round(Math.min(1000, Math.max(40, widthPx)));
  useFleetView.setState((state) => ({
    columns: chosen(state).map((column) => (column.field === field ? { ...column, widthPx: width } : column)),
  }));
}

/** Texts begin with A, figures with the greatest: that is what is looked for. Asked a third time, a column sorts no more. */
export function toggleSort(field: FleetFieldId, isAdded: boolean): void {
  const { kind, isList } = fieldOf(field);
  const isDescendingFirst = kind !== 'text' || isList;
  useFleetView.setState(({ sort }) => {
    const before = sort.find((one) => one.field === field);
    const next = !before
      ? { field, isDescending: isDescendingFirst }
      : before.isDescending === isDescendingFirst
        ? { field, isDescending: !isDescendingFirst }
        : null;
    if (!isAdded) return { sort: next ? [next] : [] };
    const others = sort.filter((one) => one.field !== field);
    if (!next) return { sort: others };
    return { sort: before ? sort.map((one) => (one.field === field ? next : one)) : [...sort, next] };
  });
}

export function groupBy(group: FleetFieldId | null): void {
  useFleetView.setState({ group, closedGroups: new Set() });
}

export function toggleGroup(groupKey: string): void {
  useFleetView.setState(({ closedGroups }) => {
    const next = new Set(closedGroups);
    if (!next.delete(groupKey)) next.add(groupKey);
    return { closedGroups: next };
  });
}
