import type { Command } from 'commander';
import { leverUnits } from '#shared/domain/protection/lever';
import type { ProtectionMode, ProtectionStatus } from '#shared/domain/protection/protection';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { clockTime } from '../format';
import type { Run } from '../run';

interface ArmOptions {
  reason: string;
  guard?: number;
  hours?: number;
  clocks?: boolean;
  json?: boolean;
}

export function registerProtection(program: Command, run: Run): void {
  const protection = program
    .command('protection')
    .description(
      'Power limits, or clock ceilings, that the app sets by itself on GPUs that are too hot, on nodes that you arm. Off by default.',
    )
    .addHelpText(
      'after',
      examples(
        'gantry protection dry-run dgx01 --reason "see what it would do"',
        'gantry protection arm dgx01 --reason "fan 3 is weak until Friday" --guard 83 --hours 8',
        'gantry protection status',
        'gantry protection disarm dgx01 --reason "fan replaced"',
      ),
    );

  protection
    .command('status')
    .description('Which nodes are armed, what is set on them now, and how it ended.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const status = await (await context.client()).protection.status();
        if (options.json) return context.json(status);
        await printStatus(context, status);
      }),
    );

  const arming = (verb: string, mode: ProtectionMode, description: string): void => {
    protection
      .command(verb)
      .description(description)
      .argument('<host>', 'name or id')
      .requiredOption('--reason <text>', 'why; it is written to the audit log')
      .option('--guard <celsius>', 'act from this temperature on (default 85)', wholeNumber(50, 110))
      .option('--hours <hours>', 'keep a limit no longer than this (default 4)', wholeNumber(1, 24))
      .option(
        '--clocks',
        'where no power limit can be lowered, lower the top clock; that resets it to the default (nvidia-smi -rgc), also what somebody else had locked',
      )
      .option('--json', 'print JSON')
      .action(
        run(async (context, name: string, { reason, guard, hours, clocks, json }: ArmOptions) => {
          const { spec } = await context.host(name);
          const policy = {
            ...(guard === undefined ? {} : { guardC: guard }),
            ...(hours === undefined ? {} : { holdForMs: hours * 3_600_000 }),
            ...(clocks === undefined ? {} : { mayCapClocks: clocks }),
          };
          const client = await context.client();
          const armed = await client.protection.arm(
            { hostId: spec.id, mode, reason, policy },
            { signal: context.signal },
          );
          if (json) return context.json(armed);
          const key = mode === 'armed' ? 'protection.armed' : 'protection.dryRun';
          context.print(context.say({ key, params: { host: spec.name } }));
          if (!(await client.protection.status()).isCarriedOut) context.warn(context.say({ key: 'protection.nobody' }));
        }),
      );
  };
  arming('arm', 'armed', 'Let Gantry lower limits of hot GPUs of a node. Needs root there (sudo -n).');
  arming('dry-run', 'dry-run', 'Only write down what would be done.');

  protection
    .command('disarm')
    .description('Let nothing more be done on a node, and put back what is set.')
    .argument('<host>', 'name or id')
    .requiredOption('--reason <text>', 'why; it is written to the audit log')
    .action(
      run(async (context, name: string, { reason }: { reason: string }) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        await client.protection.disarm({ hostId: spec.id, reason });
        context.print(context.say({ key: 'protection.disarmed', params: { host: spec.name } }));
        await restore(context, spec.id);
      }),
    );

  protection
    .command('restore')
    .description('Put back every limit that protection has set, of one node or of all, and wait for it.')
    .argument('[host]', 'name or id')
    .action(
      run(async (context, name?: string) => {
        await restore(context, name === undefined ? undefined : (await context.host(name)).spec.id);
      }),
    );

  protection
    .command('breaker')
    .description(
      'The circuit breaker: no limit is lowered once protection touched a share of the fleet in five minutes.',
    )
    .requiredOption('--reason <text>', 'why; it is written to the audit log')
    .option('--share <percent>', 'of the nodes', wholeNumber(1, 100))
    .option('--reset', 'close it again')
    .action(
      run(async (context, { reason, share, reset }: { reason: string; share?: number; reset?: boolean }) => {
        if (share === undefined && !reset) throw new CliError(context.say({ key: 'protection.breakerNothing' }));
        const breaker = await (await context.client()).protection.setBreaker({
          ...(share === undefined ? {} : { sharePercent: share }),
          isReset: reset ?? false,
          reason,
        });
        printBreaker(context, breaker);
      }),
    );
}

async function restore(context: CliContext, hostId: string | undefined): Promise<void> {
  const client = await context.client();
  const { restored } = await client.protection.restore(hostId === undefined ? {} : { hostId }, {
    signal: context.signal,
  });
  context.print(context.say({ key: 'protection.restored', params: { count: restored } }));
}

async function printStatus(context: CliContext, { nodes, held, ended, breaker, isCarriedOut }: ProtectionStatus) {
  const names = await (await context.client()).hosts.names();
  const say = (key: string): string => context.say({ key: `protection.${key}` });
  if (nodes.length === 0) context.print(say('off'));
  else
    context.table(
      ['NODE', 'MODE', 'GUARD', 'SINCE', 'BY', 'REASON'],
      nodes.map(({ hostId, mode, policy, armedAtMs, actor, reason }) => [
        names[hostId] ?? hostId,
        say(`mode.${mode}`),
        `${policy.guardC} °C`,
        clockTime(armedAtMs),
        actor,
        reason,
      ]),
    );
  const limits = [
    ...held.map(({ isReleased, changedAtMs, ...limit }) => {
      return { ...limit, atMs: changedAtMs, words: say(isReleased ? 'goingBack' : 'held'), isBad: true };
    }),
    ...ended
      .filter(({ hostId, gpuUuid }) => !held.some((one) => one.hostId === hostId && one.gpuUuid === gpuUuid))
      .map(({ reason, endedAtMs, ...limit }) => {
        return { ...limit, limit: null, atMs: endedAtMs, words: say(`end.${reason}`), isBad: false };
      }),
  ];
  if (limits.length > 0) {
    context.print('');
    context.table(
      ['NODE', 'GPU', 'LIMIT', 'FOUND', 'CHANGED', 'STATE'],
      limits.map(({ hostId, gpuIndex, gpuUuid, lever, limit, original, atMs, words }) => [
        names[hostId] ?? hostId,
        gpuIndex === null ? gpuUuid : `GPU ${gpuIndex}`,
        limit === null ? null : `${limit} ${leverUnits[lever]}`,
        `${original} ${leverUnits[lever]}`,
        clockTime(atMs),
        words,
      ]),
    );
  }
  if (limits.some(({ isBad }) => isBad)) context.setExitCode(exitCodes.findings);
  context.print('');
  printBreaker(context, breaker);
  if (nodes.length > 0 && !isCarriedOut) context.warn(say('nobody'));
}

function printBreaker(context: CliContext, { sharePercent, maxNodes, trippedAtMs }: ProtectionStatus['breaker']): void {
  context.print(context.say({ key: 'protection.breaker', params: { count: maxNodes, share: sharePercent } }));
  if (trippedAtMs === null) return;
  const params = { time: clockTime(trippedAtMs), count: maxNodes };
  context.warn(context.say({ key: 'protection.tripped', params }));
  context.setExitCode(exitCodes.findings);
}
