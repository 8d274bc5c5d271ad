import type { Command } from 'commander';
import type { WatchState } from '#shared/domain/telemetry/live';
import type { CliContext } from '../context';
import { bytes } from '../format';
import type { Run } from '../run';

/** By then the cost on the node was read, or can't be. */
const LONGEST_MS = 20_000;

export function registerStatus(telemetry: Command, run: Run): void {
  telemetry
    .command('status')
    .description('Watch nodes for a quarter of a minute and print how: by which collectors, and what that costs.')
    .argument('<host...>', 'names or ids')
    .option('--json', 'print JSON')
    .action(
      run(async (context, names: string[], options: { json?: boolean }) => {
        const hosts = await Promise.all(names.map((name) => context.host(name)));
        const hostIds = hosts.map(({ spec }) => spec.id);
        const client = await context.client();
        await Promise.all(hostIds.map((hostId) => client.hosts.connect({ hostId }, { signal: context.signal })));
        const looked = new AbortController();
        const signal = AbortSignal.any([context.signal, looked.signal]);
        const live = await client.telemetry.live({ hostIds, metrics: ['node.load'] }, { signal });
        (async () => {
          for await (const _ of live);
        })().catch(() => {});
        const states = await statesOf(await client.telemetry.watchStates(undefined, { signal }), hostIds);
        looked.abort();
        if (options.json) return context.json(states);
        const nameOf = new Map(hosts.map(({ spec }) => [spec.id, spec.name]));
        print(context, states, nameOf);
      }),
    );
}

/** Once all is known of each host, or time is up. */
async function statesOf(told: AsyncIterable<WatchState[]>, hostIds: readonly string[]): Promise<WatchState[]> {
  const until = Date.now() + LONGEST_MS;
  let states: WatchState[] = [];
  for await (const all of told) {
    states = all.filter(({ hostId }) => hostIds.includes(hostId));
    const isWhole = states.every(
      ({ collectors }) =>
        collectors.length > 0 && collectors.every(({ state, cost }) => state === 'stopped' || cost !== null),
    );
    if ((states.length === hostIds.length && isWhole) || Date.now() >= until) break;
  }
  return states;
}

function print(context: CliContext, states: readonly WatchState[], names: ReadonlyMap<string, string>): void {
  context.table(
    ['NODE', 'COLLECTOR', 'STATE', 'CPU', 'MEMORY', 'SAID LAST'],
    states.flatMap(({ hostId, collectors }) =>
      collectors.map(({ id, state, cost, lastWords }) => [
        names.get(hostId) ?? hostId,
        id,
        state,
        cost ? `${cost.cpuPercent.toFixed(1)} %` : null,
        cost && cost.memoryBytes !== null ? bytes(cost.memoryBytes) : null,
        lastWords,
      ]),
    ),
  );
  const endpoints = states.flatMap(({ hostId, endpoints: told }) => told.map((one) => ({ hostId, ...one })));
  if (endpoints.length > 0) {
    context.print('');
    context.table(
      ['NODE', 'ENDPOINT', 'TELLS', 'STATE', 'VIA', 'SAID LAST'],
      endpoints.map(({ hostId, url, exporters, state, via, detail }) => [
        names.get(hostId) ?? hostId,
        url,
        exporters.join(' ') || null,
        state,
        via,
        detail,
      ]),
    );
    context.print('');
  }
  for (const { hostId, intervalMs, collectors, bytesPerSecond } of states) {
    const costs = collectors.flatMap(({ cost }) => cost ?? []);
    const memories = costs.flatMap(({ memoryBytes }) => memoryBytes ?? []);
    const sum = costs.reduce((total, { cpuPercent }) => total + cpuPercent, 0);
    context.print(
      context.say({
        key: 'cli.watchingCost',
        params: {
          host: names.get(hostId) ?? hostId,
          seconds: (intervalMs ?? 0) / 1000,
          cpu: costs.length > 0 ? `${sum.toFixed(1)} %` : '–',
          memory: memories.length > 0 ? bytes(memories.reduce((total, each) => total + each, 0)) : '–',
          rate: bytes(bytesPerSecond),
        },
      }),
    );
  }
}
