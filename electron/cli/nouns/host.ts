import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { AnsiblePreview, ConnectionTest, HostView, NewHost } from '#shared/contract/hosts';
import { type Destination, parseDestination } from '../../engine/hosts/host-list';
import { examples, wholeNumber } from '../arguments';
import type { CliContext } from '../context';
import { CliError, exitCodes } from '../exit-codes';
import { FileError, readInput } from '../files';
import { type ChosenBy, chosenHosts, withFilter } from '../fleet-nodes';
import { hostErrorText } from '../host-error-text';
import type { Run } from '../run';
import { amount, state } from '../table';

export function registerHost(program: Command, run: Run): void {
  const host = program
    .command('host')
    .description('Nodes that Gantry knows.')
    .addHelpText(
      'after',
      examples(
        'gantry host add admin@gpu-07:2222 --name gpu-07 --tag lab',
        'gantry host add --from-ssh-config gpu-07 gpu-08',
        'gantry host add --local',
        'gantry host import inventory.ini --dry-run',
        'gantry host tag --filter "gpu.model ~ H100" --add hopper',
        'gantry host test gpu-07',
      ),
    );

  withFilter(host.command('list').description('List saved hosts.'))
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: ChosenBy & { json?: boolean }) => {
        const hosts = await chosenHosts(context, options);
        if (options.json) return context.json(hosts);
        context.table(
          ['NAME', 'KIND', 'ADDRESS', 'TAGS', 'ID'],
          hosts.map(({ spec }) => [spec.name, spec.kind, address({ spec }), spec.tags.join(','), spec.id]),
        );
      }),
    );

  host
    .command('add')
    .description('Add a host: an address, --local, or aliases from ssh config. Nothing is installed on it.')
    .argument('[address]', '[user@]host[:port]')
    .addOption(new Option('--local', 'add this machine').conflicts(['fromSshConfig', 'tag', ...ofAnAddress]))
    .addOption(
      new Option('--from-ssh-config <alias...>', 'add entries of ~/.ssh/config').conflicts(['name', ...ofAnAddress]),
    )
    .option('--name <name>', 'what to call it (default: its address)')
    .option('--user <user>', 'login on the node')
    .option('--port <port>', 'SSH port', wholeNumber(1, 65535))
    .option('--identity <file...>', 'private key file')
    .option('--jump <gateway...>', 'gateways from near to far')
    .option('--known-hosts <file>', 'known_hosts file of this host')
    .option('--tag <tag...>', 'words to group it by')
    .option('--json', 'print JSON')
    .action(
      run(async (context, given: string | undefined, options: AddOptions) => {
        const client = await context.client();
        const hosts = await newHosts(context, given, options);
        const added = await client.hosts.add({ hosts });
        if (options.json) return context.json(added);
        for (const spec of added) context.print(`${spec.name}  ${spec.id}`);
      }),
    );

  host
    .command('import')
    .description('Add the hosts of an Ansible inventory (INI or YAML). Groups become tags; secrets are never imported.')
    .argument('<file>', 'inventory file')
    .option('--dry-run', 'show what would be added, and what is not understood, and add nothing')
    .option('--tag <tag...>', 'more words to group them by')
    .option('--json', 'print JSON')
    .action(run(importInventory));

  withFilter(host.command('tag').description('Put tags on hosts and take them away. A group is the hosts of a tag.'))
    .argument('[host...]', 'names or ids, or choose them with --filter or --view')
    .option('--add <tag...>', 'tags to put on')
    .option('--remove <tag...>', 'tags to take away')
    .option('--dry-run', 'show which hosts would change, and change nothing')
    .option('--json', 'print JSON')
    .action(run(tagHosts));

  host
    .command('tags')
    .description('List tags, and how many hosts have each.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const hosts = await (await context.client()).hosts.list();
        const counts = new Map<string, string[]>();
        for (const { spec } of hosts) {
          for (const tag of spec.tags) counts.set(tag, [...(counts.get(tag) ?? []), spec.name]);
        }
        const tags = [...counts].sort(([one], [other]) => one.localeCompare(other));
        if (options.json) return context.json(tags.map(([tag, names]) => ({ tag, hosts: names })));
        context.table(
          ['TAG', 'HOSTS', 'NAMES'],
          tags.map(([tag, names]) => [tag, amount(String(names.length)), names.join(', ')]),
        );
      }),
    );

  host
    .command('remove')
    .description('Forget a host.')
    .argument('<host>', 'name or id')
    .action(
      run(async (context, name: string) => {
        const { spec } = await context.host(name);
        await (await context.client()).hosts.remove({ hostId: spec.id });
      }),
    );

  host
    .command('test')
    .description('Try to connect, step by step, and say what is wrong and what to do.')
    .argument('<host>', 'a saved host, or [user@]host[:port]')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const client = await context.client();
        const saved = (await client.hosts.list()).find(({ spec }) => spec.name === name || spec.id === name);
        const test = saved
          ? await client.hosts.test({ hostId: saved.spec.id }, { signal: context.signal })
          : await client.hosts.test({ host: (await newHosts(context, name, {}))[0] }, { signal: context.signal });
        if (test.error) context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(test);
        printTest(context, test);
      }),
    );

  host
    .command('ssh-config')
    .description('List what could be added from ssh config, and what is wrong in it.')
    .option('--file <file>', 'default: the one chosen in the settings, else ~/.ssh/config')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { file?: string; json?: boolean }) => {
        const { file } = options;
        // One that is not there is as good as an empty one, but for somebody who named it.
        if (file !== undefined) {
          await stat(file).catch((error: unknown) => {
            throw new FileError(error, file, exitCodes.usage);
          });
        }
        const found = await (await context.client()).hosts.readSshConfig({ file: file && resolve(file) });
        if (found.problems.some((problem) => problem.file === found.file && problem.line === null))
          context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(found);
        context.table(
          ['ALIAS', 'ADDRESS', 'VIA', 'PROBLEM'],
          found.entries.map(({ alias, target, problem }) => [
            alias,
            `${target.user}@${target.address}:${target.port}`,
            target.proxyJump.join(' → '),
            problem ? context.say(problem) : '',
          ]),
        );
        for (const { file, line, message } of found.problems)
          context.warn(`${file}${line === null ? '' : `:${line}`}: ${context.say(message)}`);
      }),
    );
}

