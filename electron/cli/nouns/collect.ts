import type { Command } from 'commander';
import type { Run } from '../run';
import { table } from '../table';

export function registerCollect(program: Command, run: Run): void {
  const collect = program
    .command('collect')
    .description(
      'Print the offline collector: `gantry collect > collect.sh`, then `sh collect.sh > node.bundle` on the node.',
    )
    .action(
      run(async (context) => {
        const { script } = await (await context.client()).inventory.collectorScript();
        process.stdout.write(script);
      }),
    );

  collect
    .command('list')
    .description('List the commands the collector runs.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const probes = await (await context.client()).probes.list();
        const commands = probes.flatMap(({ id, commands: own }) => own.map((command) => ({ probeId: id, ...command })));
        if (options.json) return context.json(commands);
        context.print(
          table(
            ['PROBE', 'ROOT', 'COMMAND'],
            commands.map(({ probeId, privilege, argv }) => [
              probeId,
              privilege === 'root' ? 'root' : '',
              argv.join(' ').replace(/\s+/g, ' '),
            ]),
          ),
        );
      }),
    );
}
