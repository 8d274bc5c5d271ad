import type { Command } from 'commander';
import { CliError, exitCodes } from '../exit-codes';
import { giveOutput } from '../files';
import type { Run } from '../run';
import { findRollout } from './action-rollouts';
import { findIncident } from './incident';

interface Options {
  readonly output: string;
  readonly incident?: string;
  readonly signOff?: string | true;
  readonly json?: boolean;
}

/** What a playbook came to on a node, to read, to sign and to file. */
export function registerAcceptance(playbook: Command, run: Run): void {
  playbook
    .command('acceptance')
    .description('What a playbook came to on a node: steps, measured values, versions read again where it answers.')
    .argument('<rollout>', 'an id of `gantry action rollouts`, or how it begins')
    .argument('[host]', 'needed where it was done on several')
    .option('--output <file>', 'write it there as Markdown; - to standard output', '-')
    .option('--incident <incident>', 'put it on the timeline of an incident too: id or INC-number')
    .option('--sign-off [note]', 'accept it as it is, in your name')
    .option('--json', 'print JSON')
    .action(
      run(async (context, id: string, name: string | undefined, options: Options) => {
        const { playbooks } = await context.client();
        const { id: rolloutId, items } = await findRollout(context, id);
        const [only, another] = new Set(items.map((item) => item.hostId));
        if (name === undefined && another !== undefined) throw new CliError(context.say({ key: 'cli.nodeMissing' }));
        const hostId = name === undefined ? (only ?? '') : (await context.host(name)).spec.id;
        const node = { rolloutId, hostId };
        const { signOff, incident } = options;
        const read = await playbooks.acceptance(node);
        const note = signOff === true ? '' : signOff;
        const sheet = note === undefined ? read : await playbooks.signOff({ ...node, note, digest: read.digest });
        if (sheet.outcome !== 'met') context.setExitCode(exitCodes.couldNotJudge);
        if (incident !== undefined) {
          const { id: incidentId } = await findIncident(context, incident);
          await playbooks.attachAcceptance({ ...node, incidentId });
        }
        if (options.json) return context.json(sheet);
        const { fileName, text } = await playbooks.exportAcceptance({ ...node, language: context.language });
        await giveOutput(context, { fileName, bytes: new TextEncoder().encode(text) }, options.output);
      }),
    );
}
