import type { Command } from 'commander';
import type { IncidentSummary } from '#shared/domain/incident';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';
import { state } from '../table';

export function registerIncident(program: Command, run: Run): void {
  const incident = program
    .command('incident')
    .description('Timelines of findings, evidence, actions and notes.')
    .addHelpText(
      'after',
      examples(
        'gantry incident open "OOM on gpu-07" --host gpu-07 --run RUN',
        'gantry incident note INC-3 "restarted the job"',
        'gantry incident close INC-3 --reason "memory is free again"',
      ),
    );

  incident
    .command('list')
    .description('List incidents.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const incidents = await (await context.client()).incidents.list();
        if (options.json) return context.json(incidents);
        context.table(
          ['INCIDENT', 'STATE', 'SEVERITY', 'TITLE', 'UPDATED', 'ID'],
          incidents.map((item) => [
            `INC-${item.number}`,
            item.state,
            item.severity && state(item.severity),
            item.title,
            clockTime(item.updatedAtMs),
            item.id,
          ]),
        );
      }),
    );

  incident
    .command('show')
    .description('Print an incident with its timeline.')
    .argument('<incident>', 'id or INC-number')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const { id } = await findIncident(context, name);
        const found = await (await context.client()).incidents.get({ incidentId: id });
        if (options.json) return context.json(found);
        context.print(`INC-${found.number} [${found.state}] ${found.title}`);
        for (const entry of found.entries) {
          const words =
            entry.kind === 'note'
              ? entry.text
              : entry.kind === 'finding'
                ? `${entry.finding.code} ${context.text(entry.finding.title)}`
                : entry.kind === 'action'
                  ? `${entry.run.plan.actionId} ${entry.run.state}`
                  : entry.kind === 'diagnosis'
                    ? `${entry.run.treeId} ${entry.run.state}`
                    : entry.kind === 'evidence'
                      ? `${entry.result.probeId} ${entry.result.state}`
                      : '';
          context.print(`${clockTime(entry.atMs)}  ${entry.kind.padEnd(10)}  ${words}`.trimEnd());
        }
      }),
    );

  incident
    .command('open')
    .description('Open an incident, on a host and with a diagnosis if given.')
    .argument('<title>')
    .option('--host <host>', 'name or id of the node it is about')
    .option('--run <run>', 'a diagnosis run, with its evidence')
    .option('--json', 'print JSON')
    .action(
      run(async (context, title: string, options: { host?: string; run?: string; json?: boolean }) => {
        const hostId = options.host ? (await context.host(options.host)).spec.id : undefined;
        const opened = await (await context.client()).incidents.open({ title, hostId, diagnosisRunId: options.run });
        if (options.json) return context.json(opened);
        context.print(`INC-${opened.number}  ${opened.id}`);
      }),
    );

  incident
    .command('note')
    .description('Add a note.')
    .argument('<incident>', 'id or INC-number')
    .argument('<text>', 'what to write down')
    .action(
      run(async (context, name: string, text: string) => {
        await (await context.client()).incidents.addNote({ incidentId: (await findIncident(context, name)).id, text });
      }),
    );

  incident
    .command('close')
    .description('Close an incident.')
    .argument('<incident>', 'id or INC-number')
    .requiredOption('--reason <text>', 'what ended it')
    .action(
      run(async (context, name: string, options: { reason: string }) => {
        await (await context.client()).incidents.close({
          incidentId: (await findIncident(context, name)).id,
          reason: options.reason,
        });
      }),
    );
}

/** An incident by id or as `INC-12`. */
export async function findIncident(context: CliContext, name: string): Promise<IncidentSummary> {
  const incidents = await (await context.client()).incidents.list();
  const found = incidents.find(({ id, number }) => id === name || `inc-${number}` === name.toLowerCase());
  if (!found) throw new CliError(context.say({ key: 'cli.incidentUnknown', params: { incident: name } }));
  return found;
}
