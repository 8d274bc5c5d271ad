import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { EngineClient } from '#shared/contract/index';
import { createEngine } from '../index';

/** Quick ones: what else runs on this host waits for them. */
export const refreshedProbes = ['os', 'cpu', 'memory'];

/**
 * An engine that works until it is killed: it refreshes, diagnoses, changes its host and writes notes all at once, and
 * prints a line for each thing that was acknowledged.
 */
export async function main(dataDir: string): Promise<void> {
  const engine = await createEngine({ dataDir, secrets: null, homeDir: dataDir });
  const client: EngineClient = createRouterClient(engine.router);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const [host] = await client.hosts.list();
  const hostId = host?.spec.id ?? (await client.hosts.add({ hosts: [{ kind: 'local' }] }))[0]?.id ?? '';
  const { id: incidentId } = await client.incidents.open({ title: 'killed' });
  say(`incident ${incidentId}`);

  const refresh = async () => {
    for (;;) {
      const startedAtMs = Date.now();
      await client.inventory.refresh({ hostId, probeIds: refreshedProbes });
      say(`refresh ${startedAtMs}`);
    }
  };
  const note = async () => {
    for (let count = 0; ; count += 1) {
      const entry = await client.incidents.addNote({ incidentId, text: `note ${count}` });
      say(`note ${entry.id}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const diagnose = async () => {
    for (;;) {
      const { id } = await client.diagnosis.start({ treeId: 'vram-shortage', hostId });
      say(`run ${id}`);
      for await (const change of await client.diagnosis.watch({ runId: id })) if (change.state !== 'collecting') break;
      say(`walked ${id}`);
    }
  };
  const act = async () => {
    for (let count = 0; ; count += 1) {
      const parameters = { path: join(dataDir, 'gantry-env.sh'), variables: { COUNT: String(count) } };
      const plan = await client.actions.plan({ actionId: 'environment-snippet', hostId, parameters });
      const { id } = await client.actions.apply({ planId: plan.id, fingerprint: plan.fingerprint, incidentId });
      say(`applied ${id}`);
      let state = 'applying';
      for await (const change of await client.actions.watch({ runId: id })) ({ state } = change);
      say(`settled ${id} ${state}`);
    }
  };
  await Promise.all([refresh(), note(), diagnose(), act()]);
}