interface TagOptions extends ChosenBy {
  add?: string[];
  remove?: string[];
  dryRun?: boolean;
  json?: boolean;
}

async function tagHosts(context: CliContext, given: string[], options: TagOptions): Promise<void> {
  const { add = [], remove = [] } = options;
  const isChosen = options.filter !== undefined || options.view !== undefined;
  if (add.length + remove.length === 0) throw new CliError(context.say({ key: 'cli.tagMissing' }));
  // Every host there is would be a slip more often than a wish: that takes --filter "".
  if (given.length === 0 && !isChosen) throw new CliError(context.say({ key: 'cli.tagNoHosts' }));
  const named = await Promise.all(given.map((name) => context.host(name)));
  const namedIds = new Set(named.map(({ spec }) => spec.id));
  const chosen = isChosen ? await chosenHosts(context, options) : named;
  const specs = chosen.map(({ spec }) => spec).filter(({ id }) => given.length === 0 || namedIds.has(id));
  const client = await context.client();
  const hostIds = specs.map(({ id }) => id);
  const tagged = options.dryRun || hostIds.length === 0 ? specs : await client.hosts.tag({ hostIds, add, remove });
  if (options.json) return context.json(tagged);
  context.table(
    ['NAME', 'TAGS'],
    tagged.map(({ name, tags }) => [name, tags.join(', ')]),
  );
}

/** More than any inventory is long. */
const maxInventoryBytes = 4_000_000;

async function importInventory(
  context: CliContext,
  file: string,
  options: { dryRun?: boolean; tag?: string[]; json?: boolean },
): Promise<void> {
  const client = await context.client();
  const bytes = await readInput(file);
  if (bytes.length > maxInventoryBytes)
    throw new CliError(context.say({ key: 'cli.inventoryTooLong', params: { file } }));
  const text = new TextDecoder().decode(bytes);
  const preview = await client.hosts.readAnsibleInventory({
    text,
    fileName: basename(file),
    // Of what comes through a pipe nothing lies beside.
    ...(file === '-' ? {} : { path: resolve(file) }),
  });
  const isNew = ({ knownAs, sameAs }: AnsiblePreview['hosts'][number]) => knownAs === null && sameAs === null;
  const hosts = preview.hosts.filter(isNew).map(({ host }): NewHost => {
    const tags = host.kind === 'ssh' ? [...new Set([...(host.tags ?? []), ...(options.tag ?? [])])] : [];
    return host.kind === 'ssh' && tags.length > 0 ? { ...host, tags } : host;
  });
  const added = !options.dryRun && hosts.length > 0 ? await client.hosts.add({ hosts }) : [];
  if (preview.hosts.length === 0) context.setExitCode(exitCodes.couldNotJudge);
  if (options.json) context.json({ ...preview, added });
  else {
    context.table(
      ['NAME', 'ADDRESS', 'VIA', 'TAGS', 'STATE'],
      preview.hosts.map((one) => [
        one.host.name ?? one.target.address,
        `${one.target.user}@${one.target.address}:${one.target.port}`,
        one.target.proxyJump.join(' → '),
        one.host.kind === 'ssh' ? (one.host.tags ?? []).join(',') : '',
        stateOf(context, one, options.dryRun === true),
      ]),
    );
    for (const { line, file: beside, message } of preview.notes) {
      const place = beside === undefined ? file : join(dirname(file), beside);
      context.warn(`${place}${line === null ? '' : `:${line}`}: ${context.say(message)}`);
    }
  }
}

