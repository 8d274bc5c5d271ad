import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { bundleBusyEngine } from './testing/busy-engine-process';
import { EngineBench } from './testing/engine-bench';
import { startBusyEngine } from './testing/start-busy-engine';

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

/** Every state that is told of a run until it is over. */
async function statesOfAction(client: EngineClient, runId: string): Promise<string[]> {
  const states: string[] = [];
  for await (const { state } of await client.actions.watch({ runId })) states.push(state);
  return states;
}

async function statesOfDiagnosis(client: EngineClient, runId: string): Promise<string[]> {
  const states: string[] = [];
  for await (const { state } of await client.diagnosis.watch({ runId })) {
    states.push(state);
    if (state !== 'collecting') break;
  }
  return states;
}

it('tells how the runs of another process go on, and that they were interrupted when it dies', {
  timeout: 300_000,
}, async () => {
  const bundle = await bundleBusyEngine(join(bench.dataDir, 'bundle'));
  const { client } = await bench.start();
  const seen = new Set<string>();
  const wanted = ['applying > verified', 'applying > interrupted', 'collecting > walked', 'collecting > failed'];
  const isSeen = () => wanted.every((one) => seen.has(one));
  // A run may be over before it is watched, so there are several lives, each killed as soon as two actions began.
  for (let life = 0; life < 60 && !isSeen(); life += 1) {
    const child = startBusyEngine(bundle, bench.dataDir);
    bench.onClose(() => child.kill('SIGKILL'));
    const watched: Promise<unknown>[] = [];
    let count = 0;
    for await (const line of createInterface(child.stdout)) {
      const [kind, id = ''] = line.split(' ');
      if (kind === 'applied') {
        watched.push(
          statesOfAction(client, id).then(([first, ...rest]) => {
            if (first === 'applying' || first === 'verifying') seen.add(`applying > ${rest.at(-1)}`);
            else expect(['verified', 'interrupted']).toContain(first);
          }),
        );
        count += 1;
        if (count === 2) child.kill('SIGKILL');
      } else if (kind === 'run') {
        watched.push(
          statesOfDiagnosis(client, id).then(([first, ...rest]) => {
            const end = rest.at(-1) === 'failed' ? 'failed' : 'walked';
            if (first === 'collecting') seen.add(`collecting > ${end}`);
          }),
        );
      }
    }
    // Each of them comes to an end, whatever became of the process.
    await Promise.all(watched);
  }
  expect([...seen].sort()).toEqual([...wanted].sort());
});

it('tells hosts, facts and incidents that another process saves', { timeout: 120_000 }, async () => {
  const other = (await bench.start()).client;
  const { client } = await bench.start();
  const stop = new AbortController();
  bench.onClose(() => stop.abort());
  const { signal } = stop;
  const [local] = await other.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
  const hostId = local?.id ?? '';
  const told = {
    statuses: await client.hosts.watch(undefined, { signal }),
    summaries: await client.inventory.watchSummaries(undefined, { signal }),
    results: await client.inventory.watch({ hostId }, { signal }),
    incidents: await client.incidents.watch(undefined, { signal }),
  };
  const untilTold = async <T>(stream: AsyncIterable<T>, isIt: (value: T) => boolean): Promise<void> => {
    for await (const value of stream) if (isIt(value)) return;
    throw new Error('the stream ended');
  };
  const [second] = await Promise.all([
    (async () => {
      // Whoever watches is there by now.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await other.inventory.refresh({ hostId, probeIds: ['memory'] });
      await other.incidents.open({ title: 'found by the command line' });
      return (
        await other.hosts.add({
          hosts: [{ kind: 'ssh', name: 'there', target: { address: '127.0.0.1', port: 9, user: 'ops' } }],
        })
      )[0]?.id;
    })(),
    untilTold(told.results, ({ probeId, state }) => probeId === 'memory' && state === 'ok'),
    untilTold(told.summaries, (batch) =>
      batch.some((summary) => summary.hostId === hostId && summary.memoryTotalBytes !== null),
    ),
    untilTold(told.incidents, ({ title }) => title === 'found by the command line'),
  ]);
  await untilTold(told.statuses, (batch) => batch.some((status) => status.hostId === second));
  const statuses = await client.hosts.watch(undefined, { signal });
  await other.hosts.remove({ hostId: second ?? '' });
  await untilTold(statuses, (batch) => batch.some((told) => 'isRemoved' in told && told.hostId === second));
});
