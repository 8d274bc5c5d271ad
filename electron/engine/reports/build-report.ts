import type { ActionRun } from '#shared/domain/action';
import type { Finding } from '#shared/domain/finding';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { type Language, type LocalizedText, localize, printable } from '#shared/domain/text';
import { createTranslator } from '#shared/i18n/translator';
import { allActions } from '../actions/all';
import { commandLine } from '../hosts/quote';
import { evidenceValue } from './evidence-values';
import { type KeptEvidence, keptEvidence } from './kept-evidence';
import type { ReportBlock, ReportModel } from './report-model';

export interface ReportInput {
  /** Redacted already where that is wanted; whatever is in here may be shown. */
  readonly incident: Incident;
  readonly hostNames: ReadonlyMap<string, string>;
  readonly language: Language;
  readonly madeAtMs: number;
  /** How many values are hidden; null when redaction is off. */
  readonly hiddenCount: number | null;
  /** Title of a diagnosis, where it is known. */
  readonly treeTitle?: (treeId: string) => LocalizedText | null;
}

/** Shown of one output, and of all together; the bundle has everything. */
const maxOutputLength = 20_000;
const maxAppendixLength = 400_000;

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
      ...findingBlocks(input, words),
      ...timelineBlocks(input, words),
      ...actionBlocks(input, words),
      ...appendixBlocks(input, words),
    ],
  };
}

interface Words {
  t(key: string, params?: Record<string, string | number>): string;
  text(text: LocalizedText): string;
  host(hostId: string): string;
  action(actionId: string): string;
  tree(treeId: string): string;
  time(ms: number): string;
}

function wordsFor({ language, hostNames, treeTitle }: ReportInput): Words {
  const translate = createTranslator(language);
  return {
    t: (key, params) => translate({ key: `reports.${key}`, ...(params ? { params } : {}) }),
    text: (text) => localize(text, language),
    host: (hostId) => hostNames.get(hostId) ?? hostId,
    action: (actionId) => {
      const title = allActions.find((action) => action.id === actionId)?.knowledge.title;
      return title ? localize(title, language) : actionId;
    },
    tree: (treeId) => {
      const title = treeTitle?.(treeId);
      return title ? localize(title, language) : treeId;
    },
    time: (ms) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  };
}

/** The last state of each run on the timeline: it is there once as started and once as ended. */
function lastRuns(incident: Incident): ActionRun[] {
  const runs = new Map<string, ActionRun>();
  for (const entry of incident.entries) if (entry.kind === 'action') runs.set(entry.run.id, entry.run);
  return [...runs.values()];
}

/** The worst first; the same finding of the same run is shown once. */
function findingsOf(incident: Incident): Finding[] {
  const order = ['fatal', 'critical', 'warn', 'info'];
  const findings = incident.entries.flatMap((entry) => (entry.kind === 'finding' ? [entry.finding] : []));
  const once = [...new Map(findings.map((finding) => [`${finding.origin.runId} ${finding.id}`, finding])).values()];
  return once.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
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
        [t('severityLabel'), `${t(`severity.${severity}`)} · ${t(`health.${state}`)}`],
        [t('node'), host(finding.hostId)],
        [t('observed'), time(finding.observedAtMs)],
      ];
      if (finding.subjects.length > 0) facts.push([t('subjects'), finding.subjects.join(', ')]);
      const values = finding.evidence.map((reference) => {
        const { value, argv } = evidenceValue(reference, incident, finding.hostId);
        const what = [reference.probeId, reference.factPath].filter(Boolean).join(' ');
        return [what, value ?? t('notKept'), argv ? commandLine(argv) : '–'];
      });
      return [
        { kind: 'heading', level: 3, text: t('finding', { code, title: text(finding.title) }), severity },
        { kind: 'facts', rows: facts },
        { kind: 'paragraph', text: text(finding.explanation) },
        ...labelled(t('advice'), finding.advice.map(text)),
        ...(values.length === 0
          ? []
          : [
              { kind: 'label' as const, text: t('evidenceValues') },
              {
                kind: 'table' as const,
                head: [t('factColumn'), t('valueColumn'), t('commandColumn')],
                rows: values,
                codeColumns: [0, 1, 2],
              },
            ]),
        ...labelled(t('sources'), finding.sources),
      ];
    }),
  ];
}

function labelled(label: string, items: readonly string[]): ReportBlock[] {
  return items.length === 0
    ? []
    : [
        { kind: 'label', text: label },
        { kind: 'list', items },
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

function eventText(entry: IncidentEntry, { t, text, host, action, tree }: Words): string {
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
      const { probeId: probe, hostId, state } = entry.result;
      return t('eventEvidence', { probe, host: host(hostId), state });
    }
    case 'action': {
      const { plan, state } = entry.run;
      const params = { action: action(plan.actionId), host: host(plan.hostId), state: t(`runState.${state}`) };
      return t('eventAction', params);
    }
    case 'closed':
      return entry.reason === '' ? t('eventClosed') : t('eventClosedReason', { reason: entry.reason });
    case 'reopened':
      return entry.reason === '' ? t('eventReopened') : t('eventReopenedReason', { reason: entry.reason });
  }
}

