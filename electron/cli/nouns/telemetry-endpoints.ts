import type { Command } from 'commander';
import { examples } from '../arguments';
import type { Run } from '../run';

/** `/metrics` of nodes beyond those that are found. */
export function registerEndpoints(telemetry: Command, run: Run): void {
  const endpoint = telemetry
    .command('endpoint')
    .description('Name the /metrics of a node that are not found on the usual ports (8000, 8002, 9400).')
    .addHelpText(
      'after',
      examples(
        'gantry telemetry endpoint add dgx01 8003',
        'gantry telemetry endpoint add dgx01 http://10.0.0.7:9400/metrics',
        'gantry telemetry status dgx01   # which of them are read',
      ),
    );

  endpoint
    .command('list')
    .description('List what was named.')
    .argument('<host>', 'name or id')
    .option('--json', 'print JSON')
    .action(
      run(async (context, name: string, options: { json?: boolean }) => {
        const { spec } = await context.host(name);
        const urls = await (await context.client()).telemetry.endpoints({ hostId: spec.id });
        if (options.json) return context.json(urls);
        context.table(
          ['ADDRESS'],
          urls.map((url) => [url]),
        );
      }),
    );

  const change = (verb: 'add' | 'remove', description: string): void => {
    endpoint
      .command(verb)
      .description(description)
      .argument('<host>', 'name or id')
      .argument('<address>', 'as seen from the node: a port, HOST:PORT or http://…; plain HTTP')
      .action(
        run(async (context, name: string, address: string) => {
          const { spec } = await context.host(name);
          const client = await context.client();
          const isNamed = verb === 'add';
          const { url } = await client.telemetry.setEndpoint({ hostId: spec.id, address, isNamed });
          context.print(url);
        }),
      );
  };
  change('add', 'Read an endpoint whenever the node is watched.');
  change('remove', 'Read it no more, unless it is found.');
}
