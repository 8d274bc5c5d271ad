import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineClient } from '#shared/contract/index';
import type { ActionRun } from '#shared/domain/action';
import { codeOf, EngineBench, noticesOf } from './testing/engine-bench';
import { fill, smallDisk } from './testing/small-disk';

let bench: EngineBench;
beforeEach(() => {
  bench = new EngineBench();
});
afterEach(() => bench.close());

/** Writes a snippet on this machine and makes the saved run look like one whose engine died half-way. */
async function leaveUnfinished(client: EngineClient, dataDir: string): Promise<string> {
  const [local] = await client.hosts.add({ hosts: [{ kind: 'local', name: 'here' }] });
  const plan = await client.actions.plan({
    actionId: 'environment-snippet',
    hostId: local?.id ?? '',
    parameters: { path: join(bench.dataDir, 'gantry-env.sh') },
  });
  const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
  let run: ActionRun | null = null;
  for await (const change of await client.actions.watch({ runId: id })) run = change;
  expect(run?.state).toBe('verified');
  const database = new Database(join(dataDir, 'gantry.db'));
  const row = JSON.stringify({
    ...run,
    state: 'applying',
    finishedAtMs: null,
    verification: null,
    canUndo: false,
    steps: run?.steps.map((step) => ({ ...step, state: 'running' })),
  });
  // No process has that id.
  database
    .prepare(
      "UPDATE action_run SET state = 'applying', run = ?, saved = json_set(saved, '$.ownerPid', 4194305) WHERE id = ?",
    )
    .run(row, id);
  database.close();
  return id;
}

async function expectInterrupted(client: EngineClient, runId: string): Promise<void> {
  const run = (await client.actions.runs({})).find(({ id }) => id === runId);
  expect(run).toMatchObject({
    state: 'interrupted',
    error: { key: 'actions.engineStopped' },
    steps: expect.arrayContaining([expect.objectContaining({ state: 'unknown' })]),
  });
}

it('a full disk does not keep the engine from starting with an unfinished run, which is interrupted all the same', async ({
  skip,
}) => {
  const dataDir = join(bench.dataDir, 'small');
  const disk = smallDisk(dataDir);
  if (!disk) return skip('mounting a small file system needs root');
  bench.onClose(() => disk.release());
  const first = await bench.start({ dataDir });
  const runId = await leaveUnfinished(first.client, dataDir);
  await first.engine.close();

  const ballast = join(dataDir, 'ballast');
  fill(ballast);
  const { client } = await bench.start({ dataDir });
  expect(await noticesOf(client)).toEqual([]);
  await expectInterrupted(client, runId);
  expect(await codeOf(client.actions.recheck({ runId }))).toBe('STORE_FAILED');
  await expectInterrupted(client, runId);

  // With room again the node is asked, and has the last word.
  rmSync(ballast);
  expect((await client.actions.recheck({ runId })).state).toBe('verified');
  expect((await client.actions.runs({}))[0]?.state).toBe('verified');
});

it('nor does another program that holds the database', async () => {
  const first = await bench.start();
  const runId = await leaveUnfinished(first.client, bench.dataDir);
  await first.engine.close();
  const other = new Database(join(bench.dataDir, 'gantry.db'));
  other.exec('BEGIN IMMEDIATE');
  const { client } = await bench.start();
  await expectInterrupted(client, runId);
  other.exec('ROLLBACK');
  other.close();
  expect((await client.actions.recheck({ runId })).state).toBe('verified');
});
