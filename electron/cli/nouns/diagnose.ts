import type { Command } from 'commander';
import type { Answers, DiagnosisRun } from '#shared/domain/diagnosis';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import type { Run } from '../run';
import { table } from '../table';

export function registerDiagnose(program: Command, run: Run): void {
  const diagnose = program.command('diagnose').description('Walk a diagnosis tree on a node.');

  diagnose
    .command('list')
    .description('List walks, newest first.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const client = await context.client();
        const runs = await client.diagnosis.list({});
        if (options.json) return context.json(runs);
        const names = new Map((await client.hosts.list()).map(({ spec }) => [spec.id, spec.name]));
        context.print(
          table(
            ['RUN', 'TREE', 'NODE', 'STATE', 'STARTED', 'FINDINGS'],
            runs.map((item) => [
              item.id,
              item.treeId,
              names.get(item.hostId) ?? item.hostId,
              item.state,
              new Date(item.startedAtMs).toISOString(),
              item.findings.map(({ code }) => code).join(' '),
            ]),
          ),
        );
      }),
    );

  diagnose
    .command('run')
    .description('Collect what the tree needs in one round trip, walk it, and print path and findings.')
    .argument('<tree>')
    .argument('<host>')
    .option('--answer <step.field=value...>', 'answers to questions; without one, "I don’t know"')
    .option('--json', 'print JSON')
    .action(
      run(async (context, treeId: string, name: string, options: { answer?: string[]; json?: boolean }) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        const answers = parseAnswers(context, options.answer ?? []);
        let walk = await client.diagnosis.start({ treeId, hostId: spec.id, answers });
        for await (const state of await client.diagnosis.watch({ runId: walk.id }, { signal: context.signal })) {
          walk = state;
          context.progress(
            `${spec.name}: ${state.progress.done}/${state.progress.total} ${state.progress.running.join(' ')}`,
          );
          if (state.state !== 'collecting') break;
        }
        while (walk.state === 'waiting' && walk.question) {
          const { stepId, fields } = walk.question;
          const unknown: Answers = Object.fromEntries(
            fields.map((field) => [field.name, answers[stepId]?.[field.name] ?? null]),
          );
          walk = await client.diagnosis.answer({ runId: walk.id, stepId, answers: unknown });
        }
        finish(context, walk, options.json);
      }),
    );

  diagnose
    .command('show')
    .description('Print a saved walk.')
    .argument('<run>')
    .option('--json', 'print JSON')
    .action(
      run(async (context, runId: string, options: { json?: boolean }) => {
        finish(context, await (await context.client()).diagnosis.get({ runId }), options.json);
      }),
    );
}

/** `A5.parametersBillion=70` -> { A5: { parametersBillion: 70 } }; numbers and true/false are taken as such. */
function parseAnswers(context: CliContext, given: readonly string[]): Record<string, Answers> {
  const answers: Record<string, Answers> = {};
  for (const item of given) {
    const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(item);
    if (!match) throw new CliError(context.say({ key: 'cli.answerMalformed', params: { answer: item } }));
    const [, step = '', field = '', value = ''] = match;
    answers[step] = { ...answers[step], [field]: parseValue(value) };
  }
  return answers;
}

export function parseValue(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function finish(context: CliContext, walk: DiagnosisRun, json = false): void {
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
  for (const visit of walk.path) {
    const taken = visit.evaluations.find(({ branchId }) => branchId === visit.chosenBranchId);
    context.print(`${visit.stepId}${taken ? ` -> ${taken.to}: ${context.text(taken.reason ?? taken.label)}` : ''}`);
  }
  if (walk.error) context.print(context.say(walk.error));
  for (const finding of walk.findings) {
    context.print(
      `\n${finding.code} [${finding.severity}, ${finding.state}] ${context.text(finding.title)}\n  ${context.text(finding.explanation).replace(/\n/g, '\n  ')}`,
    );
    for (const advice of finding.advice) context.print(`  - ${context.text(advice)}`);
    for (const action of finding.actions) {
      const set = Object.entries(action.parameters)
        .map(([key, value]) => `--set ${key}=${JSON.stringify(value)}`)
        .join(' ');
      context.print(`  * gantry action plan ${action.actionId} HOST ${set}`);
    }
  }
}
