import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { dgxH100, startSimFleet } from '../../sim/index';
import { bundleBusyEngine, startBusyEngine } from '../testing/busy-engine-process';
import { addHost, EngineBench } from '../testing/engine-bench';

/** A minute of the node's heat a second. */
const SPEED = 60;

/** Where an engine is killed: at the nth call of a kind that reaches the node, before or after the node has done it. */
const deaths = [
  { at: 'reading', nth: 1, when: 'before' },
  { at: 'setting', nth: 1, when: 'after' },
  { at: 'setting', nth: 2, when: 'after' },
  { at: 'setting', nth: 3, when: 'before' },
  { at: 'setting', nth: 4, when: 'after' },
] as const;

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

it('an engine killed at every step leaves no limit behind: the next one puts back what was', async () => {
  const startedAtMs = Date.now();
  const fleet = await startSimFleet({
    nodes: [dgxH100],
    now: () => startedAtMs + (Date.now() - startedAtMs) * SPEED,
  });
  bench.onClose(() => fleet.close());
  const [node] = fleet.nodes;
  if (!node) throw new Error('no node');
  const knownHostsFile = join(bench.dataDir, 'known_hosts');
  fleet.writeKnownHosts(knownHostsFile);
  const { port, user, privateKeyPath, name } = node;
  const limitW = () => node.model.gpus[0]?.powerLimitW;
  const setup = await bench.start();
  const hostId = await addHost(setup.client, { port, user, identityFiles: [privateKeyPath], knownHostsFile }, name);
  const policy = { engageAfterMs: 0, settleMs: 1000, coolForMs: 1000 };
  const arm = (client: EngineClient) =>
    client.protection.arm({ hostId, mode: 'armed', reason: 'to be killed', policy });
  await arm(setup.client);
  await setup.engine.close();
  const bundle = await bundleBusyEngine(
    join(bench.dataDir, 'bundle'),
    new URL('../testing/protecting-engine.ts', import.meta.url),
  );
  const answer = node.answer.bind(node);
  const seen: string[] = [];

  for (const death of deaths) {
    const child = startBusyEngine(bundle, bench.dataDir);
    bench.onClose(() => child.kill('SIGKILL'));
    const counts = { reading: 0, setting: 0 };
    node.answer = (call) => {
      const line = call.args.join(' ');
      const kind = line.includes('-pl ') ? 'setting' : line.includes('power.min_limit') ? 'reading' : null;
      if (!call.tool.endsWith('nvidia-smi') || !kind) return answer(call);
      counts[kind] += 1;
      const isTime = kind === death.at && counts[kind] === death.nth;
      if (isTime && death.when === 'before') child.kill('SIGKILL');
      const output = answer(call);
      if (isTime) child.kill('SIGKILL');
      // Twice down, then the fan turns again: then two steps back up.
      if (kind === 'setting' && counts.setting === 2) node.clear('overheat');
      return output;
    };
    node.inject('overheat', { gpu: 0, cooling: 0.4 });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    node.answer = answer;
    node.clear('overheat');
    seen.push(`${death.at} ${death.nth} ${death.when}: ${limitW()} W`);

    // By its clock every command of the dead one is long over.
    const { engine, client } = await bench.start({ isTelemetryKeeper: true, nowMs: () => Date.now() + 30_000 });
    await vi.waitFor(
      async () => {
        expect((await client.protection.status()).held).toEqual([]);
        expect(limitW()).toBe(700);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect((await client.audit.list({ limit: 1 })).isChainIntact).toBe(true);
    // Armed anew, nothing of this life is held against the GPU in the next one.
    await arm(client);
    await engine.close();
  }
  // Most of them did leave one behind when they died.
  expect(seen.filter((line) => !line.endsWith(' 700 W')).length).toBeGreaterThan(2);
}, 240_000);
