import type { Severity } from '#shared/domain/finding';
import type { Alert, Silence } from '#shared/domain/rules/alert';
import { silenceOf } from '#shared/domain/rules/silence-of';
import { severityRanks } from '../../stores/alerts-store';

export const stateFilters = ['open', 'firing', 'pending', 'resolved'] as const;
export type StateFilter = (typeof stateFilters)[number];

export const groupings = ['rule', 'host'] as const;
export type Grouping = (typeof groupings)[number];

export interface AlertRow {
  readonly alert: Alert;
  readonly silence: Silence | null;
}

export interface AlertFilter {
  readonly state: StateFilter;
  /** At least as severe. */
  readonly severity: Severity;
  /** Words that all must be in what is said of an alert. */
  readonly search: string;
  readonly isShown: (hostId: string) => boolean;
  readonly ruleId: string | undefined;
}

/** Everything an alert can be found by. */
export type TextOf = (alert: Alert) => string;

/** The alerts that a filter leaves: firing before pending, the worst first, then the newest. */
export function filterAlerts(alerts: Iterable<Alert>, filter: AlertFilter, textOf: TextOf): Alert[] {
  const { state, severity, search, isShown, ruleId } = filter;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Alert[] = [];
  for (const alert of alerts) {
    if (state !== 'open' && alert.state !== state) continue;
    if (severityRanks[alert.severity] < severityRanks[severity]) continue;
    if (ruleId !== undefined && alert.ruleId !== ruleId) continue;
    if (!isShown(alert.hostId)) continue;
    if (words.length > 0) {
      const text = textOf(alert).toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
    }
    found.push(alert);
  }
  return state === 'resolved' ? found : found.sort(byUrgency);
}

function byUrgency(one: Alert, other: Alert): number {
  return (
    Number(one.state === 'pending') - Number(other.state === 'pending') ||
    severityRanks[other.severity] - severityRanks[one.severity] ||
    other.sinceMs - one.sinceMs ||
    other.id - one.id
  );
}

export interface AlertGroup {
  readonly key: string;
  /** The first and so the worst stands for all. */
  readonly first: Alert;
  readonly alerts: readonly Alert[];
  readonly hosts: number;
  readonly newestMs: number;
  readonly firing: number;
  readonly unhandled: number;
}

export type AlertLine =
  | { readonly key: string; readonly row: AlertRow }
  | { readonly key: string; readonly group: AlertGroup; readonly isClosed: boolean };

/** More than these are read by what they have in common. */
const MANY = 40;
/** A group of more than these begins closed. */
const OPEN_UP_TO = 8;

export function groupingOf(chosen: Grouping | 'none' | 'auto', count: number): Grouping | null {
  if (chosen === 'auto') return count > MANY ? 'rule' : null;
  return chosen === 'none' ? null : chosen;
}

/** The lines of the table. `toggled` are groups that somebody opened or closed. */
export function linesOf(
  alerts: readonly Alert[],
  grouping: Grouping | null,
  toggled: ReadonlySet<string>,
  silences: readonly Silence[],
): AlertLine[] {
  const nowMs = Date.now();
  const lineOf = (alert: Alert): AlertLine => ({
    key: String(alert.id),
    row: { alert, silence: silences.length > 0 ? silenceOf(silences, alert, nowMs) : null },
  });
  if (grouping === null) return alerts.map(lineOf);
  const byKey = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = grouping === 'rule' ? alert.ruleId : alert.hostId;
    const known = byKey.get(key);
    if (known) known.push(alert);
    else byKey.set(key, [alert]);
  }
  return [...byKey].flatMap(([key, members]) => {
    const isClosed = members.length > OPEN_UP_TO !== toggled.has(key);
    const group: AlertGroup = {
      key,
      first: members[0] as Alert,
      alerts: members,
      hosts: new Set(members.map(({ hostId }) => hostId)).size,
      newestMs: members.reduce((newest, { sinceMs }) => Math.max(newest, sinceMs), 0),
      firing: members.filter(({ state }) => state === 'firing').length,
      unhandled: members.filter(
        (alert) => alert.state === 'firing' && !alert.acknowledged && !silenceOf(silences, alert, nowMs),
      ).length,
    };
    return [{ key: `group ${key}`, group, isClosed }, ...(isClosed ? [] : members.map(lineOf))];
  });
}
