import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useWords } from '../app/i18n';
import classes from './fact-table.module.css';

export interface FactColumn<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row, index: number) => ReactNode;
  isNumeric?: boolean;
  width?: number | string;
  /** Takes what the others leave, or its `width` of it, and cuts what does not fit. */
  isWide?: boolean;
}

interface FactTableProps<Row> {
  label: string;
  columns: ReadonlyArray<FactColumn<Row>>;
  rows: readonly Row[];
  rowKey: (row: Row, index: number) => string | number;
  /** Words for no rows. */
  empty: string;
  /** Left away where choosing a row leads elsewhere. */
  selectedKey?: string | number | null;
  onSelect?: (row: Row, index: number) => void;
}

/** More than any node has of one kind; one that tells of ten thousand would freeze the window. */
const rowsAtOnce = 300;

/** A plain table of facts. A row that can be selected is reached by keyboard through its first cell's button. */
export function FactTable<Row>({ label, columns, rows, rowKey, empty, selectedKey, onSelect }: FactTableProps<Row>) {
  const { t } = useWords();
  const [room, setRoom] = useState(rowsAtOnce);
  if (rows.length === 0) return <p className="dim">{empty}</p>;
  const rest = rows.length - room;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div className={classes.scroller} tabIndex={0}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                data-numeric={column.isNumeric}
                data-wide={column.isWide}
                style={{ width: column.width }}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, room).map((row, index) => {
            const key = rowKey(row, index);
            return (
              <tr
                key={key}
                data-selectable={onSelect ? true : undefined}
                aria-selected={selectedKey === undefined ? undefined : key === selectedKey}
                onClick={onSelect && (() => onSelect(row, index))}
              >
                {columns.map((column) => (
                  <td
                    key={column.id}
                    data-numeric={column.isNumeric}
                    data-wide={column.isWide}
                    style={column.isWide ? { width: column.width } : undefined}
                  >
                    {column.cell(row, index)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rest > 0 && (
        <Button className={classes.more} size="compact-sm" variant="default" onClick={() => setRoom(room + rowsAtOnce)}>
          {t('shell.value.moreRows', { count: rest })}
        </Button>
      )}
    </div>
  );
}
