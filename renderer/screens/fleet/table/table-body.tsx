import { memo, type RefObject, useState } from 'react';
import type { NodeGroup } from '#shared/domain/fleet/arrange';
import type { FleetFieldId } from '#shared/domain/fleet/fields';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useIsPainted } from '../../../components/use-is-painted';
import classes from '../fleet.module.css';
import type { CellContext } from './fleet-cells';
import type { Column } from './fleet-columns';
import { GroupLine, type Key, NodeLine } from './table-lines';
import { lineHeightPx, useLineWindow } from './use-line-window';

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
 * drawn again. The line that had the focus last stays in the document wherever the table is scrolled to, so that the focus is
 * not lost; it is also the one that Tab comes to.
 */
export const TableBody = memo(function TableBody({ scroller, heightPx, lines, groupField, ...rest }: TableBodyProps) {
  const isPainted = useIsPainted();
  const { from, to, first } = useLineWindow({ scroller, heightPx, count: lines.length, isFirst: !isPainted });
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const focused = focusedKey === null ? -1 : lines.findIndex(({ key }) => key === focusedKey);
  const entry = focused < 0 ? first : focused;
  const indices = Array.from({ length: to - from }, (_, offset) => from + offset);
  if (focused >= 0 && focused < from) indices.unshift(focused);
  if (focused >= to) indices.push(focused);

  const { columns, context, selected, onToggle, onKeyDown } = rest;
  return (
    <tbody
      className={classes.body}
      style={{ height: lines.length * lineHeightPx }}
      onFocus={({ target }) => {
        const index = Number(target.closest('tr')?.ariaRowIndex ?? 1) - 2;
        setFocusedKey(lines[index]?.key ?? null);
      }}
    >
      {indices.map((index) => {
        const line = lines[index];
        if (!line) return null;
        const isEntry = index === entry;
        if ('row' in line) {
          return (
            <NodeLine
              key={line.key}
              row={line.row}
              index={index}
              isEntry={isEntry}
              columns={columns}
              context={context}
              isSelected={selected.has(line.key)}
              onKeyDown={onKeyDown}
              onToggle={onToggle}
            />
          );
        }
        return (
          groupField && (
            <GroupLine
              key={line.key}
              group={line.group}
              field={groupField}
              isClosed={line.isClosed}
              isEntry={isEntry}
              context={context}
              index={index}
              onKeyDown={onKeyDown}
            />
          )
        );
      })}
    </tbody>
  );
});
