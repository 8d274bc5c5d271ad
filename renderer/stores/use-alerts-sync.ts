import { engine } from '../rpc/client';
import { useStream } from '../rpc/use-stream';
import { applyAlertChanges } from './alerts-store';
import { useIsReplaying } from './replay-store';

/** Keeps the alerts store current while mounted; the shell mounts it once. While the past is played, that fills it. */
export function useAlertsSync(): void {
  useStream(
    useIsReplaying() ? null : 'alerts',
    (signal) => engine.alerts.watch(undefined, { signal }),
    applyAlertChanges,
  );
}
