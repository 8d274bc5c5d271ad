import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import {
  type FaultName,
  type FaultOptions,
  faultDescriptions,
  faultNames,
  faultOptionNames,
  isFaultName,
  type NodeProfile,
  nodeProfiles,
  type SimFleet,
  startSimFleet,
} from '../../sim/index';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { CliError } from '../exit-codes';
import type { Run } from '../run';

interface SimFlags {
  nodes: number;
  basePort?: number;
  seed: number;
  inject?: string[];
  knownHosts?: string;
  realPace?: boolean;
  profile?: string[];
  json?: boolean;
}

export function registerSim(program: Command, run: Run): void {
  const sim = program
    .command('sim')
    .description('Run a simulated fleet until Ctrl-C: SSH servers on loopback with emulated GPU tools.')
    .addHelpText(
      'after',
      examples(
        'gantry sim --nodes 8',
        'gantry sim --nodes 2 --profile dgx-h100 cpu-only',
        'gantry sim --inject dgx01=overheat forge01=link-down',
        'inject dgx01 xid-79-gpu-lost    # typed while it runs; also: clear NODE [FAULT], list',
        'inject dgx01 connection-cut afterBytes=5000',
        'inject dgx01 link-degraded device=mlx5_3 width=8',
        'inject dgx01 part-pulled kind=dimm',
      ),
    )
    .option('--nodes <count>', 'how many', wholeNumber(1, 1000), nodeProfiles.length)
    .option('--base-port <port>', 'port of the first node; free ones otherwise', wholeNumber(1, 65535))
    .option('--seed <number>', 'the same seed makes the same fleet', wholeNumber(0, 2 ** 31), 1)
    .option(
      '--inject <node=fault...>',
      'faults from the start, each with its options: dgx01=connection-cut,afterBytes=5000',
    )
    .option('--profile <id...>', 'which machines, in turns; all of them otherwise (`gantry sim list`)')
    .option('--real-pace', 'tools take as long as on real nodes; else they answer at once')
    .option('--known-hosts <file>', 'also write the nodes’ keys to this file')
    .option('--json', 'print the nodes as JSON')
    .action(run(async (context, options: SimFlags) => serve(context, options)));

  sim
    .command('list')
    .description('List node profiles and faults.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, _own: unknown, command: Command) => {
        const faults = faultNames.map((name) => ({ name, description: faultDescriptions[name] }));
        const profiles = nodeProfiles.map(({ id, hostname }) => ({ id, hostname }));
        // `--json` belongs to `sim` as well, and commander gives it to the outer one.
        if (command.optsWithGlobals<{ json?: boolean }>().json) return context.json({ profiles, faults });
        context.table(
          ['PROFILE', 'HOST NAME'],
          profiles.map(({ id, hostname }) => [id, hostname]),
        );
        context.print('');
        context.table(
          ['FAULT', 'WHAT HAPPENS'],
          faults.map(({ name, description }) => [name, description]),
        );
      }),
    );
}

async function serve(context: CliContext, options: SimFlags): Promise<void> {
  const { nodes: count, basePort } = options;
  if (basePort !== undefined && basePort + count - 1 > 65535) {
    throw new CliError(context.say({ key: 'cli.simPorts', params: { nodes: count, port: basePort } }));
  }
  const fleet = await startSimFleet({
    nodes: profilesOf(context, options),
    seed: options.seed,
    basePort: options.basePort,
    isAtRealPace: options.realPace ?? false,
  });
  try {
    for (const item of options.inject ?? []) {
      const [, node = item, rest = ''] = /^([^=]*)=(.*)$/s.exec(item) ?? [];
      const [fault = '', ...settings] = rest.split(',');
      inject(context, fleet, node, fault, settings);
    }
    const knownHosts = options.knownHosts ?? join(fleet.privateKeyPath, '..', 'known_hosts');
    fleet.writeKnownHosts(knownHosts);
    const nodes = fleet.nodes.map(({ name, address, port, user, password, privateKeyPath, profile }) => ({
      name,
      address,
      port,
      user,
      password,
      privateKeyPath,
      profile,
      knownHosts,
    }));
    if (options.json) context.json(nodes);
    else {
      context.table(
        ['NODE', 'PROFILE', 'SSH', 'PASSWORD'],
        nodes.map((node) => [node.name, node.profile, `${node.user}@${node.address}:${node.port}`, node.password]),
      );
      context.print(
        `\nssh -i ${fleet.privateKeyPath} -o UserKnownHostsFile=${knownHosts} -p ${nodes[0]?.port} ${nodes[0]?.user}@127.0.0.1`,
      );
      context.print(context.say({ key: 'cli.simReady' }));
    }
    await obey(context, fleet);
  } finally {
    await fleet.close();
  }
}

function profilesOf(context: CliContext, { nodes, profile: ids }: SimFlags): number | NodeProfile[] {
  if (ids === undefined) return nodes;
  const chosen = ids.map((id) => {
    const found = nodeProfiles.find((profile) => profile.id === id);
    if (!found)
      throw new CliError(
        context.say({
          key: 'cli.simUnknownProfile',
          params: { id, known: nodeProfiles.map((one) => one.id).join(', ') },
        }),
      );
    return found;
  });
  return Array.from({ length: nodes }, (_, index) => chosen[index % chosen.length] as NodeProfile);
}

/** Takes commands from standard input until it is told to stop; the end of the input alone does not end the fleet. */
async function obey(context: CliContext, fleet: SimFleet): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const [verb, node = '', fault, ...settings] = line.trim().split(/\s+/);
    try {
      if (verb === 'inject') inject(context, fleet, node, fault ?? '', settings);
      else if (verb === 'clear') find(context, fleet, node).clear(fault ? checked(context, fault) : undefined);
      else if (verb !== 'list') return verb ? context.warn(context.say({ key: 'cli.simVerbs' })) : undefined;
      context.table(
        ['NODE', 'FAULTS'],
        fleet.nodes.map((item) => [item.name, item.faults().join(' ')]),
      );
    } catch (error) {
      context.warn(error instanceof Error ? error.message : String(error));
    }
  });
  await context.untilStopped();
  lines.close();
}

function inject(
  context: CliContext,
  fleet: SimFleet,
  node: string,
  fault: string,
  settings: readonly string[] = [],
): void {
  const name = checked(context, fault);
  find(context, fleet, node).inject(name, faultOptions(context, name, settings));
}

/** `afterBytes=5000` as the fault has it: a whole number, yes or no, or a word; what it does not know is refused. */
export function faultOptions<F extends FaultName>(
  context: CliContext,
  fault: F,
  settings: readonly string[],
): FaultOptions[F] {
  const known = new Set<string>(faultOptionNames[fault]);
  const entries = settings.map((option): [string, string | number | boolean] => {
    const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(option) ?? [];
    if (!known.has(name)) {
      const params = { option, fault, options: [...known].join(', ') || '—' };
      throw new CliError(context.say({ key: 'cli.simOption', params }));
    }
    return [name, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value === 'true' ? true : value];
  });
  return Object.fromEntries(entries) as FaultOptions[F];
}

function find(context: CliContext, fleet: SimFleet, name: string) {
  const node = fleet.nodes.find((candidate) => candidate.name === name);
  if (!node) throw new CliError(context.say({ key: 'cli.simUnknownNode', params: { node: name } }));
  return node;
}

function checked(context: CliContext, fault: string) {
  if (!isFaultName(fault)) throw new CliError(context.say({ key: 'cli.simUnknownFault', params: { fault } }));
  return fault;
}