function actionBlocks({ incident }: ReportInput, words: Words): ReportBlock[] {
  const { t } = words;
  const runs = lastRuns(incident);
  const heading: ReportBlock = { kind: 'heading', level: 2, text: t('actions') };
  if (runs.length === 0) return [heading, { kind: 'paragraph', text: t('noActions'), isQuiet: true }];
  return [heading, ...runs.flatMap((run) => runBlocks(run, words))];
}

function runBlocks(run: ActionRun, { t, text, host, action, time }: Words): ReportBlock[] {
  const { plan, verification } = run;
  const verified =
    verification &&
    t({ pass: 'verified', fail: 'notVerified', unknown: 'notKnown' }[verification.outcome], {
      detail: text(verification.detail),
    });
  const steps = plan.steps.map((step) => {
    const done = run.steps.find((one) => one.id === step.id);
    const what = step.kind === 'command' ? step.commandLine : step.path;
    const state = t(`stepState.${done?.state ?? 'pending'}`);
    return [text(step.title), done?.detail ? `${state}: ${text(done.detail)}` : state, what];
  });
  return [
    { kind: 'heading', level: 3, text: t('actionOn', { action: action(plan.actionId), host: host(plan.hostId) }) },
    {
      kind: 'facts',
      rows: [
        [t('outcome'), t(`runState.${run.state}`)],
        [t('risk'), t(`riskName.${plan.risk}`)],
        [t('started'), time(run.startedAtMs)],
        [t('finished'), run.finishedAtMs === null ? '–' : time(run.finishedAtMs)],
        [t('parameters'), JSON.stringify(plan.parameters)],
      ],
    },
    ...labelled(
      t('before'),
      plan.checks.map((check) => `${text(check.title)} (${t(`checkOutcome.${check.outcome}`)}): ${text(check.detail)}`),
    ),
    { kind: 'label', text: t('steps') },
    ...steps.flatMap(([title = '', state = '', what = '']): ReportBlock[] => [
      { kind: 'paragraph', text: `${title} – ${state}` },
      { kind: 'code', text: shortened(what) },
    ]),
    ...plan.steps.flatMap((step): ReportBlock[] => (step.kind === 'file' ? [{ kind: 'code', text: step.diff }] : [])),
    ...(verified ? labelled(t('after'), [verified]) : []),
  ];
}

/** The programs that ran are long; how they begin tells which they are, the JSON has them whole. */
function shortened(text: string): string {
  return text.length > 2000 ? `${text.slice(0, 2000)}\n…` : text;
}

function appendixBlocks({ incident }: ReportInput, words: Words): ReportBlock[] {
  const { t } = words;
  const kept = keptEvidence(incident);
  const heading: ReportBlock = { kind: 'heading', level: 2, text: t('appendix') };
  if (kept.length === 0) return [heading, { kind: 'paragraph', text: t('noEvidence'), isQuiet: true }];
  const blocks: ReportBlock[] = [heading];
  let length = 0;
  let leftOut = 0;
  for (const [index, one] of kept.entries()) {
    if (length >= maxAppendixLength) {
      leftOut += 1;
      continue;
    }
    const { stdoutText, stderrText } = one.evidence;
    length += Math.min(stdoutText.length, maxOutputLength) + Math.min(stderrText.length, maxOutputLength);
    blocks.push(...outputBlocks(one, index + 1, words));
  }
  if (leftOut > 0) blocks.push({ kind: 'paragraph', text: t('leftOut', { count: leftOut }) });
  return blocks;
}

function outputBlocks(
  { evidence, file, errorFile }: KeptEvidence,
  number: number,
  { t, host, time }: Words,
): ReportBlock[] {
  const { record, stdoutText, stderrText } = evidence;
  const command = printable(shortened(commandLine(record.argv)))
    .replace(/\s+/g, ' ')
    .slice(0, 160);
  const facts = {
    host: host(evidence.hostId),
    probe: evidence.probeId ?? record.commandId,
    time: time(record.startedAtMs),
    state: t(`commandState.${record.state}`),
    exitCode: record.exitCode ?? '–',
    durationMs: Math.round(record.durationMs),
  };
  const part = (output: string, name: string): ReportBlock[] => {
    if (output === '') return [];
    const isCut = output.length > maxOutputLength;
    const cut = { shown: maxOutputLength, total: output.length, file: name };
    return [
      { kind: 'code', text: isCut ? output.slice(0, maxOutputLength) : output },
      ...(isCut ? [{ kind: 'paragraph' as const, text: t('cut', cut), isQuiet: true }] : []),
    ];
  };
  return [
    { kind: 'heading', level: 3, text: t('output', { number, command }) },
    { kind: 'paragraph', text: t('outputFacts', facts), isQuiet: true },
    ...part(stdoutText, file),
    ...(stderrText === '' ? [] : [{ kind: 'label' as const, text: t('errorOutput') }, ...part(stderrText, errorFile)]),
    ...(stdoutText === '' && stderrText === ''
      ? [{ kind: 'paragraph' as const, text: t('noOutput'), isQuiet: true }]
      : []),
    ...(record.isTruncated ? [{ kind: 'paragraph' as const, text: t('cutOnNode'), isQuiet: true }] : []),
  ];
}
