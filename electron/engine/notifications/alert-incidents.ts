import { type Severity, severities } from '#shared/domain/finding';
import type { IncidentSummary } from '#shared/domain/incident';
import type { Alert } from '#shared/domain/rules/alert';
import type { FrozenTrack } from '#shared/domain/telemetry/frozen-samples';
import { type Language, localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { InvalidError } from '../errors';
import type { Incidents } from '../incidents/create-incidents';
import type { NewEntry } from '../incidents/freeze';
import { type Store, StoreError } from '../store/store';
import type { Telemetry } from '../telemetry/create-telemetry';
import type { History } from '../telemetry/history';
import { BEFORE_MS, freezeSamples } from './freeze-samples';
import { oneLine } from './message-words';
import { toldAlert } from './told-alert';

/** One rule on more nodes than this at once has one cause: it is one incident, not one a node. */
const FLEET_WIDE = 5;
/** Alerts, nodes and subjects that an entry names; the rest is counted. */
const NAMED_ALERTS = 20;
const NAMED_HOSTS = 200;
const FROZEN_SUBJECTS = 8;
const FROZEN_LINES = 50;
const LINE_CHARS = 500;
/** What comes and goes all week neither fills the disk nor the timeline. */
const SAMPLES_UP_TO = 60;
const ENTRIES_UP_TO = 500;

export interface AlertIncidentsDeps {
  readonly store: Store;
  readonly incidents: Pick<Incidents, 'list' | 'openWith' | 'append'>;
  readonly telemetry: Pick<Telemetry, 'events'> & Pick<History, 'exportSamples'>;
  readonly nameOf: (hostId: string) => string;
  /** From which severity on, and in which language titles are. */
  readonly settings: () => { from: Severity | 'never'; language: Language };
}

type AlertEntry = Extract<NewEntry, { kind: 'alert' }>;

/** What goes with alerts that fire. */
interface Frozen {
  readonly samples: FrozenTrack[];
  readonly logLines: NonNullable<AlertEntry['logLines']>;
}
const NOTHING: Frozen = { samples: [], logLines: [] };

interface Group {
  readonly cause: string;
  readonly alerts: Alert[];
}

export interface AlertIncidents {
  /** Opens or extends incidents, and calls `mark` in the same transaction. */
  note(fired: readonly Alert[], resolved: readonly Alert[], mark: () => void): Promise<void>;
  /** Puts an alert on the timeline of an incident that somebody chose, with the minute before it. */
  addTo(incidentId: string, alert: Alert): Promise<IncidentSummary>;
  /** The open one that alerts of this node opened. */
  openOf(hostId: string): string | null;
  /** The numbers of the incidents that alerts are in. */
  numbersOf(alertIds: readonly number[]): string[];
}

/** Alerts on the timelines of incidents: one cause on one node, or one rule on many nodes, is one incident. */
export function createAlertIncidents(deps: AlertIncidentsDeps): AlertIncidents {
  const { store, incidents, telemetry, nameOf, settings } = deps;
  const { database } = store;

  const causeOf = database.prepare(
    `SELECT cause.incident_id AS id FROM incident_cause AS cause JOIN incident ON incident.id = cause.incident_id
     WHERE cause.cause = ? AND incident.state = 'open' ORDER BY incident.number DESC LIMIT 1`,
  );
  const openIdOf = (cause: string): string | null => (causeOf.all(cause) as Array<{ id: string }>)[0]?.id ?? null;

  function openOf(cause: string, open: readonly IncidentSummary[]): IncidentSummary | null {
    const known = openIdOf(cause);
    if (known !== null) return open.find(({ id }) => id === known) ?? null;
    if (!cause.startsWith('host ')) return null;
    // One that a person opened for the node.
    const fleetWide = new Set(
      (
        database.prepare("SELECT incident_id AS id FROM incident_cause WHERE cause LIKE 'rule %'").all() as Array<{
          id: string;
        }>
      ).map(({ id }) => id),
    );
    const hostId = cause.slice('host '.length);
    return open.find(({ id, hostIds }) => hostIds.includes(hostId) && !fleetWide.has(id)) ?? null;
  }

  function groupsOf(alerts: readonly Alert[]): Group[] {
    const byRule = groupBy(alerts, ({ ruleId }) => ruleId);
    return [...byRule.values()].flatMap((ofRule): Group[] => {
      const cause = `rule ${ofRule[0]?.ruleId ?? ''}`;
      const byHost = groupBy(ofRule, ({ hostId }) => hostId);
      if (byHost.size > FLEET_WIDE || openIdOf(cause) !== null) return [{ cause, alerts: ofRule }];
      return [...byHost].map(([hostId, ofHost]) => ({ cause: `host ${hostId}`, alerts: ofHost }));
    });
  }

  async function frozenOf(alerts: readonly Alert[]): Promise<Frozen> {
    const samples: FrozenTrack[] = [];
    const lines = new Map<number, Frozen['logLines'][number]>();
    for (const { hostId, subject, firedMs, sinceMs } of alerts.slice(0, FROZEN_SUBJECTS)) {
      const toMs = firedMs ?? sinceMs;
      try {
        samples.push(...(await freezeSamples(telemetry, { hostId, subject }, { fromMs: toMs - BEFORE_MS, toMs })));
        for (const { id, atMs, body } of telemetry.events({ hostIds: [hostId], fromMs: toMs - BEFORE_MS, toMs })) {
          if (body.kind === 'xid' || body.kind === 'kernel-log')
            lines.set(id, { atMs, hostId, text: oneLine(body.message, LINE_CHARS) });
        }
      } catch (error) {
        // The alert is told without them: the samples' disk, or their server, says by itself what is wrong with it.
        if (!(error instanceof StoreError || error instanceof InvalidError)) throw error;
      }
    }
    return { samples, logLines: [...lines.values()].slice(0, FROZEN_LINES) };
  }

  function entryOf(alerts: readonly Alert[], state: AlertEntry['state'], frozen: Frozen): NewEntry {
    const [first] = alerts;
    if (!first) throw new Error('an entry without an alert');
    const hostIds = [...new Set(alerts.map(({ hostId }) => hostId))];
    const { title } = toldAlert(first, '');
    return {
      kind: 'alert',
      state,
      ruleId: first.ruleId,
      severity: worst(alerts),
      title,
      alertCount: alerts.length,
      hostCount: hostIds.length,
      hostIds: hostIds.slice(0, NAMED_HOSTS),
      alerts: alerts.slice(0, NAMED_ALERTS).map((alert) => {
        const { host: _, ...told } = toldAlert(alert, '');
        return told;
      }),
      samples: frozen.samples,
      ...(frozen.logLines.length > 0 ? { logLines: frozen.logLines } : {}),
    };
  }

  function titleOf({ cause, alerts }: Group): string {
    const { language } = settings();
    const [first] = alerts;
    const rule = first ? localize(toldAlert(first, '').title, language) : '';
    const hosts = new Set(alerts.map(({ hostId }) => hostId));
    const where = cause.startsWith('host ')
      ? nameOf(first?.hostId ?? '')
      : translatorOf(language)({ key: 'notifications.nodeCount', params: { count: hosts.size } });
    return oneLine(`${rule}: ${where}`, 200);
  }

  const insertCause = database.prepare('INSERT INTO incident_cause (cause, incident_id) VALUES (?, ?)');
  const insertAlert = database.prepare('INSERT OR REPLACE INTO alert_incident (alert_id, incident_id) VALUES (?, ?)');
  const incidentOf = database.prepare('SELECT incident_id AS id FROM alert_incident WHERE alert_id = ?');
  const removeAlert = database.prepare('DELETE FROM alert_incident WHERE alert_id = ?');

  function fire(group: Group, frozen: Frozen, open: IncidentSummary[]): void {
    const known = openOf(group.cause, open);
    const entry = entryOf(group.alerts, 'firing', known && known.entryCount >= SAMPLES_UP_TO ? NOTHING : frozen);
    let changed = known;
    if (!known) {
      changed = incidents.openWith({ title: titleOf(group), entries: [entry] });
      insertCause.run(group.cause, changed.id);
    } else if (known.entryCount < ENTRIES_UP_TO) changed = incidents.append(known.id, [entry]);
    if (!changed) return;
    // Newest first, as they are listed.
    if (known) open.splice(open.indexOf(known), 1);
    open.unshift(changed);
    for (const { id } of group.alerts) insertAlert.run(id, changed.id);
  }

  function resolve(alerts: readonly Alert[]): void {
    const placed = alerts.flatMap((alert) => {
      const [row] = incidentOf.all(alert.id) as Array<{ id: string }>;
      return row ? [{ alert, key: `${row.id} ${alert.ruleId}`, incidentId: row.id }] : [];
    });
    const counts = new Map(incidents.list().map(({ id, entryCount }) => [id, entryCount]));
    for (const group of groupBy(placed, ({ key }) => key).values()) {
      const incidentId = group[0]?.incidentId ?? '';
      if ((counts.get(incidentId) ?? ENTRIES_UP_TO) >= ENTRIES_UP_TO) continue;
      incidents.append(incidentId, [
        entryOf(
          group.map(({ alert }) => alert),
          'resolved',
          NOTHING,
        ),
      ]);
    }
    for (const { alert } of placed) removeAlert.run(alert.id);
  }

  return {
    async note(fired, resolved, mark) {
      const { from } = settings();
      const least = from === 'never' ? Number.POSITIVE_INFINITY : severities.indexOf(from);
      const groups = groupsOf(fired.filter(({ severity }) => severities.indexOf(severity) >= least));
      const frozen = new Map<Group, Frozen>();
      for (const group of groups) frozen.set(group, await frozenOf(group.alerts));
      store.transaction(() => {
        const open = groups.length > 0 ? incidents.list().filter(({ state }) => state === 'open') : [];
        for (const group of groups) fire(group, frozen.get(group) ?? NOTHING, open);
        if (resolved.length > 0) resolve(resolved);
        mark();
      });
    },
    async addTo(incidentId, alert) {
      const frozen = await frozenOf([alert]);
      const state = alert.state === 'resolved' ? 'resolved' : 'firing';
      return incidents.append(incidentId, [entryOf([alert], state, frozen)]);
    },
    openOf: (hostId) => openIdOf(`host ${hostId}`),
    numbersOf(alertIds) {
      if (alertIds.length === 0) return [];
      const rows = database
        .prepare(
          `SELECT DISTINCT incident.number AS number FROM alert_incident JOIN incident ON incident.id = incident_id
           WHERE alert_id IN (${alertIds.map(() => '?').join(', ')}) ORDER BY incident.number`,
        )
        .all(...alertIds) as Array<{ number: number }>;
      return rows.map(({ number }) => `INC-${number}`);
    },
  };
}

function worst(alerts: readonly Alert[]): Severity {
  return severities.findLast((severity) => alerts.some((alert) => alert.severity === severity)) ?? 'info';
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
