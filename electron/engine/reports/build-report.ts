import { type Finding, severities } from '#shared/domain/finding';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { commandLine } from '../hosts/quote';
import { actionBlocks, lastRuns } from './action-blocks';
import { alertBlocks, alertText } from './alert-blocks';
import { appendixBlocks } from './appendix-blocks';
import { diagnosisBlocks } from './diagnosis-blocks';
import { evidenceValue } from './evidence-values';
import { keptEvidence } from './kept-evidence';
import { labelled, labelledTable, type ReportBlock, type ReportModel } from './report-model';
import { type ReportInput, type Words, wordsFor } from './report-words';

/** Turns an incident into a report. Pure: the same incident and time give the same report. */
export function buildReport(input: ReportInput): ReportModel {
  const words = wordsFor(input);
  const { t } = words;
  const { incident, hiddenCount } = input;
  return {
    language: input.language,
    documentTitle: `INC-${incident.number} · ${t('title')}`,
    title: t('heading', { number: incident.number, title: incident.title }),
    subtitle: t('madeBy', { time: words.time(input.madeAtMs) }),
    note:
      hiddenCount === null
        ? t('nothingHidden')
        : hiddenCount === 0
          ? t('nothingToHide')
          : t('redactedNote', { count: hiddenCount }),
    blocks: [
      ...summaryBlocks(input, words),
      ...alertBlocks(incident, words),
      ...findingBlocks(input, words),
      ...diagnosisBlocks(incident, words),
      ...timelineBlocks(input, words),
      ...actionBlocks(input.incident, words),
      ...appendixBlocks(input.incident, words),
    ],
  };
}

/** The worst first; the same finding of the same run is shown once. */
function findingsOf(incident: Incident): Finding[] {
  const findings = incident.entries.flatMap((entry) => (entry.kind === 'finding' ? [entry.finding] : []));
  const once = [
    ...new Map(findings.map((finding) => [`${JSON.stringify(finding.origin)} ${finding.id}`, finding])).values(),
  ];
  return once.sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
}

function summaryBlocks({ incident }: ReportInput, { t, host, time }: Words): ReportBlock[] {
  const findings = findingsOf(incident);
  const counts = [
    t('findingsCount', { count: findings.length }),
    t('actionsCount', { count: lastRuns(incident).length }),
    t('evidenceCount', { count: keptEvidence(incident).length }),
  ];
  return [
    { kind: 'heading', level: 2, text: t('summary') },
    {
      kind: 'facts',
      rows: [
        [t('state'), t(incident.state === 'open' ? 'stateOpen' : 'stateClosed')],
        [t('severityLabel'), incident.severity ? t(`severity.${incident.severity}`) : '–'],
        [t('opened'), time(incident.openedAtMs)],
        [t('updated'), time(incident.updatedAtMs)],
        [t('nodes'), incident.hostIds.map(host).join(', ') || '–'],
        [t('counts'), counts.join(', ')],
      ],
    },
  ];
}

function findingBlocks({ incident }: ReportInput, { t, text, host, time }: Words): ReportBlock[] {
  const findings = findingsOf(incident);
  const heading: ReportBlock = { kind: 'heading', level: 2, text: t('findings') };
  if (findings.length === 0) return [heading, { kind: 'paragraph', text: t('noFindings'), isQuiet: true }];
  return [
    heading,
    ...findings.flatMap((finding): ReportBlock[] => {
      const { code, severity, state } = finding;
      const facts: Array<[string, string]> = [
        [t('findingSeverity'), `${t(`severity.${severity}`)} · ${t(`health.${state}`)}`],
        [t('node'), host(finding.hostId)],
        [t('observed'), time(finding.observedAtMs)],
      ];
      if (finding.subjects.length > 0) facts.push([t('subjects'), finding.subjects.join(', ')]);
      const values = finding.evidence.map((reference) => {
        const { value, argv } = evidenceValue(reference, incident, finding.hostId);
        const what = [reference.probeId, reference.factPath].filter(Boolean).join(' ');
        return [what, value ?? (reference.factPath ? t('notKept') : '–'), argv ? commandLine(argv) : '–'];
      });
      return [
        { kind: 'heading', level: 3, text: t('finding', { code, title: text(finding.title) }), severity },
        { kind: 'facts', rows: facts },
        { kind: 'paragraph', text: text(finding.explanation) },
        ...labelled(t('cautions'), (finding.cautions ?? []).map(text)),
        ...labelled(t('advice'), finding.advice.map(text)),
        ...labelledTable(
          t('evidenceValues'),
          [t('factColumn'), t('valueColumn'), t('commandColumn')],
          values,
          [0, 1, 2],
        ),
        ...labelled(t('sources'), finding.sources),
      ];
    }),
  ];
}

function timelineBlocks({ incident }: ReportInput, words: Words): ReportBlock[] {
  const { t, time } = words;
  return [
    { kind: 'heading', level: 2, text: t('timeline') },
    {
      kind: 'table',
      head: [t('timeColumn'), t('eventColumn')],
      rows: incident.entries.map((entry) => [time(entry.atMs), eventText(entry, words)]),
    },
  ];
}

function eventText(entry: IncidentEntry, words: Words): string {
  const { t, text, message, host, action, tree } = words;
  switch (entry.kind) {
    case 'opened':
      return t('eventOpened');
    case 'note':
      return `${t('eventNote', { author: entry.author })}\n${entry.text}`;
    case 'finding': {
      const { code, severity, hostId, title } = entry.finding;
      const params = { code, severity: t(`severity.${severity}`), host: host(hostId), title: text(title) };
      return t('eventFinding', params);
    }
    case 'diagnosis': {
      const { treeId, hostId, state, isWhatIf } = entry.run;
      const params = { tree: tree(treeId), host: host(hostId), state: t(`diagnosisState.${state}`) };
      return t(isWhatIf ? 'eventDiagnosisWhatIf' : 'eventDiagnosis', params);
    }
    case 'evidence': {
      const { probeId: probe, hostId } = entry.result;
      const state = message({ key: `diagnosis.probeStates.${entry.result.state}` });
      return t('eventEvidence', { probe, host: host(hostId), state });
    }
    case 'action': {
      const { plan, state } = entry.run;
      const params = { action: action(plan.actionId), host: host(plan.hostId), state: t(`runState.${state}`) };
      return t('eventAction', params);
    }
    case 'alert':
      return alertText(entry, words);
    case 'closed':
      return entry.reason === '' ? t('eventClosed') : t('eventClosedReason', { reason: entry.reason });
    case 'reopened':
      return entry.reason === '' ? t('eventReopened') : t('eventReopenedReason', { reason: entry.reason });
  }
}
