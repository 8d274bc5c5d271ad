import { createRouterClient } from '@orpc/server';
import type { EngineClient } from '#shared/contract/index';
import { createEngine } from '../index';

/** An engine that does what nodes are armed for, until it is killed. */
export async function main(dataDir: string): Promise<void> {
  const engine = await createEngine({ dataDir, secrets: null, homeDir: dataDir, isTelemetryKeeper: true });
  const client: EngineClient = createRouterClient(engine.router);
  const hostIds = (await client.hosts.list()).map(({ spec }) => spec.id);
  for (const hostId of hostIds) await client.hosts.connect({ hostId });
  // Somebody looks, so that samples come every second from the start.
  for await (const _ of await client.telemetry.live({ hostIds, metrics: ['gpu.temperatureC'] }));
}
