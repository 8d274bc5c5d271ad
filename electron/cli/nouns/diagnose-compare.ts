import type { Command } from 'commander';
import type { HostView } from '#shared/contract/hosts';
import type { Answers } from '#shared/domain/diagnosis';
import { isRunning, type Strands } from '#shared/domain/strands/strands';
import type { CliContext } from '../context';
import { CliError, type ExitCode, exitCodes } from '../exit-codes';
import { type ChosenBy, chosenHosts, withFilter } from '../fleet-nodes';
import { parseAnswers } from '../parse-answers';
import type { Run } from '../run';
import { printStrands } from '../strands-view';

interface CompareOptions extends ChosenBy {
  all?: boolean;
  answer?: string[];
  json?: boolean;
}

export function registerCompare(diagnose: Command, run: Run): void {
  withFilter(
    diagnose
      .command('compare')
      .description('Walk one tree on many nodes at once, and print their groups and where they part.')
      .argument('<tree>', 'an id of `gantry tree list`')
      .argument('[host...]', 'names or ids'),
  )
    .option('--all', 'all saved nodes')
    .option('--answer <step.field=value...>', 'answers for all nodes; one without is passed, or "I don’t know"')
    .option('--json', 'print JSON')
    .action(
      run(async (context, treeId: string, names: string[], options: CompareOptions) => {
        const hosts = await nodesOf(context, names, options);
        const answers = parseAnswers(context, options.answer ?? []);
        const strands = await carryOut(context, treeId, hosts, answers);
        context.setExitCode(exitCodeOf(strands));
        if (options.json) return context.json(strands);
        const tree = await (await context.client()).trees.get({ treeId });
        printStrands(context, strands, {
          nameOf: (hostId) => hosts.find(({ spec }) => spec.id === hostId)?.spec.name ?? hostId,
          titles: new Map(tree.steps.map(({ id, title }) => [id, context.text(title)])),
        });
      }),
    );
}

async function nodesOf(context: CliContext, names: readonly string[], by: CompareOptions): Promise<HostView[]> {
  if (names.length > 0) return Promise.all(names.map((name) => context.host(name)));
  if (by.all !== true && by.filter === undefined && by.view === undefined) {
    throw new CliError(context.say({ key: 'scan.nothingNamed' }));
  }
  return chosenHosts(context, by);
}

/** Follows the walks to their end; Ctrl-C ends what is being read, and what came is told all the same. */
async function carryOut(
  context: CliContext,
  treeId: string,
  hosts: readonly HostView[],
  answers: Record<string, Answers>,
): Promise<Strands> {
  const client = await context.client();
  const hostIds = hosts.map(({ spec }) => spec.id);
  let strands = await client.strands.start({ treeId, hostIds, answers, isUnattended: true });
  const strandsId = strands.id;
  const cancel = () => void client.strands.cancel({ strandsId }).catch(() => {});
  if (context.signal.aborted) cancel();
  else context.signal.addEventListener('abort', cancel, { once: true });
  // An answer may lead to where probes are read again.
  for (;;) {
    for await (const now of await client.strands.watch({ strandsId })) {
      strands = now;
      const done = now.strands.filter(({ state }) => state !== 'collecting').length;
      context.progress(context.say({ key: 'strands.progress', params: { done, total: now.strands.length } }));
      if (!isRunning(now)) break;
    }
    const [asked] = strands.questions;
    if (asked === undefined || context.signal.aborted) break;
    const { stepId, question } = asked;
    const given = question.fields.map(({ name }) => [name, answers[stepId]?.[name] ?? null] as const);
    strands = await client.strands.answer({ strandsId, stepId, answers: Object.fromEntries(given) });
  }
  context.signal.removeEventListener('abort', cancel);
  return strands;
}

/** As a diagnosis ends: of all nodes together. */
export function exitCodeOf({ strands, groups }: Pick<Strands, 'strands' | 'groups'>): ExitCode {
  const findings = groups.flatMap((group) => group.findings);
  const isWhole = strands.every(({ state }) => state === 'concluded');
  if (!isWhole || findings.some(({ state }) => state === 'unknown')) return exitCodes.couldNotJudge;
  const isFound = findings.some(({ severity, state }) => severity !== 'info' && state !== 'healthy');
  return isFound ? exitCodes.findings : exitCodes.fine;
}
