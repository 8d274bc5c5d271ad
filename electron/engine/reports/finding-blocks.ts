import { fittingChangeWords } from '#shared/domain/scan/scan-change-words';
import { commandLine } from '../hosts/quote';
import type { RankedFinding } from './cause';
import { evidenceValue } from './evidence-values';
import { labelled, labelledTable, type ReportBlock } from './report-model';
import type { ReportInput, Words } from './report-words';

/** More than anybody reads; the JSON has them all. */
const shownFindings = 60;

/** Causes first, each with what it stands on, then what they explain. */
export function findingBlocks(
  { incident }: ReportInput,
  ranked: readonly RankedFinding[],
  { t, text, message, say, host, time }: Words,
): ReportBlock[] {
  const heading: ReportBlock = { kind: 'heading', level: 2, text: t('causeAndEvidence') };
  if (ranked.length === 0) return [heading, { kind: 'paragraph', text: t('noFindings'), isQuiet: true }];
  const rest = ranked.length - shownFindings;
  return [
    heading,
    ...ranked.slice(0, shownFindings).flatMap(({ finding, explainedBy }): ReportBlock[] => {
      const { code, severity, state } = finding;
      const facts: Array<[string, string]> = [
        [t('findingSeverity'), `${t(`severity.${severity}`)} · ${t(`health.${state}`)}`],
        [t('node'), host(finding.hostId)],
        [t('observed'), time(finding.observedAtMs)],
      ];
      if (explainedBy) {
        const params = { code: explainedBy.code, title: text(explainedBy.title) };
        facts.unshift([t('relation'), t('consequenceOf', params)]);
      }
      if (finding.sinceMs) facts.push([t('since'), time(finding.sinceMs)]);
      if (finding.subjects.length > 0) facts.push([t('subjects'), finding.subjects.join(', ')]);
      const values = finding.evidence.map((reference) => {
        const { value, argv } = evidenceValue(reference, incident, finding.hostId);
        const what = [reference.probeId, reference.factPath].filter(Boolean).join(' ');
        return [what, value ?? (reference.factPath ? t('notKept') : '–'), argv ? shortCommand(argv) : '–'];
      });
      return [
        { kind: 'heading', level: 3, text: t('finding', { code, title: text(finding.title) }), severity },
        { kind: 'facts', rows: facts },
        { kind: 'paragraph', text: text(finding.explanation) },
        ...labelled(
          say('findings.changes'),
          (finding.changes ?? []).map((change) => fittingChangeWords(change, message)),
        ),
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
    ...(rest > 0 ? [{ kind: 'paragraph' as const, text: t('moreFindings', { count: rest }), isQuiet: true }] : []),
  ];
}

/** A program over several lines would fill a page of a narrow column; the appendix and the bundle have it. */
function shortCommand(argv: readonly string[]): string {
  const line = commandLine(argv).replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