function stateOf(context: CliContext, { knownAs, sameAs }: AnsiblePreview['hosts'][number], isDryRun: boolean): string {
  if (knownAs !== null) return context.say({ key: 'cli.importKnown', params: { name: knownAs } });
  if (sameAs !== null) return context.say({ key: 'cli.importSame', params: { name: sameAs } });
  return context.say({ key: isDryRun ? 'cli.importNew' : 'cli.importAdded' });
}

/** What a host that is not given by its address has from elsewhere. */
const ofAnAddress = ['user', 'port', 'identity', 'jump', 'knownHosts'];

interface AddOptions {
  local?: boolean;
  fromSshConfig?: string[];
  name?: string;
  user?: string;
  port?: number;
  identity?: string[];
  jump?: string[];
  knownHosts?: string;
  tag?: string[];
  json?: boolean;
}

async function newHosts(context: CliContext, given: string | undefined, options: AddOptions): Promise<NewHost[]> {
  if (given !== undefined && (options.local || options.fromSshConfig)) {
    throw new CliError(context.say({ key: 'cli.localAlone' }));
  }
  if (options.local) return [{ kind: 'local', name: options.name }];
  if (options.fromSshConfig) {
    const { entries } = await (await context.client()).hosts.readSshConfig({});
    return options.fromSshConfig.map((alias) => {
      const entry = entries.find((candidate) => candidate.alias === alias);
      if (!entry) throw new CliError(context.say({ key: 'cli.aliasUnknown', params: { alias } }));
      return { kind: 'ssh', name: alias, tags: options.tag, target: entry.target };
    });
  }
  if (!given?.trim()) throw new CliError(context.say({ key: 'cli.addressMissing' }));
  const { user, address, port } = destination(context, given);
  const target: Extract<NewHost, { kind: 'ssh' }>['target'] = { address };
  const login = options.user ?? user;
  // Whether `--user` is a name that can stand before an @ is the same question.
  if (login !== null) target.user = destination(context, `${login}@node`).user ?? login;
  if (options.port ?? port) target.port = options.port ?? port ?? undefined;
  if (options.identity) target.identityFiles = options.identity.map((file) => resolve(file));
  // As `ssh -J` takes them, too.
  const gateways = options.jump?.flatMap((gateway) => gateway.split(','));
  for (const gateway of gateways ?? []) destination(context, gateway);
  if (gateways) target.proxyJump = gateways;
  if (options.knownHosts) target.knownHostsFile = resolve(options.knownHosts);
  return [{ kind: 'ssh', name: options.name, tags: options.tag, target }];
}

function destination(context: CliContext, text: string): Destination {
  const found = parseDestination(text.trim());
  if ('detail' in found) throw new CliError(context.say(found.message));
  return found;
}

function printTest(context: CliContext, test: ConnectionTest): void {
  context.table(
    ['STEP', 'OUTCOME', 'MS', 'DETAIL'],
    test.steps.map(({ step, outcome, durationMs, detail }) => [
      context.say({ key: `hosts.step.${step}` }),
      state(outcome),
      outcome === 'skipped' ? null : Math.round(durationMs),
      detail,
    ]),
  );
  if (test.error) context.print(`\n${hostErrorText(test.error, context.say)}`);
}

export function address({ spec }: Pick<HostView, 'spec'>): string {
  return spec.kind === 'ssh' ? `${spec.target.user}@${spec.target.address}:${spec.target.port}` : '';
}
