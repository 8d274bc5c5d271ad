import { create } from 'zustand';
import type { Severity } from '#shared/domain/finding';
import type { HostAlerts } from '#shared/domain/fleet/fleet-node';
import type { Alert, AlertChange, Silence } from '#shared/domain/rules/alert';
import { silenceOf } from '#shared/domain/rules/silence-of';
import { shownNowMs } from '../charts/shown-clock';

// The list in the domain would bring its validator into the first window.
export const severityRanks: Readonly<Record<Severity, number>> = { info: 0, warn: 1, critical: 2, fatal: 3 };

export type OpenAlerts = ReadonlyMap<number, Alert>;

interface AlertsState {
  /** Undefined until the engine has told them. */
  open: OpenAlerts | undefined;
  silences: readonly Silence[];
  /** What fires on each host and is not silenced; a host's stays the same object while nothing happens to it. */
  byHost: ReadonlyMap<string, HostAlerts>;
  /** Of those that fire and are not silenced, the worst. */
  worst: Severity | null;
  firing: number;
  /** Counts how often alerts ended. */
  ended: number;
}

const initial: AlertsState = {
  open: undefined,
  silences: [],
  byHost: new Map(),
  worst: null,
  firing: 0,
  ended: 0,
};

/** What the rules say now, kept current by `useAlertsSync`. */
export const useAlerts = create<AlertsState>(() => initial);

export function resetAlerts(): void {
  useAlerts.setState(initial, true);
}

/** Takes a burst of changes at once. */
export function applyAlertChanges(changes: readonly AlertChange[]): void {
  const before = useAlerts.getState();
  const open = new Map(before.open);
  let { silences, ended } = before;
  for (const change of changes) {
    if (change.isWhole) open.clear();
    for (const id of change.endedIds) open.delete(id);
    for (const alert of change.open) open.set(alert.id, alert);
    silences = change.silences ?? silences;
    if (change.isWhole || change.endedIds.length > 0) ended += 1;
  }
  useAlerts.setState({ open, silences, ended, ...countedOf(open, silences, before.byHost) });
}

/** An alert that somebody just said something to. */
export function putAlert(alert: Alert): void {
  applyAlertChanges([{ isWhole: false, open: [alert], endedIds: [], silences: null }]);
}

export function putSilences(silences: readonly Silence[]): void {
  applyAlertChanges([{ isWhole: false, open: [], endedIds: [], silences: [...silences] }]);
}

function countedOf(
  open: OpenAlerts,
  silences: readonly Silence[],
  before: AlertsState['byHost'],
): Pick<AlertsState, 'byHost' | 'worst' | 'firing'> {
  const byHost = new Map<string, HostAlerts>();
  const nowMs = shownNowMs();
  let firing = 0;
  let worst: Severity | null = null;
  for (const alert of open.values()) {
    if (alert.state !== 'firing' || silenceOf(silences, alert, nowMs)) continue;
    firing += 1;
    worst = worse(worst, alert.severity);
    const known = byHost.get(alert.hostId);
    const isWorst = !known || isWorse(alert.severity, known.worst);
    byHost.set(alert.hostId, {
      count: (known?.count ?? 0) + 1,
      worst: isWorst ? alert.severity : known.worst,
      title: isWorst ? alert.title : known.title,
    });
  }
  for (const [hostId, counted] of byHost) {
    const known = before.get(hostId);
    if (known && JSON.stringify(known) === JSON.stringify(counted)) byHost.set(hostId, known);
  }
  return { byHost, firing, worst };
}

function worse(one: Severity | null, other: Severity): Severity {
  return one === null || isWorse(other, one) ? other : one;
}

function isWorse(one: Severity, other: Severity): boolean {
  return severityRanks[one] > severityRanks[other];
}
