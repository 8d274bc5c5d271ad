import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import type { EngineClient } from '#shared/contract/index';
import { preflightCheckIds } from '#shared/domain/playbook/preflight';
import { canContinue, type Rollout } from '#shared/domain/rollout';
import { createEngine } from '../index';

export interface RollingTask {
  readonly what: 'start' | 'continue' | 'undo';
  readonly playbookId: string;
  /** Ends itself with SIGKILL so long after the first of these lines that comes; at once with 0. */
  readonly killed: readonly { readonly line: string; readonly afterMs: number }[];
}

/** An engine that carries out a playbook on the node it knows; prints each state as it is written down, at the end all of it. */
export async function main(dataDir: string): Promise<void> {
  const task = JSON.parse(readFileSync(join(dataDir, 'task.json'), 'utf8')) as RollingTask;
  const engine = await createEngine({ dataDir, secrets: null, homeDir: dataDir, environment: { USER: 'nobody' } });
  const client: EngineClient = createRouterClient(engine.router);
  const printed = new Set<string>();
  let isEnding = false;
  const end = () => process.kill(process.pid, 'SIGKILL');
  const print = (line: string) => {
    if (printed.has(line)) return;
    printed.add(line);
    writeSync(1, `${line}\n`);
    const cut = isEnding ? undefined : task.killed.find((one) => one.line === line);
    if (!cut) return;
    isEnding = true;
    if (cut.afterMs === 0) end();
    else setTimeout(end, cut.afterMs);
  };
  const followed = new Map<string, Promise<void>>();
  const undoing = new Set<string>();
  const follow = async (runId: string, step: string) => {
    do {
      for await (const run of await client.actions.watch({ runId })) {
        // On its way back from the first turn on; until then it stands as it was.
        if (!undoing.has(runId) || run.state === 'undoing')
          print(`run ${step} ${run.state} ${run.steps.map(({ state }) => state).join(' ')}`);
      }
      await delay(2);
    } while (undoing.has(runId));
  };
  const tell = (rollout: Rollout) => {
    print(`rollout ${rollout.items.map(({ state }) => state).join(' ')}`);
    for (const { runId, step, state } of rollout.items) {
      if (runId !== null && state === 'undoing') undoing.add(runId);
      else if (runId !== null) undoing.delete(runId);
      // One that is taken back is followed anew.
      const key = `${runId} ${state === 'undoing'}`;
      if (runId === null || followed.has(key) || (state !== 'running' && state !== 'undoing')) continue;
      followed.set(key, follow(runId, step?.id ?? ''));
    }
  };

  const hostId = (await client.hosts.list()).find(({ spec }) => spec.kind === 'ssh')?.spec.id ?? '';
  let rolloutId = (await client.actions.rollouts())[0]?.id ?? '';
  let undone: Promise<unknown> = Promise.resolve();
  if (task.what === 'start') {
    const plan = await client.playbooks.plan({ playbookId: task.playbookId, hostId, parameters: {} });
    if (plan.isBlocked || plan.isAlreadyDone) print(`plan ${JSON.stringify(plan)}`);
    else {
      const plans = [{ planId: plan.id, fingerprint: plan.fingerprint }];
      rolloutId = (await client.playbooks.start({ plans, batchSize: 1, accepted: [...preflightCheckIds] })).id;
    }
  } else if (task.what === 'continue') {
    // One that was killed behind its last state has nothing left to do.
    if (canContinue(await client.actions.rollout({ rolloutId }))) await client.actions.continueRollout({ rolloutId });
  } else undone = client.actions.undoRollout({ rolloutId });
  if (rolloutId !== '') {
    for await (const rollout of await client.actions.watchRollout({ rolloutId })) tell(rollout);
    await undone;
    await Promise.all(followed.values());
    // Nothing was left to do: the lock of the one that was killed is there until the node is next connected.
    if (followed.size === 0) await lockFreed(client, hostId);
    writeSync(1, `end ${JSON.stringify(await client.actions.rollout({ rolloutId }))}\n`);
  }
  await engine.close();
  process.exit(0);
}

async function lockFreed(client: EngineClient, hostId: string): Promise<void> {
  for (let tries = 0; tries < 200 && (await client.actions.lock({ hostId })) !== null; tries += 1) await delay(50);
}
