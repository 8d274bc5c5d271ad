import type { Command } from 'commander';
import { utcTime } from '../format';
import type { Run } from '../run';

/** Who is changing a node. */
export function registerLock(action: Command, run: Run): void {
  action
    .command('lock')
    .description('Say who is changing a node, or take over a lock that was left behind.')
    .argument('<host>', 'name or id')
    .option('--take-over', 'remove it whoever holds it: what that one does goes on no further')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { takeOver?: boolean; json?: boolean }) => {
        const { actions } = await context.client();
        const hostId = (await context.host(name)).spec.id;
        const found = await actions.lock({ hostId });
        const isTakenOver = found !== null && options.takeOver === true;
        if (isTakenOver) await actions.takeOverLock({ hostId, token: found.token });
        if (options.json) return context.json(found);
        if (!found) return context.print(context.say({ key: 'cli.lockFree' }));
        const { operator, machine, sinceMs, what, isOurs } = found;
        const since = sinceMs === null ? '?' : utcTime(sinceMs);
        context.print(context.say({ key: 'cli.lockHeld', params: { operator, machine, since, what } }));
        if (isTakenOver) context.print(context.say({ key: 'cli.lockTakenOver' }));
        else if (isOurs) context.print(context.say({ key: 'cli.lockOurs' }));
      }),
    );
}
