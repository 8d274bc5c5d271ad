import type { Command } from 'commander';
import { riskCode } from '#shared/domain/action';
import { examples } from '../arguments';
import { CliError, exitCodes } from '../exit-codes';
import { problemLine, registerTestedFiles } from '../knowledge-files';
import type { Run } from '../run';

/** Actions as files: what is loaded, and whether a file is in order. They are carried out by `gantry action`. */
export function registerFix(program: Command, run: Run): void {
  const fix = program
    .command('fix')
    .description('Actions that are declared in YAML, built in and your own.')
    .addHelpText(
      'after',
      examples(
        'gantry fix folder ~/my-actions            # its actions are listed and can be planned from now on',
        'gantry fix show clock-step > ~/my-actions/our-clock.yaml   # then give it an id of its own',
        'gantry fix check ~/my-actions/our-clock.yaml && gantry fix test ~/my-actions/our-clock.cases.yaml',
        'gantry action plan our-clock gpu-07',
      ),
    );

  fix
    .command('list')
    .description('List declared actions, and files that could not be loaded.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const found = await (await context.client()).fixes.list();
        if (found.problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(found);
        context.table(
          ['ACTION', 'RISK', 'TITLE', 'BUILT IN'],
          found.fixes.map(({ id, risk, title, ownFile }) => [
            id,
            riskCode(risk),
            context.text(title),
            ownFile === undefined ? 'yes' : 'no',
          ]),
        );
        for (const problem of found.problems) context.warn(problemLine(context, problem));
      }),
    );

  fix
    .command('show')
    .description('Print the YAML of a declared action, to begin your own with.')
    .argument('<action>', 'an id of `gantry fix list`')
    .option('--cases', 'print its tests instead')
    .action(
      run(async (context, fixId: string, options: { cases?: boolean }) => {
        const { text, cases } = await (await context.client()).fixes.source({ fixId });
        const shown = options.cases ? cases : text;
        if (shown === null) throw new CliError(`${fixId}: no tests`);
        context.print(shown.trimEnd());
      }),
    );

  fix
    .command('schema')
    .description('Print the JSON schema of actions, for editors.')
    .option('--cases', 'that of *.cases.yaml')
    .action(
      run(async (context, options: { cases?: boolean }) => {
        const schema = await (await context.client()).fixes.schema({ of: options.cases ? 'cases' : 'fix' });
        context.print(schema.trimEnd());
      }),
    );

  registerTestedFiles(fix, run, {
    noun: 'action',
    setting: 'fixesFolder',
    testDescription:
      'Run the table tests of an action (a *.cases.yaml file): facts, plan, verification. The action is the one beside it, else the loaded one.',
    check: (client, file) => client.fixes.check(file),
    test: (client, cases, own) => client.fixes.test({ ...cases, fix: own }),
  });
}
