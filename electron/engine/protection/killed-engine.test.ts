import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { dgxH100, startSimFleet } from '../../sim/index';
import { bundleBusyEngine } from '../testing/busy-engine-process';
import { addHost, EngineBench } from '../testing/engine-bench';
import { startBusyEngine } from '../testing/start-busy-engine';
import { holdHeat } from './testing/hold-heat';

/*
 * Every point of a whole life at which an engine can die is in `create-protection.test.ts`, with the files that a kill leaves.
 * Here it is killed for real, twice, with real commands under way.
 */
const deaths = [
  { nth: 1, when: 'after' },
  { nth: 2, when: 'before' },
] as const;

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

it('an engine killed by kill -9 leaves no limit behind: the next one puts back what was', async () => {
  const fleet = await startSimFleet({ nodes: [dgxH100] });
  bench.onClose(() => fleet.close());
  const [node] = fleet.nodes;
  if (!node) throw new Error('no node');
  holdHeat(node, 95);
  const knownHostsFile = join(bench.dataDir, 'known_hosts');
  fleet.writeKnownHosts(knownHostsFile);
  const { port, user, privateKeyPath, name } = node;
  /** Of the eight GPUs, which are stepped together. */
  const limitsW = () => node.model.gpus.map(({ powerLimitW }) => powerLimitW);
  const setup = await bench.start();
  const hostId = await addHost(setup.client, { port, user, identityFiles: [privateKeyPath], knownHostsFile }, name);
  const policy = { engageAfterMs: 0, settleMs: 500, coolForMs: 500 };
  const arm = (client: EngineClient) =>
    client.protection.arm({ hostId, mode: 'armed', reason: 'to be killed', policy });
  await arm(setup.client);
  await setup.engine.close();
  const bundle = await bundleBusyEngine(
    join(bench.dataDir, 'bundle'),
    new URL('../testing/protecting-engine.ts', import.meta.url),
  );
  const answer = node.answer.bind(node);

  for (const death of deaths) {
    const child = startBusyEngine(bundle, bench.dataDir);
    bench.onClose(() => child.kill('SIGKILL'));
    let count = 0;
    node.answer = (call) => {
      if (!call.tool.endsWith('nvidia-smi') || !call.args.join(' ').includes('-pl ')) return answer(call);
      count += 1;
      if (count === death.nth && death.when === 'before') child.kill('SIGKILL');
      const output = answer(call);
      if (count === death.nth) child.kill('SIGKILL');
      return output;
    };
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    node.answer = answer;
    expect(Math.min(...limitsW())).toBeLessThan(700);

    // By its clock every command of the dead one is long over.
    const { engine, client } = await bench.start({ isTelemetryKeeper: true, nowMs: () => Date.now() + 30_000 });
    await vi.waitFor(
      async () => {
        expect((await client.protection.status()).held).toEqual([]);
        expect(new Set(limitsW())).toEqual(new Set([700]));
      },
      { timeout: 120_000, interval: 50 },
    );
    expect((await client.audit.list({ limit: 1 })).isChainIntact).toBe(true);
    // Armed anew, nothing of this life is held against the GPU in the next one.
    await arm(client);
    await engine.close();
  }
}, 400_000);
