import { IconDots } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import { useWords } from '../../../app/i18n';
import classes from '../fleet.module.css';

const OpenRowMenu = lazy(async () => ({ default: (await import('./open-row-menu')).OpenRowMenu }));

/** A plain button until it is used: hundreds of menus in waiting would make the table slow. */
export function RowMenu({ row }: { row: FleetNode }) {
  const { t } = useWords();
  const [isUsed, setUsed] = useState(false);
  const button = (
    <button
      type="button"
      className={classes.menuButton}
      aria-label={t('fleetScreen.rowActions', { name: row.host.spec.name })}
      aria-haspopup="menu"
      onClick={(event) => {
        event.stopPropagation();
        setUsed(true);
      }}
    >
      <IconDots size={16} aria-hidden />
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
