import { useElementSize } from '@mantine/hooks';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { NodeGroup } from '#shared/domain/fleet/arrange';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useFormat } from '../../../components/format';
import { useIsPainted } from '../../../components/use-is-painted';
import { toggleGroup, useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';
import type { Selection } from '../use-selection';
import type { CellContext } from './fleet-cells';
import { actionsPx, useColumns } from './fleet-columns';
import { TableHead } from './table-head';
import { GroupLine, type Key, NodeLine } from './table-lines';

const rowHeightPx = 30;
/** What stands around the lines in the window: a first guess, never too much, so that the first frame needs no measuring. */
const aroundPx = { height: 178, width: 76 };

/** Lines come into the document and leave it so many at a time: most frames of a scroll then have nothing to lay out. */
const chunk = 8;

function wholeChunks({ startIndex, endIndex, overscan, count }: Range): number[] {
  const from = Math.max(0, Math.floor((startIndex - overscan) / chunk) * chunk);
  const to = Math.min(count, Math.ceil((endIndex + 1 + overscan) / chunk) * chunk);
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

type Line = { key: string; group: NodeGroup; isClosed: boolean } | { key: string; row: FleetNode };

interface FleetTableProps {
  shown: readonly FleetNode[];
  groups: readonly NodeGroup[] | null;
  selection: Selection;
}

/** All nodes, one line each. Only the lines in view are in the document, so hundreds cost no more than thirty. */
export const FleetTable = memo(function FleetTable({ shown, groups, selection }: FleetTableProps) {
  const { t } = useWords();
  const context = useCellContext();
  const { ref: sizeRef, width: measuredWidth } = useElementSize();
  const tablePx = measuredWidth || window.innerWidth - aroundPx.width;
  const columns = useColumns(tablePx);
  const field = useFleetView((state) => state.group);
  const closedGroups = useFleetView((state) => state.closedGroups);
  const lines = useMemo(() => linesOf(shown, groups, closedGroups), [shown, groups, closedGroups]);

  const isPainted = useIsPainted();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    // To look at it is to lay the page out, which the first frame does anyway.
    getScrollElement: () => (isPainted ? scroller.current : null),
    estimateSize: () => rowHeightPx,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: isPainted ? 4 : 0,
    rangeExtractor: isPainted ? wholeChunks : defaultRangeExtractor,
    initialRect: { width: window.innerWidth, height: window.innerHeight - aroundPx.height },
  });
  const items = virtualizer.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);

  const focusLine = (index: number) => {
    const next = Math.min(lines.length - 1, Math.max(0, index));
    virtualizer.scrollToIndex(next);
    // The line may only come into the document with the next frame.
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${next + 2}"]`)?.focus();
    });
  };
  const onLineKey = (event: Key, index: number) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 2);
    const steps: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: lines.length - 1,
    };
    const { key } = event;
    const line = lines[index];
    const wanted = steps[key];
    if (key === 'a' && (event.ctrlKey || event.metaKey)) selection.toggleAll();
    else if (event.ctrlKey || event.metaKey) return;
    else if (key === 'Escape' && selection.ids.size > 0) selection.clear();
    else if (wanted !== undefined) {
      const next = lines[Math.min(lines.length - 1, Math.max(0, wanted))];
      if (event.shiftKey && line && 'row' in line && !selection.ids.has(line.row.id)) selection.toggle(line.row.id);
      if (event.shiftKey && next && 'row' in next) selection.toggle(next.row.id, true);
      focusLine(wanted);
    } else if (line && 'group' in line && isToggling(key, line.isClosed)) toggleGroup(line.group.key);
    else if (line && 'row' in line && key === ' ') selection.toggle(line.row.id, event.shiftKey);
    else if (line && 'row' in line && key === 'Enter') navigate({ screen: 'node', hostId: line.row.id });
    else return;
    event.preventDefault();
  };
  // The same function for good, so that a line that stays in view is not rendered again while scrolling.
  const latestOnLineKey = useRef(onLineKey);
  latestOnLineKey.current = onLineKey;
  const onKeyDown = useCallback((event: Key, index: number) => latestOnLineKey.current(event, index), []);

  // While nothing has the focus, as after a start, the keys move through the lines all the same.
  useEffect(() => {
    const onFreeKey = (event: KeyboardEvent) => {
      const isFree = event.target === document.body || event.target === document.getElementById('main');
      if (!isFree || event.altKey) return;
      const firstShown = Math.ceil((scroller.current?.scrollTop ?? 0) / rowHeightPx);
      onKeyDown(event, firstShown - 1);
    };
    window.addEventListener('keydown', onFreeKey);
    return () => window.removeEventListener('keydown', onFreeKey);
  }, [onKeyDown]);

  const hasFlexible = columns.some(({ widthPx }) => widthPx === null);
  const leastPx = columns.reduce((sum, column) => sum + column.leastPx, actionsPx);
  const isWide = leastPx > tablePx;
  const selected = selection.ids.size === 0 ? 'none' : selection.ids.size === shown.length ? 'all' : 'some';
  return (
    <div className={classes.scroller} ref={scroller}>
      <div ref={sizeRef} />
      <table
        className={classes.table}
        data-wide={isWide || undefined}
        data-scrolling={virtualizer.isScrolling || undefined}
        style={{ minWidth: leastPx }}
        aria-label={t('fleetScreen.table')}
        aria-rowcount={lines.length + 1}
      >
        <colgroup>
          {columns.map(({ field: id, widthPx }) => (
            <col key={id} style={widthPx === null ? undefined : { width: widthPx }} />
          ))}
          <col style={hasFlexible ? { width: actionsPx } : undefined} />
        </colgroup>
        <TableHead columns={columns} selected={selected} onToggleAll={selection.toggleAll} />
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map((item) => {
            const line = lines[item.index];
            if (!line) return null;
            if ('row' in line) {
              return (
                <NodeLine
                  key={line.key}
                  row={line.row}
                  index={item.index}
                  columns={columns}
                  context={context}
                  isSelected={selection.ids.has(line.row.id)}
                  onKeyDown={onKeyDown}
                  onToggle={selection.toggle}
                />
              );
            }
            return (
              field && (
                <GroupLine
                  key={line.key}
                  group={line.group}
                  field={field}
                  isClosed={line.isClosed}
                  span={columns.length + 1}
                  context={context}
                  index={item.index}
                  onKeyDown={onKeyDown}
                />
              )
            );
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
});

/** As in a tree: Left closes, Right opens, Enter and the space bar turn it round. */
function isToggling(key: string, isClosed: boolean): boolean {
  return key === 'Enter' || key === ' ' || key === (isClosed ? 'ArrowRight' : 'ArrowLeft');
}

function linesOf(
  shown: readonly FleetNode[],
  groups: readonly NodeGroup[] | null,
  closedGroups: ReadonlySet<string>,
): Line[] {
  if (!groups) return shown.map((row) => ({ key: row.id, row }));
  return groups.flatMap((group) => {
    const isClosed = closedGroups.has(group.key);
    const rows = isClosed ? [] : group.nodes.map((row) => ({ key: row.id, row }));
    return [{ key: `group ${group.key}`, group, isClosed }, ...rows];
  });
}

function useCellContext(): CellContext {
  const { t, message } = useWords();
  const format = useFormat();
  return useMemo(
    () => ({
      t,
      format,
      say: message,
      values: {
        number: format.number,
        bytes: format.bytes,
        time: format.dateTime,
        date: (atMs) => format.dateTime(atMs).slice(0, 10),
        word: (word) => t(`fleet.${word}`),
      },
    }),
    [t, format, message],
  );
}
