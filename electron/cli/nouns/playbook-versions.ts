import type { Command } from 'commander';
import type { VersionChoice } from '#shared/domain/compatibility/version-choice';
import { exitCodes } from '../exit-codes';
import type { Run } from '../run';
import { state, type Tone } from '../table';

const tones: Readonly<Record<VersionChoice['state'], Tone | undefined>> = {
  adopt: 'good',
  install: undefined,
  replace: 'warn',
  none: 'bad',
  unknown: undefined,
};

/** `gantry playbook versions`: ends with findings where something does not fit, or is not as it was applied. */
export function registerPlaybookVersions(playbook: Command, run: Run): void {
  playbook
    .command('versions')
    .description('Read the node and say which versions of driver, CUDA, containers and Python fit together on it.')
    .argument('<host>', 'name or id')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const { spec } = await context.host(name);
        const { playbooks } = await context.client();
        const versions = await playbooks.versions({ hostId: spec.id }, { signal: context.signal });
        const { choices, absence, drift, asOf } = versions;
        const isWrong = choices.some((one) => one.state === 'replace' || one.state === 'none');
        if (absence !== null) context.setExitCode(exitCodes.couldNotJudge);
        else if (isWrong || (drift?.length ?? 0) > 0) context.setExitCode(exitCodes.findings);
        if (options.json) return context.json(versions);
        if (absence !== null) context.print(context.say(absence));
        context.table(
          ['WHAT', 'STATE', 'WANTED', 'INSTALLED', 'WHY', 'SOURCE'],
          choices.map((one) => [
            context.say({ key: `compatibility.part.${one.part}` }),
            { ...state(context.say({ key: `compatibility.choiceState.${one.state}` })), tone: tones[one.state] },
            one.wanted && `${one.isMinimum ? '≥ ' : ''}${one.wanted}`,
            one.installed,
            context.say(one.reason),
            one.source,
          ]),
        );
        if (drift === null) context.print(context.say({ key: 'playbooks.driftUnread' }));
        for (const one of drift ?? []) {
          const params = { ...one, applied: one.applied ?? '-', now: one.now ?? '-' };
          context.print(context.say({ key: 'playbooks.drift', params }));
        }
        context.print(context.say({ key: 'compatibility.asOf', params: { asOf } }));
      }),
    );
}
