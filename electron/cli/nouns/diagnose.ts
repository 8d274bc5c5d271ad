import type { Command } from 'commander';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import type { SuggestedAction } from '#shared/domain/finding';
import type { LogEvidence } from '#shared/domain/kernel-log/log-evidence';
import { commandLine } from '../../engine/hosts/quote';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import { parseAnswers } from '../parse-answers';
import type { Run } from '../run';
import { state } from '../table';
import { registerCompare } from './diagnose-compare';

interface RunOptions {
  answer?: string[];
  evidence?: string;
  json?: boolean;
}

export function registerDiagnose(program: Command, run: Run): void {
  const diagnose = program
    .command('diagnose')
    .description('Walk a diagnosis tree on a node.')
    .addHelpText(
      'after',
      examples(
        'gantry diagnose run vram-shortage gpu-07',
        'gantry diagnose run vram-shortage gpu-07 --answer symptom.device=3 --json',
        `gantry diagnose run gpu-missing gpu-07 --evidence 'NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.'`,
        'gantry diagnose compare network-congestion gpu-07 gpu-08   # where their walks part',
        'gantry diagnose list',
      ),
    );

  diagnose
    .command('list')
    .description('List walks, newest first.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const client = await context.client();
        const runs = await client.diagnosis.list({});
        if (options.json) return context.json(runs);
        const names = new Map(Object.entries(await client.hosts.names()));
        context.table(
          ['RUN', 'TREE', 'NODE', 'STATE', 'STARTED', 'FINDINGS'],
          runs.map((item) => [
            item.id,
            item.treeId,
            names.get(item.hostId) ?? item.hostId,
            state(item.state),
            clockTime(item.startedAtMs),
            item.findings.map(({ code }) => code).join(' '),
          ]),
        );
      }),
    );

  diagnose
    .command('run')
    .description('Collect what the tree needs in one round trip, walk it, and print path and findings.')
    .argument('<tree>', 'an id of `gantry tree list`')
    .argument('<host>', 'name or id')
    .option('--answer <step.field=value...>', 'answers to questions; one without is passed, or "I don’t know"')
    .option('--evidence <line>', 'the line of its kernel log that it is started for; kept with the walk')
    .option('--json', 'print JSON')
    .action(
      run(async (context, treeId: string, name: string, options: RunOptions) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        const answers = parseAnswers(context, options.answer ?? []);
        const line = options.evidence?.trim().slice(0, 4096);
        if (line === '') throw new CliError(context.say({ key: 'cli.emptyLine' }));
        const evidence = line && { evidence: { line: { text: line, atMs: null } } };
        let walk = await client.diagnosis.start({ treeId, hostId: spec.id, answers, isUnattended: true, ...evidence });
        // An answer may lead to where probes are read again.
        for (;;) {
          for await (const state of await client.diagnosis.watch({ runId: walk.id }, { signal: context.signal })) {
            walk = state;
            const { done, total, running } = state.progress;
            context.progress(`${spec.name}: ${done}/${total} ${running.join(' ')}`);
            if (state.state !== 'collecting') break;
          }
          if (walk.state !== 'waiting' || !walk.question) break;
          const { stepId, fields } = walk.question;
          const unknown: Answers = Object.fromEntries(
            fields.map((field) => [field.name, answers[stepId]?.[field.name] ?? null]),
          );
          walk = await client.diagnosis.answer({ runId: walk.id, stepId, answers: unknown });
        }
        finish(context, walk, spec.name, options.json);
      }),
    );

  registerCompare(diagnose, run);

  diagnose
    .command('show')
    .description('Print a saved walk.')
    .argument('<run>', 'an id of `gantry diagnose list`')
    .option('--json', 'print JSON')
    .action(
      run(async (context, runId: string, options: { json?: boolean }) => {
        const client = await context.client();
        const walk = await client.diagnosis.get({ runId });
        const host = (await client.hosts.list()).find(({ spec }) => spec.id === walk.hostId);
        finish(context, walk, host?.spec.name ?? walk.hostId, options.json);
      }),
    );
}

/** The command line for an action that a finding suggests. A value may come from the node: quoted, it runs nothing. */
export function actionCommand(action: Pick<SuggestedAction, 'actionId' | 'parameters'>, hostName: string): string {
  const set = Object.entries(action.parameters).flatMap(([name, value]) => [
    '--set',
    `${name}=${JSON.stringify(value)}`,
  ]);
  return commandLine(['gantry', 'action', 'plan', action.actionId, hostName, ...set]);
}

function finish(context: CliContext, walk: DiagnosisRun, hostName: string, json = false): void {
  const isUnjudged = walk.state !== 'concluded' || walk.findings.some(({ state }) => state === 'unknown');
  const hasFinding = walk.findings.some(
    ({ severity, state }) => severity !== 'info' && state !== 'healthy' && state !== 'unknown',
  );
  if (isUnjudged) context.setExitCode(exitCodes.couldNotJudge);
  else if (hasFinding) context.setExitCode(exitCodes.findings);
  if (json) {
    context.json(walk);
    return;
  }
  if (walk.logLine) printLogLine(context, walk.logLine);
  for (const visit of walk.path) {
    const taken = visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
    context.print(`${visit.stepId}${taken ? ` -> ${taken.to}: ${context.text(taken.reason ?? taken.label)}` : ''}`);
  }
  if (walk.error) context.print(context.say(walk.error));
  for (const finding of walk.findings) {
    context.print(
      `\n${finding.code} [${finding.severity}, ${finding.state}] ${context.text(finding.title)}\n  ${context.text(finding.explanation).replace(/\n/g, '\n  ')}`,
    );
    for (const caution of finding.cautions ?? []) context.print(`  ! ${context.text(caution)}`);
    for (const advice of finding.advice) context.print(`  - ${context.text(advice)}`);
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
