import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { NodeSummary } from '#shared/contract/inventory';
import { explain } from '../errors';
import { CliError, exitCodes } from '../exit-codes';
import type { Run } from '../run';
import { table } from '../table';
import { printResults } from './probe';

export function registerInventory(program: Command, run: Run): void {
  const inventory = program.command('inventory').description('What nodes are made of.');

  inventory
    .command('list')
    .description('One line a node, from the last time each was asked.')
    .option('--json', 'print JSON')
    .action(
      run(async (context, options: { json?: boolean }) => {
        const client = await context.client();
        const summaries = await client.inventory.list();
        if (options.json) return context.json(summaries);
        const names = new Map((await client.hosts.list()).map(({ spec }) => [spec.id, spec.name]));
        context.print(
          table(
            ['NODE', 'OS', 'GPUS', 'DRIVER', 'GPU MEMORY', 'MAX °C', 'PROBES', 'ATTENTION'],
            summaries.map((summary) => [
              names.get(summary.hostId) ?? summary.hostId,
              summary.osName,
              gpus(summary),
              summary.driverVersion,
              summary.gpuMemoryTotalBytes === null
                ? null
                : `${gib(summary.gpuMemoryUsedBytes)} / ${gib(summary.gpuMemoryTotalBytes)} GiB`,
              summary.maxGpuTemperatureC,
              `${summary.probesOk}/${summary.probesTotal}`,
              summary.attention.map(context.say).join('; '),
            ]),
          ),
        );
      }),
    );

  inventory
    .command('refresh')
    .description('Ask nodes again, up to eight at a time.')
    .argument('[host...]', 'all saved hosts when none is named')
    .option('--json', 'print JSON')
    .action(
      run(async (context, names: string[], options: { json?: boolean }) => {
        const client = await context.client();
        const hosts =
          names.length > 0
            ? await Promise.all(names.map((name) => context.host(name)))
            : (await client.hosts.list()).filter(({ spec }) => spec.kind !== 'bundle');
        const outcomes: Array<{
          host: string;
          ok: number;
          total: number;
          durationMs: number;
          roundTrips: number;
          error: string | null;
        }> = [];
        const waiting = [...hosts];
        const work = async () => {
          for (let host = waiting.shift(); host; host = waiting.shift()) {
            const outcome = { host: host.spec.name, ok: 0, total: 0, durationMs: 0, roundTrips: 0, error: null };
            try {
              outcomes.push({
                ...outcome,
                ...(await client.inventory.refresh({ hostId: host.spec.id }, { signal: context.signal })),
              });
            } catch (error) {
              const { text, exitCode } = explain(error, context.say);
              outcomes.push({ ...outcome, error: text });
              context.setExitCode(exitCode);
            }
            context.progress(`${outcomes.length}/${hosts.length} ${host.spec.name}`);
          }
        };
        await Promise.all(Array.from({ length: 8 }, work));
        if (options.json) return context.json(outcomes);
        context.print(
          table(
            ['NODE', 'PROBES OK', 'SECONDS', 'ERROR'],
            outcomes.map(({ host, ok, total, durationMs, error }) => [
              host,
              `${ok}/${total}`,
              (durationMs / 1000).toFixed(1),
              error ?? '',
            ]),
          ),
        );
      }),
    );

  inventory
    .command('show')
    .description('Everything known of one node.')
    .argument('<host>')
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
        printResults(context, known.results);
      }),
    );

  inventory
    .command('import')
    .description('Take the output of the collector script; it becomes a host of its own.')
    .argument('<file>')
    .option('--name <name>')
    .option('--json', 'print JSON')
    .action(
      run(async (context, file: string, options: { name?: string; json?: boolean }) => {
        const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
          throw new CliError(`${file}: ${error.code ?? error.message}`);
        });
        const imported = await (await context.client()).inventory.importBundle({
          name: options.name ?? basename(file).replace(/\.[^.]+$/, ''),
          bytes: Uint8Array.from(bytes),
        });
        if (options.json) return context.json(imported);
        context.print(`${imported.host.name}  ${imported.ok}/${imported.total}  ${imported.host.id}`);
      }),
    );
}

function gpus({ gpuModels }: NodeSummary): string | null {
  return gpuModels?.map(({ name, count }) => `${count} × ${name}`).join(', ') ?? null;
}

function gib(bytes: number | null): string {
  return bytes === null ? '—' : (bytes / 2 ** 30).toFixed(0);
}
