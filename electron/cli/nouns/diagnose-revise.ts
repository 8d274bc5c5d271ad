import type { Command } from 'commander';
import type { Answers, Assumption, DiagnosisRun } from '#shared/domain/diagnosis';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import { followWalk, hostNameOf } from '../follow-walk';
import { parseAnswers, parseValue } from '../parse-answers';
import type { Run } from '../run';
import { finishWalk } from '../walk-view';

interface ContinueOptions {
  answer?: string[];
  json?: boolean;
}

interface WhatIfOptions {
  branch?: string;
  answer?: string[];
  fact?: string;
  json?: boolean;
}

const runArgument = 'an id of `gantry diagnose list`';

/** What is done to a walk that was made before. */
export function registerRevise(diagnose: Command, run: Run): void {
  diagnose
    .command('continue')
    .description('Go on with a walk that was interrupted, cancelled, failed, or waits for an answer.')
    .argument('<run>', runArgument)
    .option('--answer <step.field=value...>', 'answers to questions; one without is "I don’t know"')
    .option('--json', 'print JSON')
    .action(
      run(async (context, runId: string, options: ContinueOptions) => {
        const client = await context.client();
        const before = await client.diagnosis.get({ runId });
        const isOver = before.state === 'failed' || before.state === 'cancelled';
        const walk = isOver ? await client.diagnosis.resume({ runId }) : before;
        await goOn(context, walk, parseAnswers(context, options.answer ?? []), options.json);
      }),
    );

  diagnose
    .command('answer')
    .description('Answer a question of a walk, or answer it differently; what follows is judged again.')
    .argument('<run>', runArgument)
    .argument('<step.field=value...>', 'a field that is not named is "I don’t know"')
    .option('--json', 'print JSON')
    .action(
      run(async (context, runId: string, given: string[], options: { json?: boolean }) => {
        const client = await context.client();
        const answers = parseAnswers(context, given);
        let walk = await client.diagnosis.get({ runId });
        for (const [stepId, of] of Object.entries(answers)) {
          walk = await client.diagnosis.answer({ runId, stepId, answers: of });
        }
        await goOn(context, walk, answers, options.json);
      }),
    );

  diagnose
    .command('what-if')
    .description('Where a walk would lead if something were otherwise. The walk itself stays, and nothing is read.')
    .argument('<run>', runArgument)
    .option('--branch <step.branch>', 'this way on was taken')
    .option('--answer <step.field=value...>', 'this was answered')
    .option('--fact <probe:path=value>', 'this was read, e.g. gpu:gpus[].temperatureC=91')
    .option('--json', 'print JSON')
    .action(
      run(async (context, runId: string, options: WhatIfOptions) => {
        const client = await context.client();
        const walk = await client.diagnosis.whatIf({ runId, assumption: assumptionOf(context, options) });
        finishWalk(context, walk, await hostNameOf(context, walk), options.json);
      }),
    );
}

async function goOn(
  context: CliContext,
  walk: DiagnosisRun,
  answers: Record<string, Answers>,
  json?: boolean,
): Promise<void> {
  const hostName = await hostNameOf(context, walk);
  finishWalk(context, await followWalk(context, walk, { hostName, answers }), hostName, json);
}

/** The one assumption that the options make. Throws CliError. */
export function assumptionOf(
  context: Pick<CliContext, 'say'>,
  { branch, answer = [], fact }: WhatIfOptions,
): Assumption {
  const assumptions: Assumption[] = [];
  if (branch !== undefined) {
    const at = branch.lastIndexOf('.');
    if (at > 0) assumptions.push({ kind: 'branch', stepId: branch.slice(0, at), branchId: branch.slice(at + 1) });
  }
  for (const [stepId, answers] of Object.entries(parseAnswers(context, answer))) {
    assumptions.push({ kind: 'answers', stepId, answers });
  }
  const [, probeId, path, value] = /^([^:=]+):([^=]+)=(.*)$/s.exec(fact ?? '') ?? [];
  if (probeId !== undefined && path !== undefined && value !== undefined) {
    assumptions.push({ kind: 'fact', probeId, path, value: parseValue(value) });
  }
  const [assumption, ...more] = assumptions;
  if (assumption === undefined || more.length > 0) throw new CliError(context.say({ key: 'cli.oneAssumption' }));
  return assumption;
}
