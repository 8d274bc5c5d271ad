import { type Command, Option } from 'commander';
import { examples } from '../arguments';
import { giveOutput } from '../files';
import type { Run } from '../run';
import { findIncident } from './incident';

interface ReportFlags {
  format: 'html' | 'markdown' | 'zip';
  output?: string;
  redact: boolean;
  reveal?: string[];
  json?: boolean;
}

export function registerReport(program: Command, run: Run): void {
  const report = program
    .command('report')
    .description('Incident reports; redacted unless told otherwise.')
    .addHelpText(
      'after',
      examples(
        'gantry report preview INC-3',
        'gantry report export INC-3 --format zip --output INC-3.zip',
        'gantry report export INC-3 --format markdown --output - | less',
      ),
    );

  report
    .command('list')
    .description('List incidents a report can be made of.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const incidents = await (await context.client()).incidents.list();
        const rows = incidents.map(({ id, number, title, updatedAtMs }) => ({
          incidentId: id,
          number,
          title,
          updatedAtMs,
          formats: ['html', 'markdown', 'zip'],
        }));
        if (options.json) return context.json(rows);
        context.table(
          ['INCIDENT', 'TITLE', 'FORMATS'],
          rows.map((row) => [`INC-${row.number}`, row.title, row.formats.join(' ')]),
        );
      }),
    );

  report
    .command('preview')
    .description('List everything a report would hide.')
    .argument('<incident>', 'id or INC-number')
    .option('--reveal <token...>', 'show these after all')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { reveal?: string[]; json?: boolean }) => {
        const { id } = await findIncident(context, name);
        const { redactions } = await (await context.client()).reports.preview({
          incidentId: id,
          language: context.language,
          isRedacted: true,
          reveal: options.reveal ?? [],
        });
        if (options.json) return context.json(redactions);
        context.table(
          ['TOKEN', 'KIND', 'HIDES', 'TIMES'],
          redactions.map(({ token, kind, original, count }) => [token, kind, original, count]),
        );
      }),
    );

  report
    .command('export')
    .description('Write a report. PDF is printed by the desktop app (Incidents → Export).')
    .argument('<incident>', 'id or INC-number')
    .addOption(new Option('--format <format>', 'what to write').choices(['html', 'markdown', 'zip']).default('html'))
    .option('--output <file>', 'default: the suggested name in this folder; - for standard output')
    .option('--no-redact', 'show names, addresses, serials and users')
    .option('--reveal <token...>', 'show these after all')
    .action(
      run(async (context, name: string, options: ReportFlags) => {
        const { id } = await findIncident(context, name);
        const made = await (await context.client()).reports.render({
          incidentId: id,
          format: options.format,
          language: context.language,
          isRedacted: options.redact,
          reveal: options.reveal ?? [],
        });
        await giveOutput(context, made, options.output);
      }),
    );
}
