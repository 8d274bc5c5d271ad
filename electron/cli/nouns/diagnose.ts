import type { Command } from 'commander';
import { examples } from '../arguments';
import { CliError } from '../exit-codes';
import { followWalk, hostNameOf } from '../follow-walk';
import { parseAnswers } from '../parse-answers';
import type { Run } from '../run';
import { printRuns } from '../run-table';
import { finishWalk } from '../walk-view';
import { registerCompare } from './diagnose-compare';
import { registerRevise } from './diagnose-revise';

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
        'gantry diagnose what-if RUN --branch owner.orphaned   # RUN: an id of `gantry diagnose list`',
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
        printRuns(context, runs, await client.hosts.names());
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
        const started = await client.diagnosis.start({
          treeId,
          hostId: spec.id,
          answers,
          isUnattended: true,
          ...evidence,
        });
        const walk = await followWalk(context, started, { hostName: spec.name, answers });
        finishWalk(context, walk, spec.name, options.json);
      }),
    );

  registerRevise(diagnose, run);
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
        finishWalk(context, walk, await hostNameOf(context, walk), options.json);
      }),
    );
}
