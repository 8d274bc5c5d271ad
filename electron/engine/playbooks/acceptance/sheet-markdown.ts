import type { AcceptanceSheet } from '#shared/domain/playbook/acceptance';
import { type Language, type LocalizedText, localize } from '#shared/domain/text';
import { say } from '../words';

const outcomeWords = { met: 'sheetMet', 'not-met': 'sheetNotMet', unknown: 'sheetUnknown' } as const;
const versionWords = {
  system: 'sheetSystem',
  kernel: 'sheetKernel',
  driver: 'sheetDriver',
  cuda: 'sheetCuda',
  docker: 'sheetDocker',
  toolkit: 'sheetToolkit',
} as const;

/** A sheet to read, sign and file. */
export function sheetMarkdown(sheet: AcceptanceSheet, language: Language): string {
  const words = (text: LocalizedText) => cell(localize(text, language));
  const maybe = (text: LocalizedText | null) => (text ? words(text) : '–');
  const time = (atMs: number) => new Date(atMs).toISOString();
  const outcome = (one: keyof typeof outcomeWords) => words(say(outcomeWords[one]));
  const { signedOff, gpuListing } = sheet;
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = row([say('sheetStep'), say('sheetExpected'), say('sheetMeasured'), say('sheetOutcome')].map(words));
  return [
    `# ${words(say('sheetTitle', { playbook: localize(sheet.title, language), host: sheet.hostName }))}`,
    '',
    `**${outcome(sheet.outcome)}**, ${time(sheet.madeAtMs)}, ${sheet.rolloutId}`,
    '',
    head,
    row(['---', '---', '---', '---']),
    ...sheet.steps.flatMap((step) => [
      row([words(step.title), maybe(step.expected), maybe(step.measured), outcome(step.outcome)]),
      ...step.values.map((value) =>
        row([`↳ ${words(value.title)}`, maybe(value.expected), maybe(value.measured), outcome(value.outcome)]),
      ),
    ]),
    '',
    row([say('sheetVersion'), say('sheetMeasured'), say('sheetReadAt')].map(words)),
    row(['---', '---', '---']),
    ...sheet.versions.map(({ id, value, observedAtMs }) =>
      row([words(say(versionWords[id])), value === null ? '–' : cell(value), observedAtMs ? time(observedAtMs) : '–']),
    ),
    '',
    '## nvidia-smi -L',
    '',
    gpuListing ? gpuListing.text.replace(/^/gm, '    ') : words(say('sheetNoListing')),
    '',
    signedOff
      ? words(say('sheetSigned', { operator: signedOff.operator, at: time(signedOff.atMs), note: signedOff.note }))
      : words(say('sheetUnsigned')),
    '',
  ].join('\n');
}

/** What a node printed stays in its cell and is text. */
function cell(text: string): string {
  const short = text.length > 400 ? `${text.slice(0, 400)}…` : text;
  return short.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
