import type { ActionRun } from '#shared/domain/action';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { lastRuns } from './action-blocks';
import { causesOf, type RankedFinding } from './cause';
import { labelled, type ReportBlock } from './report-model';
import type { Words } from './report-words';

/** What fits on one page; the pages after it have the rest. */
const shownItems = 4;
const shownLength = 280;

/** One page in plain words: only what the timeline tells, and what it does not tell is said. */
export function executiveBlocks(incident: Incident, ranked: readonly RankedFinding[], words: Words): ReportBlock[] {
  const { t } = words;
  return [
    { kind: 'heading', level: 2, text: t('executive') },
    ...labelled(t('whatHappened'), happened(incident, ranked, words)),
    ...labelled(t('impact'), impact(incident, ranked, words)),
    ...labelled(t('cause'), cause(ranked, words)),
    ...labelled(t('whatWasDone'), done(incident, words)),
    ...labelled(t('stateNow'), stateNow(incident, words)),
    ...labelled(t('next'), next(incident, ranked, words)),
    { kind: 'page-break' },
  ];
}

function happened(incident: Incident, ranked: readonly RankedFinding[], { t, text, host, time }: Words): string[] {
  const alerts = incident.entries.flatMap((entry) =>
    entry.kind === 'alert' && entry.state === 'firing' ? [text(entry.title)] : [],
  );
  const worst = ranked.find(({ finding }) => finding.severity !== 'info')?.finding;
  const since = worst?.sinceMs ?? null;
  return [
    incident.title,
    t('openedOn', { time: time(incident.openedAtMs), hosts: few(incident.hostIds.map(host), t) || t('noNodes') }),
    ...(since === null ? [] : [t('firstSeen', { title: text(worst?.title ?? { en: '' }), time: time(since) })]),
    ...(alerts.length > 0 ? [t('alertsFired', { titles: few([...new Set(alerts)], t) })] : []),
  ].map(short);
}

function impact(incident: Incident, ranked: readonly RankedFinding[], { t, host }: Words): string[] {
  const troubles = ranked.filter(({ finding }) => finding.severity !== 'info');
  const subjects = [...new Set(troubles.flatMap(({ finding }) => finding.subjects))];
  const hosts = [...new Set(troubles.map(({ finding }) => finding.hostId))].map(host);
  return [
    ...(incident.severity === null ? [] : [t(`severityMeans.${incident.severity}`)]),
    ...(hosts.length > 0 ? [t('affectedNodes', { hosts: few(hosts, t) })] : []),
    ...(subjects.length > 0 ? [t('affectedSubjects', { subjects: few(subjects, t) })] : []),
    t('impactUnknown'),
  ].map(short);
}

function cause(ranked: readonly RankedFinding[], { t, text, host }: Words): string[] {
  const causes = causesOf(ranked);
  const unknown = ranked.filter(({ finding }) => finding.state === 'unknown').length;
  const rest = causes.length - shownItems;
  return [
    ...causes
      .slice(0, shownItems)
      .map(({ code, title, hostId }) => t('causeIs', { code, title: text(title), host: host(hostId) })),
    ...(rest > 0 ? [t('moreCauses', { count: rest })] : []),
    ...(causes.length === 0 ? [t(ranked.length === 0 ? 'causeNotLooked' : 'causeUnknown')] : []),
    ...(unknown > 0 ? [t('notJudged', { count: unknown })] : []),
  ].map(short);
}

function done(incident: Incident, { t, action, host, text }: Words): string[] {
  const runs = lastRuns(incident);
  const rest = runs.length - shownItems;
  const line = ({ plan, state, verification }: ActionRun): string => {
    const what = t('eventAction', {
      action: action(plan.actionId),
      host: host(plan.hostId),
      state: t(`runState.${state}`),
    });
    return verification ? `${what} ${text(verification.detail)}` : what;
  };
  return [
    ...(runs.length === 0 ? [t('noActions')] : []),
    ...runs.slice(-shownItems).map(line),
    ...(rest > 0 ? [t('moreActions', { count: rest })] : []),
  ].map(short);
}

/** The last entry of an action that may have changed something, and what was diagnosed after it. */
function stateNow(incident: Incident, { t, tree, host, time }: Words): string[] {
  const lastAction = incident.entries.findLastIndex((entry) => entry.kind === 'action');
  const after = incident.entries.slice(lastAction + 1).findLast(isRealDiagnosis);
  const closed = incident.entries.findLast((entry) => entry.kind === 'closed');
  const checked = (): string => {
    if (lastAction < 0) return t('notTreated');
    if (!after) return t('notChecked');
    const troubles = after.run.findings.filter(({ severity, state }) => severity !== 'info' && state !== 'healthy');
    const params = { tree: tree(after.run.treeId), host: host(after.run.hostId), time: time(after.atMs) };
    return t(troubles.length > 0 ? 'stillFound' : 'notFoundAgain', {
      ...params,
      codes: troubles.map(({ code }) => code).join(', '),
    });
  };
  return [
    incident.state === 'open'
      ? t('isOpen')
      : t('isClosed', { time: time(closed?.atMs ?? incident.updatedAtMs), reason: closed?.reason || '–' }),
    checked(),
  ].map(short);
}

function isRealDiagnosis(entry: IncidentEntry): entry is Extract<IncidentEntry, { kind: 'diagnosis' }> {
  return entry.kind === 'diagnosis' && !entry.run.isWhatIf && entry.run.state === 'concluded';
}

function next(incident: Incident, ranked: readonly RankedFinding[], { t, text, action }: Words): string[] {
  if (incident.state === 'closed') return [t('nothingNext')];
  const ran = new Set(lastRuns(incident).map(({ plan }) => plan.actionId));
  const causes = causesOf(ranked);
  const advice = causes.flatMap((finding) => finding.advice.map(text));
  const actions = causes.flatMap((finding) => finding.actions.map(({ actionId }) => actionId));
  const proposed = [...new Set(actions)]
    .filter((id) => !ran.has(id))
    .map((id) => t('proposed', { action: action(id) }));
  const all = [...new Set([...proposed, ...advice])];
  return all.length === 0 ? [t('noAdvice')] : all.slice(0, shownItems).map(short);
}

function few(names: readonly string[], t: Words['t']): string {
  if (names.length <= shownItems) return names.join(', ');
  return t('andMore', { names: names.slice(0, shownItems).join(', '), count: names.length - shownItems });
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > shownLength ? `${line.slice(0, shownLength)}…` : line;
}
