import { canBreak, checkedOptions, faultTargets } from './fault-targets';
import { type FaultName, faultDescriptions, faultNames, faultOptionNames, isFaultName } from './faults';
import { startSimFleet } from './fleet';
import { nodeProfiles } from './profiles';
import { bareNode } from './profiles/bare-node';
import type { NodeProfile } from './profiles/profile';

/** One machine of each kind, and a fresh one to try guided setup on. */
const demoProfiles: readonly NodeProfile[] = [...nodeProfiles, bareNode('ubuntu-24.04')];

/** Turns a name from outside into a fault; a RangeError names the ones there are. */
function faultFrom(name: string): FaultName {
  if (isFaultName(name)) return name;
  throw new RangeError(`no fault "${name}"; there are: ${faultNames.join(', ')}`);
}

/** The fleet in the shape in which the engine's demo takes it: faults and their options by plain name. */
export const fleetSimulator = {
  faults: faultNames.map((name) => ({ name, description: faultDescriptions[name] })),
  async start(nodes: number) {
    const profiles = Array.from({ length: nodes }, (_, at) => demoProfiles[at % demoProfiles.length] as NodeProfile);
    const fleet = await startSimFleet({ nodes: profiles });
    return {
      nodes: fleet.nodes.map((node) => ({
        name: node.name,
        address: node.address,
        port: node.port,
        user: node.user,
        profile: node.profile,
        privateKeyPath: node.privateKeyPath,
        get knownHostsLine() {
          return node.knownHostsLine;
        },
        faults: () => node.faults(),
        possibleFaults: () => faultNames.filter((name) => canBreak(node.model, name)),
        targets: (fault: string) => faultTargets(node.model, faultFrom(fault)),
        inject(fault: string, options: Readonly<Record<string, string | number | boolean>> = {}) {
          const name = faultFrom(fault);
          node.inject(name, checkedOptions(name, options, faultOptionNames[name]));
        },
        clear: (fault?: string) => node.clear(fault === undefined ? undefined : faultFrom(fault)),
      })),
      close: () => fleet.close(),
    };
  },
};
