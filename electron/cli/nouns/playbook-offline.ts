import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Run } from '../run';
import { parametersOf } from '../set-parameters';

/** `gantry playbook fetch` and `carry`: packages for nodes without internet. */
export function registerOffline(playbook: Command, run: Run): void {
  playbook
    .command('fetch')
    .description('Fetch the packages that a playbook needs, by the lists of a connected node of the same system.')
    .argument('<playbook>', 'an id of `gantry playbook list`')
    .requiredOption('--node <host>', 'a node like the one they are for, with its package lists read')
    .requiredOption('--output <folder>', 'where to; what is there with the right hash is not fetched again')
    .option('--set <name=value...>', 'parameters of the playbook')
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          playbookId: string,
          options: { node: string; output: string; set?: string[]; json?: boolean },
        ) => {
          const { playbooks } = await context.client();
          const hostId = (await context.host(options.node)).spec.id;
          const folder = resolve(options.output);
          const parameters = parametersOf(context, options.set);
          const input = { playbookId, hostId, parameters, folder };
          const set = await playbooks.fetchPackages(input, { signal: context.signal });
          if (options.json) return context.json(set);
          context.table(
            ['ARCHIVE', 'BYTES', 'SHA-256'],
            set.packages.map(({ file, sizeBytes, sha256 }) => [file, String(sizeBytes), sha256.slice(0, 16)]),
          );
          context.print(`${folder}: ${set.packages.length} archives for ${set.madeOn.system}`);
          if (set.stepsUntold.length > 0)
            context.warn(
              context.say({ key: 'playbooks.offlineUntold', params: { steps: set.stepsUntold.join(', ') } }),
            );
        },
      ),
    );

  playbook
    .command('carry')
    .description('Copy a fetched folder to a node and check every hash there. An action then makes it a source.')
    .argument('<folder>', 'of `gantry playbook fetch`')
    .argument('<host>', 'name or id')
    .option('--json', 'print JSON')
    .action(
      run(async (context, folder: string, name: string, options: { json?: boolean }) => {
        const { playbooks } = await context.client();
        const hostId = (await context.host(name)).spec.id;
        const carried = await playbooks.carryPackages({ hostId, folder: resolve(folder) }, { signal: context.signal });
        if (options.json) return context.json(carried);
        context.print(`${carried.set.packages.length} archives in ${carried.folder}`);
        context.print(`gantry action plan local-packages ${name} --set sums=${carried.set.sumsSha256}`);
      }),
    );
}
