import type { Command } from 'commander';
import { examples } from '../arguments';
import { CliError, exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import { problemLine, readText, registerTestedFiles } from '../knowledge-files';
import type { Run } from '../run';
import { state } from '../table';
import { timeOf } from '../telemetry-arguments';

const HOUR_MS = 3_600_000;

interface ReplayOptions {
  host: string[];
  rule?: string[];
  from?: number;
  to?: number;
  json?: boolean;
}

export function registerRule(program: Command, run: Run): void {
  const rule = program
    .command('rule')
    .description('What samples are judged by, built in and your own.')
    .addHelpText(
      'after',
      examples(
        'gantry rule list',
        'gantry rule check my-rules.yaml && gantry rule test my-rules.cases.yaml',
        'gantry rule replay my-rules.yaml --host dgx01 --from 24h   # what it would have said since yesterday',
        'gantry rule folder ~/my-rules             # its rules are judged from now on, in the app as well',
      ),
    );

  rule
    .command('list')
    .description('List rules, and files that could not be loaded.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const found = await (await context.client()).rules.list();
        if (found.problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(found);
        context.table(
          ['RULE', 'SEVERITY', 'OF', 'WHEN', 'FOR', 'TITLE', 'BUILT IN'],
          found.rules.map(({ id, severity, of, when, for: duration, title, isBuiltIn }) => [
            id,
            state(severity),
            of,
            when,
            duration ?? '0s',
            context.text(title),
            isBuiltIn ? 'yes' : 'no',
          ]),
        );
        for (const problem of found.problems) context.warn(problemLine(context, problem));
      }),
    );

  registerTestedFiles(rule, run, {
    noun: 'rule',
    setting: 'rulesFolder',
    testDescription:
      'Run the table tests of rules (a *.cases.yaml file): samples in, states out. The rules are those beside it, else the loaded ones.',
    check: (client, file) => client.rules.check(file),
    test: (client, cases, rules) => client.rules.test({ ...cases, rules }),
  });

  rule
    .command('replay')
    .description(
      'Say which rules would have fired, and when, over samples that were kept: the loaded rules, or those of FILE.',
    )
    .argument('[file]', 'a file of rules, to be tried out')
    .requiredOption('--host <host...>', 'names or ids of nodes')
    .option('--rule <rule...>', 'which (default: all that are on)')
    .option('--from <time>', 'a time, or so long ago: 15m, 6h (default: an hour before the end)', timeOf)
    .option('--to <time>', 'likewise (default: now)', timeOf)
    .option('--json', 'print JSON')
    .action(
      run(async (context, file: string | undefined, options: ReplayOptions) => {
        const toMs = options.to ?? Date.now();
        const fromMs = options.from ?? toMs - HOUR_MS;
        if (fromMs >= toMs) throw new CliError(context.say({ key: 'cli.rangeIsBackwards' }));
        const client = await context.client();
        const hosts = await Promise.all(options.host.map((name) => context.host(name)));
        const rules = file === undefined ? undefined : await readText(file);
        const problems = rules ? await client.rules.check(rules) : [];
        for (const problem of problems) context.warn(problemLine(context, problem));
        const found = await client.rules.replay({
          hostIds: hosts.map(({ spec }) => spec.id),
          fromMs,
          toMs,
          ...(options.rule ? { ruleIds: options.rule } : {}),
          ...(rules ? { rules } : {}),
        });
        // Of a time without samples nothing can be said, least of all that nothing was wrong.
        if (found.rounds === 0) context.setExitCode(exitCodes.couldNotJudge);
        else if (found.alerts.length > 0 || problems.length > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(found);
        if (found.rounds === 0) return context.warn(context.say({ key: 'cli.nothingKept' }));
        const names = new Map(hosts.map(({ spec }) => [spec.id, spec.name]));
        context.table(
          ['FIRED', 'OVER', 'RULE', 'SEVERITY', 'NODE', 'OF', 'MESSAGE'],
          found.alerts.map((alert) => [
            clockTime(alert.firedMs),
            alert.resolvedMs === null ? null : clockTime(alert.resolvedMs),
            alert.ruleId,
            state(alert.severity),
            names.get(alert.hostId) ?? alert.hostId,
            alert.subject,
            context.text(alert.message),
          ]),
        );
        const first = found.firstMs === null ? '–' : clockTime(found.firstMs);
        context.print(`${found.alerts.length} fired; ${found.rounds} rounds of samples since ${first}`);
      }),
    );
}
