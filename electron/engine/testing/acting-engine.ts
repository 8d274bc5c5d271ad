import { createRouterClient } from '@orpc/server';
import type { EngineClient } from '#shared/contract/index';
import { createEngine } from '../index';

/** An engine that carries out an action on the node it knows, until it is killed; prints the states of the steps. */
export async function main(dataDir: string): Promise<void> {
  const engine = await createEngine({ dataDir, secrets: null, homeDir: dataDir, environment: { USER: 'nobody' } });
  const client: EngineClient = createRouterClient(engine.router);
  const host = (await client.hosts.list()).find(({ spec }) => spec.kind === 'ssh');
  const hostId = host?.spec.id ?? '';
  const plan = await client.actions.plan({ actionId: 'our-limits', hostId, parameters: { level: '9' } });
  const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint });
  for await (const run of await client.actions.watch({ runId: id })) {
    process.stdout.write(`${run.state} ${run.steps.map(({ state }) => state).join(' ')}\n`);
  }
}
