import { driftOf, type NodeTraits, type SystemType, traitsOf } from '#shared/domain/profile/drift';
import type { HostDirectory } from '../hosts/host-directory';
import type { PartsHistory } from '../inventory/parts-history';

/** Nodes read before the engine does something else. */
const nodesAtOnce = 8;

/** Reads what differs in the fleet from the newest version of each node; of nodes that were not looked at again, from memory. */
export function createFleetDrift(deps: { hosts: Pick<HostDirectory, 'list'>; history: PartsHistory }) {
  const { hosts, history } = deps;
  const known = new Map<string, { seenAtMs: number; traits: NodeTraits }>();
  return async (): Promise<SystemType[]> => {
    const seenAtMs = history.lastSeen();
    const nodes: NodeTraits[] = [];
    for (const [index, { spec }] of hosts.list().entries()) {
      const at = seenAtMs.get(spec.id);
      if (at === undefined) continue;
      const before = known.get(spec.id);
      if (before?.seenAtMs === at) nodes.push(before.traits);
      else {
        const look = history.known(spec.id);
        if (!look) continue;
        const traits = traitsOf(spec.id, look);
        known.set(spec.id, { seenAtMs: at, traits });
        nodes.push(traits);
        if (index % nodesAtOnce === nodesAtOnce - 1) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return driftOf(nodes);
  };
}
