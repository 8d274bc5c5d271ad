import { useElementSize } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type SortingState, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';
import { useFormat } from '../../components/format';
import { useIsPainted } from '../../components/use-is-painted';
import classes from './fleet.module.css';
import { type CellContext, fleetCells } from './fleet-cells';
import { type ColumnId, columnLayout, createColumns, features, narrowBelowPx } from './fleet-columns';
import type { FleetRow } from './fleet-rows';

const rowHeightPx = 30;
/** What stands around the lines in the window: a first guess, never too much, so that the first frame needs no measuring. */
const aroundPx = { height: 146, width: 76 };

/** All nodes, one line each. Only the lines in view are in the document, so hundreds cost no more than thirty. */
export const FleetTable = memo(function FleetTable({ rows }: { rows: FleetRow[] }) {
  const { t } = useWords();
  const columns = useMemo(() => createColumns({ t }), [t]);
  const format = useFormat();
  const context = useMemo(() => ({ t, format }), [t, format]);
  const [sorting, setSorting] = useState<SortingState>([]);
  const { ref: sizeRef, width: measuredWidth } = useElementSize();
  const width = measuredWidth || window.innerWidth - aroundPx.width;
  const columnVisibility = useMemo(
    () => Object.fromEntries(Object.entries(columnLayout).map(([id, { fromPx }]) => [id, width >= fromPx])),
    [width],
  );
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.id,
    state: { sorting, columnVisibility },
    onSortingChange: setSorting,
  });
  const sorted = table.getRowModel().rows;

  const isPainted = useIsPainted();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: sorted.length,
    // To look at it is to lay the page out, which the first frame does anyway.
    getScrollElement: () => (isPainted ? scroller.current : null),
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => sorted[index]?.id ?? index,
    overscan: isPainted ? 8 : 0,
    initialRect: { width: window.innerWidth, height: window.innerHeight - aroundPx.height },
  });
  const items = virtualizer.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const visible = table.getVisibleLeafColumns();
  const widthOf = (id: ColumnId) => {
    const { widthPx, narrowPx } = columnLayout[id];
    return width < narrowBelowPx ? (narrowPx ?? widthPx) : widthPx;
  };

  const shownIds = visible.map((column) => column.id).join(' ');
  const columnIds = useMemo(() => shownIds.split(' ') as ColumnId[], [shownIds]);

  const moveFocus = (event: Key, index: number) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 2);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: sorted.length - 1,
    };
    const wanted = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') {
      const row = sorted[index];
      if (!row) return;
      navigate({ screen: 'node', hostId: row.id });
    } else if (wanted === undefined) return;
    else {
      const next = Math.min(sorted.length - 1, Math.max(0, wanted));
      virtualizer.scrollToIndex(next);
      // The line may only come into the document with the next frame.
      requestAnimationFrame(() => {
        scroller.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${next + 2}"]`)?.focus();
      });
    }
    event.preventDefault();
  };
  // The same function for good, so that a line that stays in view is not rendered again while scrolling.
  const latestMoveFocus = useRef(moveFocus);
  latestMoveFocus.current = moveFocus;
  const onKeyDown = useCallback((event: Key, index: number) => latestMoveFocus.current(event, index), []);

  // While nothing has the focus, as after a start, the keys move through the lines all the same.
  useEffect(() => {
    const onFreeKey = (event: KeyboardEvent) => {
      const isFree = event.target === document.body || event.target === document.getElementById('main');
      if (!isFree || event.altKey || event.ctrlKey || event.metaKey) return;
      const firstShown = Math.ceil((scroller.current?.scrollTop ?? 0) / rowHeightPx);
      onKeyDown(event, firstShown - 1);
    };
    window.addEventListener('keydown', onFreeKey);
    return () => window.removeEventListener('keydown', onFreeKey);
  }, [onKeyDown]);

  return (
    <div className={classes.scroller} ref={scroller}>
      <div ref={sizeRef} />
      <table className={classes.table} aria-label={t('fleetScreen.table')} aria-rowcount={sorted.length + 1}>
        <colgroup>
          {visible.map((column) => (
            <col
              key={column.id}
              style={column.id === 'attention' ? undefined : { width: widthOf(column.id as ColumnId) }}
            />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => {
                const direction = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    scope="col"
                    data-numeric={columnLayout[header.column.id as ColumnId].isNumeric}
                    aria-sort={direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : undefined}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" className={classes.sort} onClick={header.column.getToggleSortingHandler()}>
                        <span className="ellipsis">
                          <table.FlexRender header={header} />
                        </span>
                        {direction === 'asc' && <IconArrowUp size={12} aria-hidden />}
                        {direction === 'desc' && <IconArrowDown size={12} aria-hidden />}
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map((item) => {
            const row = sorted[item.index];
            if (!row) return null;
            return (
              <TableRow
                key={row.id}
                row={row.original}
                index={item.index}
                columnIds={columnIds}
                context={context}
                onKeyDown={onKeyDown}
              />
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
});

/** What a key is to the table, whichever element it was pressed on. */
type Key = Pick<KeyboardEvent, 'key' | 'preventDefault'>;

interface TableRowProps {
  row: FleetRow;
  index: number;
  columnIds: readonly ColumnId[];
  context: CellContext;
  onKeyDown: (event: Key, index: number) => void;
}

/** Drawn again only when something happened to its node. */
const TableRow = memo(function TableRow({ row, index, columnIds, context, onKeyDown }: TableRowProps) {
  return (
    <tr
      className={classes.row}
      aria-rowindex={index + 2}
      tabIndex={0}
      onClick={() => navigate({ screen: 'node', hostId: row.id })}
      onKeyDown={(event) => event.target === event.currentTarget && onKeyDown(event, index)}
    >
      {columnIds.map((id) => (
        <td key={id} data-numeric={columnLayout[id].isNumeric}>
          {fleetCells[id](row, context)}
        </td>
      ))}
    </tr>
  );
});
