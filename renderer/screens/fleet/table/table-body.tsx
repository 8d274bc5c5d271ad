import { memo, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { NodeGroup } from '#shared/domain/fleet/arrange';
import type { FleetFieldId } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { lineAt } from '../../../components/line-keys';
import table from '../../../components/line-table.module.css';
import { useIsPainted } from '../../../components/use-is-painted';
import { lineHeightPx, useLineWindow } from '../../../components/use-line-window';
import type { CellContext } from './fleet-cells';
import type { Column } from './fleet-columns';
import { GroupLine, type Key, NodeLine } from './table-lines';

export type Line =
  | { readonly key: string; readonly group: NodeGroup; readonly isClosed: boolean }
  | { readonly key: string; readonly row: FleetNode };

interface TableBodyProps {
  scroller: RefObject<HTMLElement | null>;
  heightPx: number;
  lines: readonly Line[];
  columns: readonly Column[];
  context: CellContext;
  /** What the lines are grouped by. */
  groupField: FleetFieldId | null;
  selected: ReadonlySet<string>;
  onToggle: (id: string, isRange: boolean) => void;
  onKeyDown: (event: Key, index: number) => void;
}

/**
 * The lines in view. A scroll concerns nothing but this: it brings a few lines and takes others, and those that stay are not
 * drawn again. A line of the document belongs to a place in the table, not to a node: what a filter or an order puts there is
 * written into it, which costs a fraction of making lines.
 *
 * The line that had the focus last stays in the document wherever the table is scrolled to, so that the focus is not lost; it
 * is also the one that Tab comes to.
 */
export const TableBody = memo(function TableBody({
  scroller,
  heightPx,
  lines,
  columns,
  context,
  groupField,
  selected,
  onToggle,
  onKeyDown,
}: TableBodyProps) {
  const isPainted = useIsPainted();
  const { from, to, first } = useLineWindow({ scroller, heightPx, count: lines.length, isFirst: !isPainted });
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const [menuKey, setMenuKey] = useState<string | null>(null);
  const focused = focusedKey === null ? -1 : lines.findIndex(({ key }) => key === focusedKey);
  const entry = focused < 0 ? first : focused;
  const body = useRef<HTMLTableSectionElement>(null);

  // The focus goes with its node to another place; where its node has gone, it stays at the place.
  useLayoutEffect(() => {
    const active = document.activeElement;
    if (focusedKey === null || active?.tagName !== 'TR' || !body.current?.contains(active)) return;
    const index = lines.findIndex(({ key }) => key === focusedKey);
    if (index < 0) setFocusedKey(lines[indexOf(active)]?.key ?? null);
    else if (index !== indexOf(active)) lineAt(body.current, index)?.focus({ preventScroll: true });
  }, [lines, focusedKey]);

  const line = (index: number) => {
    const one = lines[index];
    if (!one) return null;
    const place = { index, isEntry: index === entry, context, onKeyDown };
    if ('row' in one) {
      return (
        <NodeLine
          key={index}
          {...place}
          row={one.row}
          columns={columns}
          isSelected={selected.has(one.key)}
          isMenuOpen={menuKey === one.key}
          onMenu={setMenuKey}
          onToggle={onToggle}
        />
      );
    }
    return (
      groupField && <GroupLine key={index} {...place} group={one.group} field={groupField} isClosed={one.isClosed} />
    );
  };
  const between = (key: string, count: number) =>
    count > 0 && <tr key={key} aria-hidden style={{ height: count * lineHeightPx }} />;
  const isAbove = focused >= 0 && focused < from;
  const isBelow = focused >= to;
  return (
    <tbody
      ref={body}
      className={table.body}
      onFocus={({ target }) => {
        const focusedLine = target.closest('tr');
        if (focusedLine) setFocusedKey(lines[indexOf(focusedLine)]?.key ?? null);
      }}
    >
      {between('above', isAbove ? focused : from)}
      {isAbove && [line(focused), between('below focused', from - focused - 1)]}
      {Array.from({ length: to - from }, (_, offset) => line(from + offset))}
      {isBelow && [between('above focused', focused - to), line(focused)]}
      {between('below', isBelow ? lines.length - focused - 1 : lines.length - to)}
    </tbody>
  );
});

function indexOf(line: Element): number {
  return Number(line.getAttribute('aria-rowindex')) - 2;
}
