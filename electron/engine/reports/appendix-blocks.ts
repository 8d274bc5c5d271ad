import { printable } from '#shared/domain/text';
import { commandLine } from '../hosts/quote';
import { type KeptEvidence, keptEvidence } from './kept-evidence';
import type { ReportBlock } from './report-model';
import type { ReportInput, Words } from './report-words';

/** Shown of one output, and of all together; the bundle has everything. */
const maxOutputLength = 20_000;
const maxAppendixLength = 400_000;

/** Every command with what it printed, as far as it can be read on paper. */
export function appendixBlocks(
  { incident, hashes }: Pick<ReportInput, 'incident' | 'hashes'>,
  words: Words,
): ReportBlock[] {
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
    blocks.push(...outputBlocks(one, index + 1, hashes?.get(one.evidence.id) ?? null, words));
  }
  if (leftOut > 0) blocks.push({ kind: 'paragraph', text: t('leftOut', { count: leftOut }) });
  return blocks;
}

function outputBlocks(
  { evidence, file, errorFile }: KeptEvidence,
  number: number,
  hash: string | null,
  { t, host, time }: Words,
): ReportBlock[] {
  const { record, stdoutText, stderrText } = evidence;
  const command = printable(commandLine(record.argv)).replace(/\s+/g, ' ').slice(0, 160);
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
    ...(hash === null ? [] : [{ kind: 'paragraph' as const, text: t('outputHash', { hash }), isQuiet: true }]),
    ...part(stdoutText, file),
    ...(stderrText === '' ? [] : [{ kind: 'label' as const, text: t('errorOutput') }, ...part(stderrText, errorFile)]),
    ...(stdoutText === '' && stderrText === ''
      ? [{ kind: 'paragraph' as const, text: t('noOutput'), isQuiet: true }]
      : []),
    ...(record.isTruncated ? [{ kind: 'paragraph' as const, text: t('cutOnNode'), isQuiet: true }] : []),
  ];
}
