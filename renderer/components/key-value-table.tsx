import type { ReactNode } from 'react';
import classes from './key-value-table.module.css';

interface KeyValueTableProps {
  rows: ReadonlyArray<{ label: ReactNode; value: ReactNode; key?: string }>;
  /** Columns of label and value pairs side by side; fewer where there is no room. */
  columns?: 1 | 2 | 3;
}

/** Labels with their values, aligned. */
export function KeyValueTable({ rows, columns = 1 }: KeyValueTableProps) {
  return (
    <dl className={classes.table} data-columns={columns}>
      {rows.map(({ label, value, key }, index) => (
        <div className={classes.row} key={key ?? (typeof label === 'string' ? label : index)}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
