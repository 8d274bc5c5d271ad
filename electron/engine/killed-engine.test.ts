import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import { refreshedProbes } from './testing/busy-engine';
import { bundleBusyEngine } from './testing/busy-engine-process';
import { EngineBench, noticesOf } from './testing/engine-bench';
import { startBusyEngine } from './testing/start-busy-engine';

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

/** What is written without asking a node: many of these say little about how far the rest is. */
const quick = /^(note|warranty|profile|removed) /;

/** Lets it work until it was seen to do so much beside the quick things, and a moment more; then kills it. Returns what it had acknowledged. */
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
    const acknowledged = text.split('\n').filter((line) => line !== '' && !quick.test(line)).length;
    if (acknowledged >= after.acknowledged) setTimeout(() => child.kill('SIGKILL'), after.ms);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  // A line that was cut was not read by anyone.
  return text.split('\n').slice(0, -1);
}

/** Versions, passports and profiles: what was acknowledged is there, and what is there can be read. */
async function expectPartsWhole(
  client: EngineClient,
  { hostId, of }: { hostId: string; of: (kind: string) => string[] },
): Promise<void> {
  const versions = await client.parts.versions({ hostId });
  for (const at of of('refresh')) expect(versions[0]?.lastSeenMs).toBeGreaterThanOrEqual(Number(at) - 1);
  expect(versions.map(({ number }) => number)).toEqual(versions.map((_, index) => (versions[0]?.number ?? 0) - index));
  for (const { number } of versions) {
    const { parts } = await client.parts.get({ hostId, version: number });
    expect(parts.filter(({ part }) => part.kind === 'gpu')).toHaveLength(1);
  }

  const ids = (await client.profiles.list()).map(({ id }) => id);
  const removed = of('removed');
  for (const id of removed) expect(ids).not.toContain(id);
  // The last one may have been removed without an answer.
  const kept = of('profile').filter((id) => !removed.includes(id));
  expect(ids).toEqual(expect.arrayContaining(kept.slice(0, -1)));
  for (const profileId of ids) await client.profiles.get({ profileId });
  await client.profiles.check({ hostId });

  const [part] = await client.parts.search({ text: '1650000000001', limit: 1 });
  if (!part) return expect(of('warranty')).toEqual([]);
  const passport = await client.parts.passport({ id: part.id });
  expect(passport.stays).toMatchObject([{ hostId, isOpen: true }]);
  expect(Number(passport.note)).toBeGreaterThanOrEqual(Number(of('warranty').at(-1) ?? 0));
}

it('an engine killed at random moments, over and over, has kept all that it acknowledged, and the data is whole', {
  timeout: 600_000,
}, async () => {
  const bundle = await bundleBusyEngine(join(bench.dataDir, 'bundle'));
  const seen = { note: 0, walked: 0, refresh: 0, settled: 0, interrupted: 0, profile: 0, removed: 0, warranty: 0 };
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
    await expectPartsWhole(client, { hostId: local?.spec.id ?? '', of });
    expect((await client.audit.list({ limit: 1000 })).isChainIntact).toBe(true);
    seen.note += of('note').length;
    seen.walked += of('walked').length;
    seen.refresh += of('refresh').length;
    seen.settled += of('settled').length;
    seen.profile += of('profile').length;
    seen.removed += of('removed').length;
    seen.warranty += of('warranty').length;
    seen.interrupted = [...runs.values()].filter(({ state }) => state === 'interrupted').length;
    await engine.close();
  }
  expect([seen, isAllSeen()]).toEqual([seen, true]);
});
