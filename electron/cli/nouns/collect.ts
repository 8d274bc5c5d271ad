import type { Command } from 'commander';
import { examples } from '../arguments';
import { commandWords, rootWord } from '../format';
import type { Run } from '../run';

export function registerCollect(program: Command, run: Run): void {
  const collect = program
    .command('collect')
    .description(
      'Print the offline collector: a plain sh program for a node without SSH. It reads and changes nothing.',
    )
    .addHelpText(
      'after',
      examples(
        'gantry collect > collect.sh               # here',
        'sh collect.sh > node.bundle               # on the node, as root to see everything',
        'gantry inventory import node.bundle       # here again',
      ),
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
        context.table(
          ['PROBE', 'ROOT', 'COMMAND'],
          commands.map(({ probeId, privilege, argv }) => [probeId, rootWord(privilege), commandWords(argv)]),
        );
      }),
    );
}
