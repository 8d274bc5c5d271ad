import { basename } from 'node:path';
import type { Command } from 'commander';
import type { HostView } from '#shared/contract/hosts';
import { examples } from '../arguments';
import type { CliContext } from '../context';
import { explain } from '../errors';
import { exitCodes } from '../exit-codes';
import { readInput } from '../files';
import { type ChosenBy, chosenHosts, withFilter } from '../fleet-nodes';
import { printNode } from '../node-view';
import type { Run } from '../run';
import { amount } from '../table';
import { registerInventoryDiff } from './inventory-diff';
import { registerInventoryList } from './inventory-list';
import { printResults } from './probe';

export function registerInventory(program: Command, run: Run): void {
  const inventory = program
    .command('inventory')
    .description('What nodes are made of.')
    .addHelpText(
      'after',
      examples(
        'gantry inventory refresh                  # all saved hosts',
        'gantry inventory list --filter "gpu.model ~ H100 and driver < 570"',
        'gantry inventory show gpu-07 --refresh',
        'gantry inventory diff gpu-07@3                 # what changed since version 3',
        'gantry inventory diff gpu-07 gpu-08',
        'gantry inventory import node.bundle       # what `sh collect.sh` printed',
      ),
    );

  registerInventoryList(inventory, run);

  withFilter(inventory.command('refresh').description('Ask nodes again, all at once.'))
    .argument('[host...]', 'all saved hosts when none is named or chosen')
    .option('--json', 'print JSON')
    .action(
      run(async (context, names: string[], options: ChosenBy & { json?: boolean }) => {
        const client = await context.client();
        const named = await Promise.all(names.map((name) => context.host(name)));
        const isChosen = options.filter !== undefined || options.view !== undefined;
        const chosen = named.length > 0 && !isChosen ? named : await chosenHosts(context, options);
        const isNamed = ({ spec }: HostView) => named.some((host) => host.spec.id === spec.id);
        const hosts = chosen.filter((host) => (named.length > 0 ? isNamed(host) : host.spec.kind !== 'bundle'));
        let done = 0;
        const refreshOne = async ({ spec }: HostView): Promise<RefreshOutcome> => {
          const outcome = {
            host: spec.name,
            ok: 0,
            total: 0,
            durationMs: 0,
            roundTrips: 0,
            nodeCpuMs: null,
            error: null,
          };
          try {
            const report = await client.inventory.refresh({ hostId: spec.id }, { signal: context.signal });
            return { ...outcome, ...report, error: await incompleteness(context, spec, report) };
          } catch (error) {
            return { ...outcome, error: explain(error, context.say).text };
          } finally {
            done += 1;
            context.progress(`${done}/${hosts.length} ${spec.name}`);
          }
        };
        const outcomes = await Promise.all(hosts.map(refreshOne));
        if (context.signal.aborted) throw new DOMException('stopped', 'AbortError');
        const failed = outcomes.filter(({ error }) => error !== null);
        if (failed.length > 0) context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(outcomes);
        context.table(
          ['NODE', 'PROBES OK', 'SECONDS', 'CPU SECONDS THERE', 'ERROR'],
          outcomes.map(({ host, ok, total, durationMs, nodeCpuMs, error }) => [
            host,
            total === 0 ? null : amount(`${ok}/${total}`),
            total === 0 ? null : amount((durationMs / 1000).toFixed(1)),
            nodeCpuMs === null ? null : amount((nodeCpuMs / 1000).toFixed(1)),
            { text: error?.split('\n')[0] ?? '', tone: 'bad' },
          ]),
        );
        if (failed.length === 0) return;
        const params = { count: failed.length, total: outcomes.length };
        context.warn(context.say({ key: 'cli.refreshFailed', params }));
        for (const { host, error } of failed) context.warn(`${host}: ${error}`);
      }),
    );

  inventory
    .command('show')
    .description('Everything known of one node.')
    .argument('<host>', 'name or id')
    .option('--refresh', 'ask the node again first')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { refresh?: boolean; json?: boolean }) => {
        const { spec } = await context.host(name);
        const client = await context.client();
        if (options.refresh) await client.inventory.refresh({ hostId: spec.id }, { signal: context.signal });
        const known = await client.inventory.get({ hostId: spec.id });
        if (known.results.every(({ state }) => state !== 'ok')) context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(known);
        printNode(context, known.results);
        printResults(context, known.results);
      }),
    );

  registerInventoryDiff(inventory, run);

  inventory
    .command('import')
    .description('Take the output of the collector script; it becomes a host of its own.')
    .argument('<file>', 'the collector’s output')
    .option('--name <name>', 'what to call it (default: the file’s name)')
    .option('--json', 'print JSON')
    .action(
      run(async (context, file: string, options: { name?: string; json?: boolean }) => {
        const bytes = await readInput(file);
        const imported = await (await context.client()).inventory.importBundle({
          name: options.name ?? basename(file).replace(/\.[^.]+$/, ''),
          bytes: Uint8Array.from(bytes),
        });
        if (imported.ok === 0) context.setExitCode(exitCodes.couldNotJudge);
        if (options.json) return context.json(imported);
        context.print(`${imported.host.name}  ${imported.ok}/${imported.total}  ${imported.host.id}`);
        if (!imported.isComplete) context.warn(context.say({ key: 'inventory.bundleCut' }));
      }),
    );
}

/** What makes a node that answered as unknown as one that did not; null when nothing does. */
async function incompleteness(
  context: CliContext,
  spec: HostView['spec'],
  { ok, total }: { ok: number; total: number },
): Promise<string | null> {
  if (ok === total) return null;
  const { results } = await (await context.client()).inventory.get({ hostId: spec.id });
  const isCut = results.some(({ reason }) => reason?.key === 'probes.collectionCut');
  // It is the file that ends early, and asking once more changes nothing.
  if (isCut) return context.say({ key: 'inventory.bundleCut' });
  return ok > 0 ? null : context.say({ key: 'cli.noProbeOk' });
}

interface RefreshOutcome {
  host: string;
  ok: number;
  total: number;
  durationMs: number;
  roundTrips: number;
  nodeCpuMs: number | null;
  error: string | null;
}
