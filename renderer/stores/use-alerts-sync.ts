import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { applyAlertChanges } from './alerts-store';

/** Keeps the alerts store current while mounted; the shell mounts it once. */
export function useAlertsSync(): void {
  useStream('alerts', (signal) => engine.alerts.watch(undefined, { signal }), applyAlertChanges);
}
