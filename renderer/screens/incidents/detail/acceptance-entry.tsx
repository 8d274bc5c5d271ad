import type { AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { SheetView } from '../../../rollouts/sheet-view';
import { useHostName } from '../../../stores/fleet-store';
import classes from './timeline.module.css';

/** A sheet on record, as it was when it was added. */
export function AcceptanceEntry({ sheet }: { sheet: AcceptanceSheet }) {
  const hostName = useHostName(sheet.hostId);
  return (
    <div className={classes.box}>
      <SheetView sheet={sheet} hostName={hostName} />
    </div>
  );
}
