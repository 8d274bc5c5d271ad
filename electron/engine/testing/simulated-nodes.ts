import { join } from 'node:path';
import type { EngineClient } from '#shared/contract/index';
import type { FactsOf, ProbeId } from '#shared/domain/facts/index';
import { type NodeProfile, type SimNode, startSimFleet } from '../../sim/index';
import { addHost, EngineBench } from './engine-bench';

/** A simulated node that an engine knows as a host. */
export interface KnownNode {
  readonly node: SimNode;
  readonly hostId: string;
}

export interface SimulatedNodes {
  readonly client: EngineClient;
  /** In the order of the profiles. Throws where there is none. */
  at(position: number): KnownNode;
  close(): Promise<void>;
}

/** An engine on a data folder of its own with simulated nodes as its hosts. */
export async function startSimulatedNodes(profiles: readonly NodeProfile[]): Promise<SimulatedNodes> {
  const bench = new EngineBench();
  const fleet = await startSimFleet({ nodes: profiles });
  bench.onClose(() => fleet.close());
  const { client } = await bench.start();
  const knownHostsFile = join(bench.dataDir, 'known_hosts');
  fleet.writeKnownHosts(knownHostsFile);
  const known: KnownNode[] = [];
  for (const node of fleet.nodes) {
    const { port, user, privateKeyPath, name } = node;
    const hostId = await addHost(client, { port, user, identityFiles: [privateKeyPath], knownHostsFile }, name);
    known.push({ node, hostId });
  }
  return {
    client,
    at(position) {
      const one = known[position];
      if (!one) throw new RangeError(`no node ${position}`);
      return one;
    },
    close: () => bench.close(),
  };
}

/** What a probe read of a node. Throws where the probe read nothing, with what it said. */
export async function probeFacts<Id extends ProbeId>(
  client: EngineClient,
  hostId: string,
  probeId: Id,
): Promise<FactsOf<Id>> {
  const { results } = await client.inventory.get({ hostId });
  const result = results.find((one) => one.probeId === probeId);
  if (result?.state !== 'ok') throw new Error(`${probeId}: ${result?.state} ${JSON.stringify(result?.reason)}`);
  return result.facts as FactsOf<Id>;
}
