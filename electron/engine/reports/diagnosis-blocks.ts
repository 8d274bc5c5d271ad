import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { Incident } from '#shared/domain/incident';
import type { LogEvidence } from '#shared/domain/kernel-log/log-evidence';
import { labelled, labelledTable, type ReportBlock } from './report-model';
import type { Words } from './report-words';

/** How each diagnosis went: the steps it took with the reasons, and what was answered. */
export function diagnosisBlocks(incident: Incident, words: Words): ReportBlock[] {
  const runs = new Map(
    incident.entries.flatMap((entry) => (entry.kind === 'diagnosis' ? [[entry.run.id, entry.run]] : [])),
  );
  if (runs.size === 0) return [];
  return [
    { kind: 'heading', level: 2, text: words.t('diagnoses') },
    ...[...runs.values()].flatMap((run) => runBlocks(run, words)),
  ];
}

function runBlocks(run: DiagnosisRun, words: Words): ReportBlock[] {
  const { t, text, host, tree, time } = words;
  const steps = words.steps(run);
  const path = run.path.map((visit) => {
    const step = steps.get(visit.stepId);
    const taken = visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
    const title = step ? text(step.title) : visit.stepId;
    const line = taken ? `${title} → ${text(taken.reason ?? taken.label)}` : title;
    return visit.isForced ? t('assumedStep', { step: line }) : line;
  });
  const answers = run.path.flatMap((visit) =>
    visit.answers ? words.values(steps.get(visit.stepId)?.fields ?? [], visit.answers) : [],
  );
  return [
    { kind: 'heading', level: 3, text: t('diagnosisOn', { tree: tree(run.treeId), host: host(run.hostId) }) },
    {
      kind: 'facts',
      rows: [
        [t('outcome'), run.isWhatIf ? t('hypothetical') : t(`diagnosisState.${run.state}`)],
        [t('started'), time(run.startedAtMs)],
      ],
    },
    ...logLineBlocks(run.logLine ?? null, words),
    ...labelled(t('path'), path),
    ...labelledTable(t('answers'), [t('question'), t('answer')], answers),
  ];
}

/** The line of the kernel log it was started for, and what that means among those around it. */
function logLineBlocks(logLine: LogEvidence | null, { t, text, time }: Words): ReportBlock[] {
  if (logLine === null) return [];
  const { line, atMs, entry, cause, says } = logLine;
  const told = [
    ...(atMs === null ? [] : [time(atMs)]),
    ...(entry ? [text(entry.name), text(entry.meaning)] : []),
    ...(cause ? [t('echoOf', { line: cause.text })] : []),
    ...says.map(text),
  ];
  return [{ kind: 'label', text: t('logLine') }, { kind: 'code', text: line }, ...labelled(t('logLineSays'), told)];
}
