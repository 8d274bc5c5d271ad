import { csvText } from '#shared/domain/csv-text';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { metricSpec } from '#shared/domain/telemetry/metrics';
import { labelledTable, type ReportBlock } from './report-model';
import type { Words } from './report-words';
import { sampleBlocks, sourceBlocks } from './sample-blocks';

export type AlertEntry = Extract<IncidentEntry, { kind: 'alert' }>;

function alertsOf(incident: Incident): AlertEntry[] {
  return incident.entries.filter((entry) => entry.kind === 'alert');
}

/** Alerts that fired, each with what was measured in the minute before. */
export function alertBlocks(incident: Incident, words: Words): ReportBlock[] {
  const fired = alertsOf(incident).filter(({ state }) => state === 'firing');
  if (fired.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: words.t('alerts') },
    ...fired.flatMap((entry) => entryBlocks(entry, words)),
    ...sourceBlocks(
      fired.flatMap(({ samples }) => samples),
      words,
    ),
  ];
}

function entryBlocks(entry: AlertEntry, words: Words): ReportBlock[] {
  const { t, text, host, time } = words;
  const { severity, title, ruleId, alertCount, alerts, samples, logLines = [] } = entry;
  const rows = alerts.map((alert) => [
    host(alert.hostId),
    alert.subject,
    text(alert.message),
    alert.firedMs === null ? '–' : time(alert.firedMs),
  ]);
  return [
    { kind: 'heading', level: 3, text: text(title), severity },
    {
      kind: 'facts',
      rows: [
        [t('findingSeverity'), t(`severity.${severity}`)],
        [t('rule'), ruleId],
        [t('alertCount'), String(alertCount)],
        [t('nodes'), hostsText(entry, words)],
      ],
    },
    ...labelledTable(t('alertsNamed'), [t('node'), t('subjects'), t('message'), t('fired')], rows, [1]),
    ...labelledTable(
      t('logLines'),
      [t('time'), t('node'), t('message')],
      logLines.map((line) => [time(line.atMs), host(line.hostId), line.text]),
      [2],
    ),
    ...sampleBlocks(samples, words),
    samples.length === 0
      ? { kind: 'paragraph', text: t('noSamples'), isQuiet: true }
      : { kind: 'paragraph', text: t('samplesInBundle'), isQuiet: true },
  ];
}

/** On the timeline, in one line. */
export function alertText(entry: AlertEntry, words: Words): string {
  const { t, text } = words;
  const { state, severity, title, alertCount } = entry;
  return t(state === 'firing' ? 'eventAlertFired' : 'eventAlertOver', {
    title: text(title),
    severity: t(`severity.${severity}`),
    count: alertCount,
    hosts: hostsText(entry, words),
  });
}

function hostsText({ hostIds, hostCount }: AlertEntry, { t, host }: Words): string {
  const named = hostIds.slice(0, 5).map(host).join(', ');
  return hostCount <= 5 ? named : t('andMore', { names: named, count: hostCount - 5 });
}

/** Frozen samples, a file for each alert, exactly as they were measured. */
export function sampleFiles(
  incident: Incident,
  hostNames: ReadonlyMap<string, string>,
): Array<{ name: string; text: string }> {
  const withSamples = alertsOf(incident).filter(({ samples }) => samples.length > 0);
  return withSamples.map(({ ruleId, samples }, index) => ({
    name: `samples/${String(index + 1).padStart(3, '0')}-${ruleId.replace(/[^a-z0-9-]+/gi, '-').slice(0, 60)}.csv`,
    text: [
      'time,host,subject,metric,unit,value',
      ...samples.flatMap(({ hostId, subject, times, series }) =>
        series.flatMap(({ metric, values }) =>
          times.map((atMs, at) => {
            const host = csvText(hostNames.get(hostId) ?? hostId);
            const time = new Date(atMs).toISOString();
            return `${time},${host},${csvText(subject)},${metric},${metricSpec(metric).unit},${values[at] ?? ''}`;
          }),
        ),
      ),
      '',
    ].join('\r\n'),
  }));
}
