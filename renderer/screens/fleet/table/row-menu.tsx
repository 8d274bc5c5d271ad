import { lazy, Suspense, useEffect, useRef } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import classes from '../fleet.module.css';

const OpenRowMenu = lazy(async () => ({ default: (await import('./open-row-menu')).OpenRowMenu }));

interface RowMenuProps {
  row: FleetNode;
  label: string;
  /** Tab comes to it. */
  isReached: boolean;
  isOpen: boolean;
  /** @param id the node whose menu is to be open, or null */
  onOpen: (id: string | null) => void;
}

/** A plain button while it is closed: a menu in waiting for each line would make the table slow. */
export function RowMenu({ row, label, isReached, isOpen, onOpen }: RowMenuProps) {
  const target = useRef<HTMLButtonElement>(null);
  const wasClosed = useRef(false);
  useEffect(() => {
    // What had the focus has gone with the menu, unless one of its items took it elsewhere.
    if (!isOpen && wasClosed.current && document.activeElement === document.body) target.current?.focus();
    if (!isOpen) wasClosed.current = false;
  }, [isOpen]);
  const button = (
    <button
      ref={target}
      type="button"
      className={classes.menuButton}
      aria-label={label}
      aria-haspopup="menu"
      tabIndex={isReached ? 0 : -1}
      onClick={(event) => {
        event.stopPropagation();
        onOpen(row.id);
      }}
    >
      •••
    </button>
  );
  if (!isOpen) return button;
  const onClose = () => {
    wasClosed.current = true;
    onOpen(null);
  };
  return (
    <Suspense fallback={button}>
      <OpenRowMenu row={row} label={label} onClose={onClose} />
    </Suspense>
  );
}
