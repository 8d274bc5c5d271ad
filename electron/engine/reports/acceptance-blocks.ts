import type { Incident } from '#shared/domain/incident';
import type { AcceptanceLine, AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import type { LocalizedText, Message } from '#shared/domain/text';
import { labelledTable, type ReportBlock } from './report-model';
import { utcTime, type Words } from './report-words';

/** What of `Words` a sheet needs; its own export has no incident. */
export interface SheetWords {
  say(key: string, params?: Record<string, string>): string;
  text(text: LocalizedText): string;
  message(message: Message): string;
}

/** Sheets that were put on the timeline, each as it was then. */
export function acceptanceBlocks({ entries }: Pick<Incident, 'entries'>, words: Words): ReportBlock[] {
  const sheets = entries.flatMap((entry) => (entry.kind === 'acceptance' ? [entry.sheet] : []));
  if (sheets.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: words.t('acceptance') },
    ...sheets.flatMap((sheet): ReportBlock[] => [
      {
        kind: 'heading',
        level: 3,
        text: words.t('actionOn', { action: words.text(sheet.title), host: words.host(sheet.hostId) }),
      },
      ...sheetBlocks(sheet, words),
    ]),
  ];
}

const dash = '–';

/** One sheet: what was wanted and measured, versions, packages, GPUs, who accepted it, and the command behind each value. */
export function sheetBlocks(sheet: AcceptanceSheet, { say, text, message }: SheetWords): ReportBlock[] {
  const word = (key: string) => say(`rollouts.acceptance.${key}`);
  const { steps, versions, packages, gpuListing, signedOff, digest } = sheet;
  const outcome = (one: AcceptanceLine['outcome'] | null) =>
    one === null ? word('notJudged') : word(`outcome.${one}`);
  const maybe = (one: LocalizedText | null) => (one ? text(one) : dash);
  /** Each output once, by the number that rows name. */
  const traced = new Map<string, string>();
  const trace = (evidence: AcceptanceLine['evidence']) =>
    evidence
      .map(({ commandLine, evidenceId }) => {
        traced.set(evidenceId, commandLine);
        return `[${[...traced.keys()].indexOf(evidenceId) + 1}]`;
      })
      .join(' ');
  const line = (title: string, one: AcceptanceLine) => [
    title,
    maybe(one.expected),
    maybe(one.measured),
    outcome(one.outcome),
    trace(one.evidence),
  ];
  const body: ReportBlock[] = [
    {
      kind: 'facts',
      rows: [
        [word('result'), outcome(sheet.outcome)],
        [word('made'), utcTime(sheet.madeAtMs)],
        [word('digest'), digest],
        [
          word('signature'),
          signedOff
            ? [
                say('rollouts.acceptance.signed', { operator: signedOff.operator, at: utcTime(signedOff.atMs) }),
                signedOff.note,
                signedOff.isSame === false ? word('signedOther') : '',
              ]
                .filter((part) => part !== '')
                .join(' ')
            : word('unsigned'),
        ],
      ],
    },
    ...labelledTable(
      word('steps'),
      [word('step'), word('wanted'), word('measured'), word('outcomeColumn'), word('traced')],
      steps.flatMap((step) => [
        line(text(step.title), step),
        ...step.values.map((value) => line(`↳ ${text(value.title)}`, value)),
      ]),
    ),
    ...labelledTable(
      word('versions'),
      [word('version'), word('wanted'), word('measured'), word('outcomeColumn'), word('why'), word('traced')],
      versions.map(({ id, expected, measured, outcome: judged, reason, source, evidence }) => [
        word(`versionName.${id}`),
        maybe(expected),
        measured ? text(measured) : word('notTold'),
        outcome(judged),
        [reason ? message(reason) : '', source ?? ''].filter((part) => part !== '').join('\n') || dash,
        trace(evidence),
      ]),
    ),
    ...labelledTable(
      word('packages'),
      [word('package'), word('wanted'), word('measured'), word('outcomeColumn')],
      packages.map(({ name, chosen, now, outcome: judged }) => [name, chosen ?? dash, now ?? dash, outcome(judged)]),
      [0, 1, 2],
    ),
    { kind: 'label', text: 'nvidia-smi -L' },
    gpuListing ? { kind: 'code', text: gpuListing.text } : { kind: 'paragraph', text: word('noListing') },
  ];
  const commands = [...traced].map(([evidenceId, commandLine], at) => [
    `[${at + 1}]`,
    shortened(commandLine),
    evidenceId,
  ]);
  return [
    ...body,
    ...labelledTable(word('commands'), [word('traced'), word('command'), word('evidence')], commands, [1, 2]),
  ];
}

/** Programs that ran are long; how they begin tells which they are. */
function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
