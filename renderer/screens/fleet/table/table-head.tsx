import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, memo, type PointerEvent, useRef } from 'react';
import { fieldLabel } from '#shared/domain/fleet/fields';
import { useWords } from '../../../app/i18n';
import { moveColumn, resizeColumn, toggleSort, useFleetView } from '../../../stores/fleet-view-store';
import classes from '../fleet.module.css';
import type { Column } from './fleet-columns';

interface TableHeadProps {
  columns: readonly Column[];
  selected: 'none' | 'some' | 'all';
  onToggleAll: () => void;
}

/** The names of the columns: a click sorts, with Shift by one more; edges are dragged, and so are the names themselves. */
export const TableHead = memo(function TableHead({ columns, selected, onToggleAll }: TableHeadProps) {
  const { t } = useWords();
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column, index) => (
          <HeadCell key={column.field} column={column} index={index}>
            {index === 0 && (
              <input
                type="checkbox"
                className={classes.check}
                aria-label={t('fleetScreen.selectAll')}
                checked={selected === 'all'}
                ref={(box) => {
                  if (box) box.indeterminate = selected === 'some';
                }}
                onChange={onToggleAll}
              />
            )}
          </HeadCell>
        ))}
        <th scope="col">
          <span className="visually-hidden">{t('fleetScreen.actions')}</span>
        </th>
      </tr>
    </thead>
  );
});

const dragged = 'application/x-gantry-column';
const keyStepPx = 16;

function HeadCell({ column, index, children }: { column: Column; index: number; children: React.ReactNode }) {
  const { message, t } = useWords();
  const { field } = column;
  const cell = useRef<HTMLTableCellElement>(null);
  const sort = useFleetView((state) => state.sort);
  const place = sort.findIndex((key) => key.field === field);
  const direction = place < 0 ? null : sort[place]?.isDescending ? 'descending' : 'ascending';
  const label = message(fieldLabel(field));

  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    const step = event.key === 'ArrowLeft' ? -1 : 1;
    if (event.shiftKey) moveColumn(field, index + step);
    else resizeColumn(field, (cell.current?.offsetWidth ?? column.leastPx) + step * keyStepPx);
    event.preventDefault();
    event.stopPropagation();
  };
  const from = useRef<{ x: number; widthPx: number } | null>(null);
  const onPointerDown = (event: PointerEvent) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, widthPx: cell.current?.offsetWidth ?? column.leastPx };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (from.current) resizeColumn(field, from.current.widthPx + event.clientX - from.current.x);
  };
  const onPointerEnd = () => {
    from.current = null;
  };
  return (
    <th
      ref={cell}
      scope="col"
      data-numeric={column.isNumeric || undefined}
      aria-sort={direction ?? undefined}
      draggable={field !== 'name'}
      onDragStart={(event) => event.dataTransfer.setData(dragged, field)}
      onDragOver={(event) => event.dataTransfer.types.includes(dragged) && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        moveColumn(event.dataTransfer.getData(dragged) as Column['field'], index);
      }}
    >
      <span className={classes.head}>
        {children}
        <button
          type="button"
          className={classes.sort}
          title={t('fleetScreen.headHint', { column: label })}
          onClick={(event) => toggleSort(field, event.shiftKey)}
          onKeyDown={onKeyDown}
        >
          <span className="ellipsis">{label}</span>
          {direction === 'ascending' && <IconArrowUp size={12} aria-hidden />}
          {direction === 'descending' && <IconArrowDown size={12} aria-hidden />}
          {sort.length > 1 && place >= 0 && <span className="small">{place + 1}</span>}
        </button>
      </span>
      <span
        className={classes.edge}
        aria-hidden
        draggable={false}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onDoubleClick={() => resizeColumn(field, null)}
      />
    </th>
  );
}
