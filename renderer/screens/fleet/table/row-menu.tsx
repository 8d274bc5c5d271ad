import { lazy, Suspense, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import classes from '../fleet.module.css';

const OpenRowMenu = lazy(async () => ({ default: (await import('./open-row-menu')).OpenRowMenu }));

interface RowMenuProps {
  row: FleetNode;
  label: string;
  /** Tab comes to it. */
  isReached: boolean;
}

/** A plain button until it is used: a menu in waiting for each line would make the table slow. */
export function RowMenu({ row, label, isReached }: RowMenuProps) {
  const [isUsed, setUsed] = useState(false);
  const button = (
    <button
      type="button"
      className={classes.menuButton}
      aria-label={label}
      tabIndex={isReached ? 0 : -1}
      aria-haspopup="menu"
      onClick={(event) => {
        event.stopPropagation();
        setUsed(true);
      }}
    >
      •••
    </button>
  );
  return isUsed ? (
    <Suspense fallback={button}>
      <OpenRowMenu row={row} />
    </Suspense>
  ) : (
    button
  );
}
