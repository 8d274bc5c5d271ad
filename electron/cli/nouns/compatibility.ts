import type { Command } from 'commander';
import type { CompatibilityRow, Newest } from '#shared/domain/compatibility/report';
import { byVerdict } from '#shared/domain/compatibility/worst';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import type { Run } from '../run';
import { type Cell, state, type Tone } from '../table';

const tones: Readonly<Record<CompatibilityRow['verdict'], Tone | undefined>> = {
  fits: 'good',
  limits: 'warn',
  'does-not-fit': 'bad',
  unknown: undefined,
};

export function registerCompatibility(program: Command, run: Run): void {
  const compatibility = program
    .command('compatibility')
    .description('What of a node’s software fits what: driver, GPU, CUDA, PyTorch, containers, kernel.')
    .addHelpText(
      'after',
      examples('gantry compatibility show gpu-07', 'gantry compatibility show gpu-07 --refresh --all'),
    );

  compatibility
    .command('show')
    .description('Judge the last facts of a node, with both values, the reason and its source.')
    .argument('<host>', 'name or id')
    .option('--refresh', 'ask the node again first')
    .option('--all', 'show what fits, too')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { refresh?: boolean; all?: boolean; json?: boolean }) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        if (options.refresh) await client.inventory.refresh({ hostId: spec.id }, { signal: context.signal });
        const report = await client.compatibility.judge({ hostId: spec.id });
        const bad = report.rows.filter(({ verdict }) => verdict === 'does-not-fit' || verdict === 'limits');
        const hasFacts = report.rows.length > 0;
        context.setExitCode(!hasFacts ? exitCodes.couldNotJudge : bad.length > 0 ? exitCodes.findings : exitCodes.fine);
        if (options.json) return context.json(report);
        if (report.absence) return context.print(context.say(report.absence));
        const shown = report.rows.filter(({ verdict }) => options.all || verdict !== 'fits').sort(byVerdict);
        if (shown.length === 0) context.print(context.say({ key: 'compatibility.allFits' }));
        else {
          context.table(
            ['WHAT', 'VERDICT', 'FOUND', 'NEEDED', 'WHY', 'SOURCE'],
            shown.map((row) => rowCells(context, row)),
          );
        }
        for (const [title, newest] of [
          ['withoutReboot', report.withoutReboot],
          ['withReboot', report.withReboot],
        ] as const) {
          context.print('');
          context.print(context.say({ key: `compatibility.${title}` }));
          printNewest(context, newest);
        }
      }),
    );
}

function rowCells(context: CliContext, row: CompatibilityRow): Cell[] {
  const source = row.ruleId === null ? row.source : `${row.ruleId}, ${row.source}`;
  const verdict = context.say({ key: `compatibility.verdict.${row.verdict}` });
  return [
    context.say(row.subject),
    { ...state(verdict), tone: tones[row.verdict] },
    row.found,
    row.needed,
    context.say(row.reason),
    source,
  ];
}

const choices = ['driver', 'cudaToolkit', 'pytorch', 'triton'] as const;

function printNewest(context: CliContext, newest: Newest): void {
  const isKnown = choices.some((name) => newest[name] !== null);
  if (!isKnown) {
    context.print(context.say({ key: 'compatibility.nothingKnown' }));
    return;
  }
  const rows = choices.map((name): Cell[] => {
    const choice = newest[name];
    const why = choice?.reason ?? { key: 'compatibility.noneKnown' };
    return [context.say({ key: `compatibility.choice.${name}` }), choice?.version ?? null, context.say(why)];
  });
  context.table(['WHAT', 'NEWEST', 'WHY'], rows);
}
