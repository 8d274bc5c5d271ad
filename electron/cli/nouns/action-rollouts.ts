import type { Command } from 'commander';
import { canContinue, isRolling, type Rollout } from '#shared/domain/rollout';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';
import { state } from '../table';
import { doneOf, tellUntilItStands } from './follow-rollout';

/** Rollouts: one action on several nodes, so many at a time. */
export function registerRollouts(action: Command, run: Run): void {
  action
    .command('rollouts')
    .description('List what was done to several nodes, newest first.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const rollouts = await (await context.client()).actions.rollouts();
        if (options.json) return context.json(rollouts);
        context.table(
          ['ROLLOUT', 'ACTION', 'STATE', 'DONE', 'STARTED'],
          rollouts.map((rollout) => [
            rollout.id,
            rollout.actionId,
            state(rollout.state),
            doneOf(rollout),
            clockTime(rollout.startedAtMs),
          ]),
        );
      }),
    );

  action
    .command('rollout')
    .description(
      'Show a rollout node by node, or go on with one that stands. Going on asks the nodes first of which nobody knows.',
    )
    .argument('<rollout>', 'an id of `gantry action rollouts`, or how it begins')
    .option('--continue', 'go on with the nodes that were not begun, or with an undo that was cut off')
    .option('--cancel', 'begin no other node, ever')
    .option('--json', 'print JSON')
    .action(
      run(async (context, id: string, options: { continue?: boolean; cancel?: boolean; json?: boolean }) => {
        const { actions } = await context.client();
        const { id: rolloutId } = await findRollout(context, id);
        if (options.cancel) await actions.cancelRollout({ rolloutId });
        if (options.continue) return followRollout(context, await actions.continueRollout({ rolloutId }), options.json);
        await showRollout(context, await actions.rollout({ rolloutId }), options.json);
      }),
    );
}

/** The one whose id begins so. */
export async function findRollout(context: CliContext, id: string): Promise<Rollout> {
  const rollouts = await (await context.client()).actions.rollouts();
  const [found, another] = rollouts.filter((rollout) => rollout.id.startsWith(id));
  if (!found || another) throw new CliError(context.say({ key: 'cli.rolloutMissing', params: { id } }));
  return found;
}

/** Carries out confirmed plans; the rest is not begun once one failed. */
export async function roll(
  context: CliContext,
  request: {
    plans: { planId: string; fingerprint: string }[];
    incidentId: string | undefined;
    batchSize: number;
  },
  json = false,
): Promise<void> {
  await followRollout(context, await (await context.client()).actions.roll(request), json);
}

export async function followRollout(context: CliContext, started: Rollout, json = false): Promise<void> {
  const last = await tellUntilItStands(context, started, json);
  const isWell = last.state === 'done' || (started.state === 'undoing' && last.state === 'undone');
  if (!isWell) context.setExitCode(exitCodes.couldNotJudge);
  await showRollout(context, last, json);
}

export async function showRollout(context: CliContext, rollout: Rollout, json = false): Promise<void> {
  if (json) return context.json(rollout);
  const names = new Map(Object.entries(await (await context.client()).hosts.names()));
  context.print(`${rollout.state}  ${rollout.id}`);
  const isOfSteps = rollout.playbook !== undefined;
  context.table(
    ['NODE', ...(isOfSteps ? ['STEP'] : []), 'STATE', 'RUN', 'REASON'],
    rollout.items.map((item) => [
      names.get(item.hostId) ?? item.hostId,
      ...(isOfSteps ? [item.step?.id ?? ''] : []),
      state(item.state),
      item.runId ?? '',
      item.error ? [context.say(item.error), ...(item.blockedBy ?? []).map((one) => context.text(one))].join(' ') : '',
    ]),
  );
  if (!isRolling(rollout) && canContinue(rollout))
    context.print(
      context.say({
        key: rollout.wayBack ? 'cli.rolloutWayBackStands' : 'cli.rolloutStands',
        params: { id: rollout.id.slice(0, 8) },
      }),
    );
}
