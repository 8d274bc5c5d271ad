import type { ManualWork } from '#shared/domain/manual/manual-work';
import { manualPhases } from '#shared/domain/manual/manual-work';
import { type Language, type LocalizedText, localize } from '#shared/domain/text';
import { translatorOf } from '#shared/i18n/translator';
import { renderHtml } from './render-html';
import type { ReportBlock } from './report-model';
import { utcTime } from './report-words';

const [box, ticked, left] = ['☐', '☑', '–'];
const line = '______________________________';
const shortLine = '_______________';

/** A page to print and carry to the node: what to bring, each step with a box, lines for serial numbers and names. */
export function workOrder({
  work,
  hostName,
  language,
  madeAtMs,
}: {
  work: ManualWork;
  hostName: string;
  language: Language;
  madeAtMs: number;
}): { fileName: string; html: string } {
  const translate = translatorOf(language);
  const t = (key: string, params?: Record<string, string | number>) =>
    translate({ key: `manualWork.${key}`, ...(params ? { params } : {}) });
  // On paper nothing is copied: commands need no marks of their own.
  const text = (words: LocalizedText) => localize(words, language).replaceAll('`', '');
  const { procedure, target } = work;
  const stepCell = ({ title, detail, caution }: ManualWork['procedure']['steps'][number]) =>
    [text(title), detail && text(detail), caution && `⚠ ${text(caution)}`].filter(Boolean).join('\n');
  const blocks: ReportBlock[] = [
    {
      kind: 'facts',
      rows: [
        [t('node'), hostName],
        ...(target
          ? [[t('target'), [target.slot, target.model, target.identity].filter(Boolean).join(' · ')] as const]
          : []),
        [t('power'), t(`powerState.${procedure.power}`)],
        [t('people'), String(procedure.persons)],
        [t('started'), `${utcTime(work.startedAtMs)} · ${work.startedBy}`],
      ],
    },
    { kind: 'paragraph', text: text(procedure.description) },
    ...(procedure.tools.length > 0
      ? ([{ kind: 'table', head: ['', t('tools')], rows: procedure.tools.map((tool) => [box, text(tool)]) }] as const)
      : []),
    ...manualPhases.flatMap((phase): ReportBlock[] => {
      const steps = procedure.steps.filter((step) => step.phase === phase);
      if (steps.length === 0) return [];
      return [
        { kind: 'heading', level: 2, text: t(`phase.${phase}`) },
        {
          kind: 'table',
          head: ['', t('step'), t('who')],
          rows: steps.map((step) => {
            const mark = work.steps[step.id];
            const sign = mark === undefined ? box : mark.state === 'done' ? ticked : left;
            return [
              sign,
              stepCell(step),
              mark ? [mark.by, utcTime(mark.atMs), mark.note].filter(Boolean).join('\n') : shortLine,
            ];
          }),
        },
      ];
    }),
    ...(procedure.serials.length > 0
      ? ([
          { kind: 'heading', level: 2, text: t('serials') },
          {
            kind: 'facts',
            rows: procedure.serials.map(
              ({ id, label }) => [text(label), work.serials.find((serial) => serial.id === id)?.value ?? line] as const,
            ),
          },
        ] as const)
      : []),
    ...(procedure.photos.length > 0
      ? ([
          {
            kind: 'table',
            head: ['', t('photos')],
            rows: procedure.photos.map(({ id, label, isRequired }) => [
              work.photos.some(({ slot }) => slot === id) ? ticked : box,
              `${text(label)}${isRequired ? '' : ` (${t('optional')})`}`,
            ]),
          },
        ] as const)
      : []),
    { kind: 'heading', level: 2, text: t('verification') },
    { kind: 'paragraph', text: text(procedure.verification) },
    {
      kind: 'facts',
      rows: [
        [t('signed'), line],
        [t('notes'), line],
      ],
    },
  ];
  const html = renderHtml({
    language,
    documentTitle: `${hostName} · ${text(procedure.title)}`,
    title: t('orderTitle', { procedure: text(procedure.title), host: hostName }),
    subtitle: t('orderMade', { time: utcTime(madeAtMs) }),
    note: t('orderNote'),
    blocks,
  });
  return { fileName: `gantry-${procedure.id}-${work.id.slice(0, 8)}`, html };
}
