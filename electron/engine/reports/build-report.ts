import type { Incident } from '#shared/domain/incident';
import { acceptanceBlocks } from './acceptance-blocks';
import { actionBlocks, lastRuns } from './action-blocks';
import { alertBlocks } from './alert-blocks';
import { appendixBlocks } from './appendix-blocks';
import { type RankedFinding, rankedFindings } from './cause';
import { diagnosisBlocks } from './diagnosis-blocks';
import { executiveBlocks } from './executive-blocks';
import { findingBlocks } from './finding-blocks';
import { keptEvidence } from './kept-evidence';
import { manualBlocks } from './manual-blocks';
import type { ReportBlock, ReportModel } from './report-model';
import { type ReportInput, type Words, wordsFor } from './report-words';
import { rmaBlocks } from './rma-blocks';
import { timelineBlocks } from './timeline-blocks';

/** Turns an incident into a report. Pure: the same incident and time give the same report. */
export function buildReport(input: ReportInput): ReportModel {
  const words = wordsFor(input);
  const { t } = words;
  const { incident, hiddenCount } = input;
  const ranked = rankedFindings(incident);
  const body = [
    ...summaryBlocks(incident, ranked, words),
    ...findingBlocks(input, ranked, words),
    ...alertBlocks(incident, words),
    ...diagnosisBlocks(incident, words),
    ...timelineBlocks(incident, words),
    ...actionBlocks(incident, words),
    ...acceptanceBlocks(incident, words),
    ...manualBlocks(incident, words, input.photo ?? null),
    ...rmaBlocks(input, ranked, words),
    ...appendixBlocks(input, words),
  ];
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
      ...executiveBlocks(incident, ranked, words),
      {
        kind: 'contents',
        title: t('contents'),
        items: body.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block.text] : [])),
      },
      ...body,
    ],
  };
}

function summaryBlocks(incident: Incident, ranked: readonly RankedFinding[], { t, host, time }: Words): ReportBlock[] {
  const counts = [
    t('findingsCount', { count: ranked.length }),
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
