import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { PackageSet } from '#shared/domain/playbook/package-set';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import type { Run } from '../run';
import { parametersOf } from '../set-parameters';

/** `gantry playbook fetch` and `carry`: what nodes without internet need. */
export function registerOffline(playbook: Command, run: Run): void {
  playbook
    .command('fetch')
    .description(
      'Fetch what a playbook needs (packages, images, wheels, conda packages, single files), as a connected node of the same system tells. Ends with 1 when something is missing.',
    )
    .argument('<playbook>', 'an id of `gantry playbook list`')
    .requiredOption('--node <host>', 'a node like the one they are for, with its package lists read')
    .requiredOption('--output <folder>', 'where to; a set that is there is added to, a broken fetch goes on')
    .option('--set <name=value...>', 'parameters of the playbook')
    .option('--image <name...>', 'an image beside those of the playbook', [])
    .option('--json', 'print JSON')
    .action(
      run(
        async (
          context,
          playbookId: string,
          options: { node: string; output: string; set?: string[]; image: string[]; json?: boolean },
        ) => {
          const { playbooks } = await context.client();
          const hostId = (await context.host(options.node)).spec.id;
          const folder = resolve(options.output);
          const parameters = parametersOf(context, options.set);
          const input = { playbookId, hostId, parameters, folder, images: options.image };
          const set = await playbooks.fetchPackages(input, { signal: context.signal });
          if (options.json) return context.json(set);
          context.table(
            ['KIND', 'FILE', 'BYTES', 'SHA-256'],
            set.files.map(({ kind, file, sizeBytes, sha256 }) => [kind, file, String(sizeBytes), sha256.slice(0, 16)]),
          );
          context.print(`${folder}: ${set.files.length} files for ${set.madeOn.system}`);
          if (set.missing.length > 0) context.setExitCode(exitCodes.findings);
          warnMissing(context, set);
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
        context.print(`${carried.set.files.length} files in ${carried.folder}`);
        if (carried.isOlder)
          context.warn(context.say({ key: 'playbooks.offlineOlder', params: { playbook: carried.set.playbookId } }));
        warnMissing(context, carried.set);
        context.print(`gantry action plan local-packages ${name} --set sums=${carried.set.sumsSha256}`);
      }),
    );
}

function warnMissing(context: CliContext, { missing }: PackageSet): void {
  for (const { kind, step, reason, remedy } of missing) {
    const params = { kind, step, reason: context.text(reason), remedy: context.text(remedy) };
    context.warn(context.say({ key: 'playbooks.offlineMissing', params }));
  }
}
