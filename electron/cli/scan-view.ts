import { isJudgedWhole, notWalked, type RankedFinding, type Scan, type ScanNode } from '#shared/domain/scan/scan';
import type { ScanChange } from '#shared/domain/scan/scan-change';
import { scanChangeWords } from '#shared/domain/scan/scan-change-words';
import { commandLine } from '../engine/hosts/quote';
import type { CliContext } from './context';
import { clockTime } from './format';
import { actionCommand, changeLines } from './walk-view';

/** What a scan found, then what it could not judge; consequences are set in under their cause. */
export function printScan(context: CliContext, scan: Scan, names: ReadonlyMap<string, string>): void {
  const nameOf = (hostId: string) => names.get(hostId) ?? hostId;
  if (scan.ranked.length === 0) context.print(context.say({ key: 'scan.nothingFound' }));
  else context.print(`${context.say({ key: 'scan.findings' })}:`);
  const depths = new Map<string, number>();
  for (const ranked of scan.ranked) {
    const depth = ranked.causeId === null ? 0 : (depths.get(ranked.causeId) ?? 0) + 1;
    depths.set(ranked.finding.id, depth);
    const { hostId } = ranked.finding;
    printFinding(context, ranked, { host: nameOf(hostId), depth, isFinal: isJudgedWhole(scan, hostId) });
  }
  for (const node of scan.nodes) printChanges(context, node, nameOf(node.hostId));
  const unjudged = unjudgedLines(context, scan, nameOf);
  if (unjudged.length > 0) context.print(`\n${context.say({ key: 'scan.unjudged' })}:`);
  for (const line of unjudged) context.print(`  ${line}`);
  if (scan.healthy.length > 0) {
    context.print(`\n${context.say({ key: 'scan.healthy', params: { count: scan.healthy.length } })}`);
  }
}

function printFinding(
  context: CliContext,
  ranked: RankedFinding,
  { host, depth, isFinal }: { host: string; depth: number; isFinal: boolean },
): void {
  const { finding, treeIds, because, isRootCause, locality } = ranked;
  const indent = '    '.repeat(depth);
  const line = (text: string) => context.print(`${indent}  ${text.replace(/\n/g, `\n${indent}  `)}`);
  const role =
    because !== null
      ? `${context.say({ key: 'scan.consequence' })} (${context.say({ key: `scan.because.${because}` })}): `
      : isRootCause
        ? `${context.say({ key: isFinal ? 'scan.rootCause' : 'scan.rootCauseSoFar' })}: `
        : '';
  context.print(
    `\n${indent}${host}  ${finding.code} [${finding.severity}, ${finding.state}] ${role}${context.text(finding.title)}`,
  );
  line(context.text(finding.explanation));
  if (locality) line(context.say({ key: `scan.locality.${locality.kind}`, params: { count: locality.count } }));
  line(context.say({ key: 'scan.foundBy', params: { trees: treeIds.join(', ') } }));
  // What to do about a consequence is to mend its cause; the rest is a walk away.
  if (because === null) {
    for (const change of changeLines(context, finding)) line(change);
    for (const caution of finding.cautions ?? []) line(`! ${context.text(caution)}`);
    for (const advice of finding.advice) line(`- ${context.text(advice)}`);
    for (const action of finding.actions) line(`$ ${actionCommand(action, host)}`);
  }
  if ('runId' in finding.origin) line(`> ${commandLine(['gantry', 'diagnose', 'show', finding.origin.runId])}`);
}

function printChanges(context: CliContext, { changes }: ScanNode, host: string): void {
  if (changes.length === 0) return;
  context.print(`\n${context.say({ key: 'scan.changes', params: { host } })}:`);
  for (const change of changes) context.print(`  ${scanChangeText(context, change)}`);
}

function scanChangeText(context: CliContext, change: ScanChange): string {
  const words = scanChangeWords(change, context.say);
  return 'atMs' in change ? `${clockTime(change.atMs)}  ${words}` : words;
}

function unjudgedLines(context: CliContext, { nodes, unjudged }: Scan, nameOf: (hostId: string) => string): string[] {
  const ofNodes = nodes.flatMap(({ hostId, state, error }) => {
    if (state === 'done') return [];
    const words = error ? context.say(error) : context.say({ key: `scan.nodeState.${state}` });
    return [`${nameOf(hostId)}: ${words}`];
  });
  const ofFindings = unjudged.map(
    ({ finding, treeIds }) =>
      `${nameOf(finding.hostId)}  ${finding.code} ${context.text(finding.title)} (${treeIds.join(', ')})`,
  );
  const ofProbes = nodes.flatMap(({ hostId, unread }) =>
    unread.map(({ probeId, state, reason }) => {
      const words = context.say({ key: 'scan.probeUnread', params: { probe: probeId } });
      return `${nameOf(hostId)}  ${words} [${state}]${reason ? `: ${context.say(reason)}` : ''}`;
    }),
  );
  const ofWalks = nodes.flatMap((node) => {
    const host = nameOf(node.hostId);
    const asking = node.walks.flatMap(({ treeId, state, question, runId }) => {
      if (state !== 'waiting' || question === null) return [];
      const words = context.say({ key: 'scan.asks', params: { question: context.text(question.title) } });
      return [`${host}  ${treeId} ${words}\n    > ${commandLine(['gantry', 'diagnose', 'show', runId])}`];
    });
    const listed = notWalked(node).map(
      ({ reason, treeIds }) => `${host}  ${treeIds.join(', ')}: ${context.say(reason)}`,
    );
    return [...asking, ...listed];
  });
  return [...ofNodes, ...ofFindings, ...ofProbes, ...ofWalks];
}
