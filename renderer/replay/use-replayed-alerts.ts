import { useEffect, useRef } from 'react';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import { applyAlertChanges } from '../stores/alerts-store';
import type { Replay } from '../stores/replay-clock';
import { alertsAt } from './alerts-at';

/** Fills the store of alerts with what was open at the time that is played back. */
export function useReplayedAlerts({ window: { fromMs, toMs }, atMs }: Replay): void {
  const { data } = useQuery(`replay/alerts/${fromMs}-${toMs}`, (signal) =>
    engine.alerts.during({ fromMs, toMs }, { signal }),
  );
  const told = useRef('');
  useEffect(() => {
    const { open, silences } = alertsAt(data ?? { alerts: [], silences: [] }, atMs);
    const identity = JSON.stringify([open.map(({ id, state, acknowledged }) => [id, state, acknowledged]), silences]);
    if (identity === told.current) return;
    told.current = identity;
    applyAlertChanges([{ isWhole: true, open, endedIds: [], silences }]);
  }, [data, atMs]);
}
