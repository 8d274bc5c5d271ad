import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type CSSProperties, memo, useCallback, useEffect, useMemo, useRef } from 'react';
import type { NodeGroup } from '#shared/domain/fleet/arrange';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { useFormat } from '../../../components/format';
import { focusLine, headHeightPx, isToggling, lineAfterKey } from '../../../components/line-keys';
import table from '../../../components/line-table.module.css';
import { lineHeightPx } from '../../../components/use-line-window';
import { toggleGroup, useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';
import type { Selection } from '../use-selection';
import type { CellContext } from './fleet-cells';
import { actionsPx, gridOf, useColumns } from './fleet-columns';
import { type Line, TableBody } from './table-body';
import { TableHead } from './table-head';
import type { Key } from './table-lines';

/** What stands around the table in the window: a first guess, never too much, so that the first frame needs no measuring. */
const aroundPx = { height: 178, width: 76 };

interface FleetTableProps {
  shown: readonly FleetNode[];
  groups: readonly NodeGroup[] | null;
  selection: Selection;
}

/** All nodes, one line each. Only the lines in view are in the document, so a thousand cost no more than thirty. */
export const FleetTable = memo(function FleetTable({ shown, groups, selection }: FleetTableProps) {
  const { t } = useWords();
  const context = useCellContext();
  const size = useElementSize();
  const tablePx = size.width || window.innerWidth - aroundPx.width;
  const linesPx = (size.height || window.innerHeight - aroundPx.height) - headHeightPx;
  const columns = useColumns(tablePx);
  const groupField = useFleetView((state) => state.group);
  const closedGroups = useFleetView((state) => state.closedGroups);
  const lines = useMemo(() => linesOf(shown, groups, closedGroups), [shown, groups, closedGroups]);
  const scroller = useRef<HTMLDivElement>(null);
  const scrollerRef = useMergedRef(scroller, size.ref);

  const onLineKey = (event: Key, index: number) => {
    const { key } = event;
    const line = lines[index];
    const nextIndex = lineAfterKey(key, index, lines.length, scroller.current);
    if (key === 'a' && (event.ctrlKey || event.metaKey)) selection.toggleAll();
    else if (event.ctrlKey || event.metaKey) return;
    else if (key === 'Escape' && selection.ids.size > 0) selection.clear();
    else if (nextIndex !== null) {
      const next = lines[nextIndex];
      if (event.shiftKey && line && 'row' in line && !selection.ids.has(line.row.id)) selection.toggle(line.row.id);
      if (event.shiftKey && next && 'row' in next) selection.toggle(next.row.id, true);
      focusLine(scroller.current, nextIndex);
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
      const firstShown = Math.ceil((scroller.current?.scrollTop ?? 0) / lineHeightPx);
      onKeyDown(event, firstShown - 1);
    };
    window.addEventListener('keydown', onFreeKey);
    return () => window.removeEventListener('keydown', onFreeKey);
  }, [onKeyDown]);

  const leastPx = columns.reduce((sum, column) => sum + column.leastPx, actionsPx);
  const selected = selection.ids.size === 0 ? 'none' : selection.ids.size === shown.length ? 'all' : 'some';
  return (
    <div className={`${table.scroller} ${classes.lines}`} ref={scrollerRef}>
      <table
        className={table.table}
        data-wide={leastPx > tablePx || undefined}
        style={{ '--columns': gridOf(columns), minWidth: leastPx } as CSSProperties}
        aria-label={t('fleetScreen.table')}
        aria-rowcount={lines.length + 1}
      >
        <TableHead columns={columns} selected={selected} onToggleAll={selection.toggleAll} />
        <TableBody
          scroller={scroller}
          heightPx={linesPx}
          lines={lines}
          columns={columns}
          context={context}
          groupField={groupField}
          selected={selection.ids}
          onToggle={selection.toggle}
          onKeyDown={onKeyDown}
        />
      </table>
    </div>
  );
});

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
      nameIn: {
        rowActions: named((name) => t('fleetScreen.rowActions', { name })),
        selectNode: named((name) => t('fleetScreen.selectNode', { name })),
      },
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

/** The same words for every name: they are looked up once, not for every line that comes. */
function named(words: (name: string) => string): (name: string) => string {
  const blank = '\u0000';
  const [before = '', after = ''] = words(blank).split(blank);
  return (name) => before + name + after;
}
