import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import type { EngineClient } from '#shared/contract/index';
import { createEngine } from '../index';

/** Quick ones: what else runs on this host waits for them. */
export const refreshedProbes = ['os', 'cpu', 'memory', 'gpu'];

/** A GPU that has another VBIOS each time somebody looks, so that each look is a version of its own. */
const gpuOfTest = `#!/bin/sh
[ "$*" = '-q -x' ] || { echo 'nothing of this is known' >&2; exit 9; }
cat <<END
<?xml version="1.0" ?>
<nvidia_smi_log>
  <driver_version>550.90.07</driver_version>
  <attached_gpus>1</attached_gpus>
  <gpu id="00000000:1B:00.0">
    <product_name>NVIDIA H100</product_name>
    <uuid>GPU-00000000-0000-0000-0000-000000000001</uuid>
    <serial>1650000000001</serial>
    <vbios_version>$(date +%s.%N)</vbios_version>
  </gpu>
</nvidia_smi_log>
END
`;

/** Where commands are looked for then: in front of whatever this machine has. */
export function pathWithGpu(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'nvidia-smi'), gpuOfTest, { mode: 0o755 });
  return `${folder}:${process.env.PATH ?? ''}`;
}

/**
 * An engine that works until it is killed: it refreshes, which makes versions and passports, makes and removes profiles,
 * diagnoses, changes its host and writes notes all at once, and prints a line for each thing that was acknowledged.
 */
export async function main(dataDir: string): Promise<void> {
  process.env.PATH = pathWithGpu(join(dataDir, 'bin'));
  const engine = await createEngine({ dataDir, secrets: null, homeDir: dataDir, lockPath: join(dataDir, 'lock') });
  const client: EngineClient = createRouterClient(engine.router);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const [host] = await client.hosts.list();
  const hostId = host?.spec.id ?? (await client.hosts.add({ hosts: [{ kind: 'local' }] }))[0]?.id ?? '';
  const { id: incidentId } = await client.incidents.open({ title: 'killed' });
  say(`incident ${incidentId}`);

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
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
      await pause(2);
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
  const profile = async () => {
    // There is nothing to make one of before the first look.
    while ((await client.parts.versions({ hostId })).length === 0) await pause(5);
    for (let count = 0; ; count += 1) {
      const { id } = await client.profiles.fromNode({ hostId, name: `${Date.now()} ${count}` });
      say(`profile ${id}`);
      await client.profiles.assign({ hostId, profileId: id });
      if (count % 2 === 1) {
        await client.profiles.remove({ profileId: id });
        say(`removed ${id}`);
      }
      await pause(2);
    }
  };
  const passport = async () => {
    for (;;) {
      const [part] = await client.parts.search({ text: '1650000000001', limit: 1 });
      const note = String(Date.now());
      if (part) {
        await client.parts.setNote({ id: part.id, note, warrantyUntil: '2030-01-31' });
        say(`warranty ${note}`);
      }
      await pause(2);
    }
  };
  await Promise.all([refresh(), note(), diagnose(), act(), profile(), passport()]);
}
