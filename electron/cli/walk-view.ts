import type { DiagnosisRun } from '#shared/domain/diagnosis';
import type { Finding, SuggestedAction } from '#shared/domain/finding';
import type { LogEvidence } from '#shared/domain/kernel-log/log-evidence';
import { fittingChangeWords } from '#shared/domain/scan/scan-change-words';
import { commandLine } from '../engine/hosts/quote';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';

/** The command line for an action that a finding suggests. A value may come from the node: quoted, it runs nothing. */
export function actionCommand(action: Pick<SuggestedAction, 'actionId' | 'parameters'>, hostName: string): string {
  const set = Object.entries(action.parameters).flatMap(([name, value]) => [
    '--set',
    `${name}=${JSON.stringify(value)}`,
  ]);
  return commandLine(['gantry', 'action', 'plan', action.actionId, hostName, ...set]);
}

/** What was changed before a finding and may be related. */
export function changeLines(context: CliContext, { changes = [] }: Pick<Finding, 'changes'>): string[] {
  if (changes.length === 0) return [];
  const lines = changes.map((one) => `  ${fittingChangeWords(one, context.say)}`);
  return [`~ ${context.say({ key: 'findings.changes' })}:`, ...lines];
}

/** Prints a walk as it stands, and says by the exit code what it came to; what only follows from an assumption is no finding. */
export function finishWalk(context: CliContext, walk: DiagnosisRun, hostName: string, json = false): void {
  const isUnjudged = walk.state !== 'concluded' || walk.findings.some(({ state }) => state === 'unknown');
  const hasFinding = walk.findings.some(
    ({ severity, state }) => severity !== 'info' && state !== 'healthy' && state !== 'unknown',
  );
  if (walk.isWhatIf) context.setExitCode(exitCodes.fine);
  else if (isUnjudged) context.setExitCode(exitCodes.couldNotJudge);
  else if (hasFinding) context.setExitCode(exitCodes.findings);
  if (json) {
    context.json(walk);
    return;
  }
  if (walk.isWhatIf) printAssumption(context, walk);
  if (walk.logLine) printLogLine(context, walk.logLine);
  for (const visit of walk.path) {
    const taken = visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
    context.print(`${visit.stepId}${taken ? ` -> ${taken.to}: ${context.text(taken.reason ?? taken.label)}` : ''}`);
  }
  if (walk.question) context.print(`${walk.question.stepId} ?`);
  if (walk.error) context.print(context.say(walk.error));
  for (const finding of walk.findings) {
    context.print(
      `\n${finding.code} [${finding.severity}, ${finding.state}] ${context.text(finding.title)}\n  ${context.text(finding.explanation).replace(/\n/g, '\n  ')}`,
    );
    for (const line of changeLines(context, finding)) context.print(`  ${line}`);
    for (const caution of finding.cautions ?? []) context.print(`  ! ${context.text(caution)}`);
    for (const advice of finding.advice) context.print(`  - ${context.text(advice)}`);
    if (walk.isWhatIf) continue;
    for (const action of finding.actions) context.print(`  $ ${actionCommand(action, hostName)}`);
    for (const treeId of finding.trees ?? []) {
      context.print(`  > ${commandLine(['gantry', 'diagnose', 'run', treeId, hostName])}`);
    }
  }
}

function printLogLine(context: CliContext, { line, entry, cause, says, tree }: LogEvidence): void {
  context.print(`${context.say({ key: 'kernelLog.startedFor' })}: ${line}`);
  if (entry === null) context.print(`  ${context.say({ key: 'kernelLog.unknownLine' })}`);
  else context.print(`  ${context.text(entry.name)}: ${context.text(entry.meaning)}`);
  if (cause) context.print(`  ${context.say({ key: 'kernelLog.echoOf', params: { what: cause.text } })}`);
  for (const one of says) {
    context.print(`  ${context.say({ key: 'kernelLog.together', params: { says: context.text(one) } })}`);
  }
  if (tree !== null) context.print(`  ${context.say({ key: 'kernelLog.column.tree' })}: ${tree}`);
  context.print('');
}

function printAssumption(context: CliContext, { assumedFacts = [] }: DiagnosisRun): void {
  const isFact = assumedFacts.length > 0;
  context.print(context.say({ key: isFact ? 'diagnoseScreen.whatIfFacts' : 'cli.whatIf' }));
  for (const { probeId, path, value } of assumedFacts) context.print(`  ${probeId}: ${path} = ${String(value)}`);
  context.print('');
}
