import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refreshedProbes } from './testing/busy-engine';
import { bundleBusyEngine, startBusyEngine } from './testing/busy-engine-process';
import { EngineBench, noticesOf } from './testing/engine-bench';

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

/** Lets it work until it was seen to do so much beside notes, and a moment more; then kills it. Returns what it had acknowledged. */
async function runUntilKilled(
  bundle: string,
  dataDir: string,
  after: { acknowledged: number; ms: number },
): Promise<string[]> {
  const child = startBusyEngine(bundle, dataDir);
  bench.onClose(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const acknowledged = text.split('\n').filter((line) => line !== '' && !line.startsWith('note ')).length;
    if (acknowledged >= after.acknowledged) setTimeout(() => child.kill('SIGKILL'), after.ms);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  // A line that was cut was not read by anyone.
  return text.split('\n').slice(0, -1);
}

it('an engine killed at random moments, over and over, has kept all that it acknowledged, and the data is whole', {
  timeout: 600_000,
}, async () => {
  const bundle = await bundleBusyEngine(join(bench.dataDir, 'bundle'));
  const seen = { note: 0, walked: 0, refresh: 0, settled: 0, interrupted: 0 };
  const isAllSeen = () => Object.values(seen).every((count) => count > 0);
  // At least ten lives, and more until every kind of thing was done in one of them.
  for (let life = 0; life < 10 || (life < 100 && !isAllSeen()); life += 1) {
    // Some lives end in the first writes, some in the middle of everything.
    const after = { acknowledged: 1 + (life % 8), ms: Math.random() * 150 };
    const lines = await runUntilKilled(bundle, bench.dataDir, after);
    const of = (kind: string) =>
      lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));

    const file = new Database(join(bench.dataDir, 'gantry.db'));
    expect(file.prepare('PRAGMA integrity_check').pluck().all()).toEqual(['ok']);
    file.close();
    const { client, engine } = await bench.start();
    expect(await noticesOf(client)).toEqual([]);
    const [incidentId = ''] = of('incident');
    const entries = (await client.incidents.get({ incidentId })).entries.map(({ id }) => id);
    expect(entries).toEqual(expect.arrayContaining(of('note')));
    for (const id of of('run')) {
      const run = await client.diagnosis.get({ runId: id });
      if (of('walked').includes(id)) expect(['concluded', 'waiting']).toContain(run.state);
      else if (run.state === 'failed') expect(run.error).toMatchObject({ key: 'diagnosis.interrupted' });
      else expect(['concluded', 'waiting']).toContain(run.state);
    }
    const runs = new Map((await client.actions.runs({})).map((run) => [run.id, run]));
    for (const line of of('settled')) {
      const [id = '', state] = line.split(' ');
      expect([id, runs.get(id)?.state]).toEqual([id, state]);
    }
    for (const id of of('applied')) {
      // Verified, or cut off and said so; never still going on, for nobody carries it out any more.
      expect(['verified', 'interrupted']).toContain(runs.get(id)?.state);
    }
    const [local] = await client.hosts.list();
    const results = (await client.inventory.get({ hostId: local?.spec.id ?? '' })).results;
    const refreshed = results.filter(({ probeId }) => refreshedProbes.includes(probeId));
    for (const at of of('refresh')) {
      expect(Math.min(...refreshed.map(({ observedAtMs }) => observedAtMs))).toBeGreaterThanOrEqual(Number(at) - 1);
    }
    for (const { commands } of results) {
      for (const { evidenceId } of commands) await client.inventory.evidence({ evidenceId });
    }
    expect((await client.audit.list({ limit: 1000 })).isChainIntact).toBe(true);
    seen.note += of('note').length;
    seen.walked += of('walked').length;
    seen.refresh += of('refresh').length;
    seen.settled += of('settled').length;
    seen.interrupted = [...runs.values()].filter(({ state }) => state === 'interrupted').length;
    await engine.close();
  }
  expect([seen, isAllSeen()]).toEqual([seen, true]);
});
