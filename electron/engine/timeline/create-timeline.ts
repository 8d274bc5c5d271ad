import type { IncidentSummary } from '#shared/domain/incident';
import type { Alert } from '#shared/domain/rules/alert';
import type { Annotation } from '#shared/domain/telemetry/annotation';
import type { LocalizedText } from '#shared/domain/text';
import type { Actions } from '../actions/actions';
import type { Incidents } from '../incidents/create-incidents';
import type { Store } from '../store/store';
import type { Telemetry } from '../telemetry/create-telemetry';
import type { Rules } from '../telemetry/rules/create-rules';
import { type TimelineRange, TimelineRepository } from './timeline-repository';

export interface TimelineDeps {
  readonly store: Store;
  readonly telemetry: Pick<Telemetry, 'events'>;
  readonly rules: Pick<Rules, 'flush'>;
  readonly actions: Pick<Actions, 'list'>;
  readonly incidents: Pick<Incidents, 'list'>;
}

export interface Timeline {
  annotations(wanted: { hostIds?: readonly string[] | undefined; fromMs: number; toMs: number }): {
    annotations: Annotation[];
    isCut: boolean;
  };
}

/** Of each kind. More can't be told apart on a chart. */
const AT_MOST = 1000;

/** Puts what the engine's areas know of a range of time in one order. */
export function createTimeline({ store, telemetry, rules, actions, incidents }: TimelineDeps): Timeline {
  const repository = new TimelineRepository(store);

  return {
    annotations({ hostIds, fromMs, toMs }) {
      // Alerts are written a little after they fire.
      rules.flush();
      const range: TimelineRange = { hostIds: hostIds ? [...hostIds] : null, fromMs, toMs, atMost: AT_MOST + 1 };
      const events = telemetry.events({ ...(hostIds ? { hostIds: [...hostIds] } : {}), fromMs, toMs });
      const titles = new Map(actions.list().map(({ id, title }) => [id, title]));
      const kinds: Annotation[][] = [
        events.map((event) => ({ kind: 'event', ...event })),
        repository.alerts(range).map(ofAlert),
        repository.runs(range).map(({ actionId, ...run }) => {
          const title: LocalizedText = titles.get(actionId) ?? { en: actionId };
          return { kind: 'action', ...run, title };
        }),
        repository.protection(range).map((line) => ({ kind: 'protection', untilMs: null, ...line })),
        incidents.list().flatMap((incident) => ofIncident(incident, range)),
      ];
      return {
        // The newest of each: what is cut off is the oldest.
        annotations: kinds.flatMap((list) => list.slice(-AT_MOST)).sort((one, other) => one.atMs - other.atMs),
        isCut: kinds.some((list) => list.length > AT_MOST),
      };
    },
  };
}

function ofAlert(alert: Alert): Annotation {
  const { id, ruleId, hostId, subject, severity, title, message, sinceMs, firedMs, resolvedMs } = alert;
  return {
    kind: 'alert',
    atMs: firedMs ?? sinceMs,
    untilMs: resolvedMs,
    alertId: id,
    ruleId,
    hostId,
    subject,
    severity,
    title,
    message,
  };
}

function ofIncident(incident: IncidentSummary, { hostIds, fromMs, toMs }: TimelineRange): Annotation[] {
  const { id, number, title, severity, openedAtMs, updatedAtMs, state } = incident;
  // A closed one takes no entries: its last change is its end.
  const untilMs = state === 'closed' ? updatedAtMs : null;
  if (openedAtMs > toMs || (untilMs !== null && untilMs < fromMs)) return [];
  if (hostIds && !incident.hostIds.some((each) => hostIds.includes(each))) return [];
  return [
    { kind: 'incident', atMs: openedAtMs, untilMs, incidentId: id, number, title, hostIds: incident.hostIds, severity },
  ];
}
