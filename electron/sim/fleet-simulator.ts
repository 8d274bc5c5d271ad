import { type FaultName, faultDescriptions, faultNames, isFaultName } from './faults';
import { startSimFleet } from './fleet';

/** Turns a name from outside into a fault; a RangeError names the ones there are. */
function faultFrom(name: string): FaultName {
  if (isFaultName(name)) return name;
  throw new RangeError(`no fault "${name}"; there are: ${faultNames.join(', ')}`);
}

/** The fleet in the shape in which the engine's demo takes it: faults by plain name, without options. */
export const fleetSimulator = {
  faults: faultNames.map((name) => ({ name, description: faultDescriptions[name] })),
  async start(nodes: number) {
    const fleet = await startSimFleet({ nodes });
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
        inject: (fault: string) => node.inject(faultFrom(fault)),
        clear: (fault?: string) => node.clear(fault === undefined ? undefined : faultFrom(fault)),
      })),
      close: () => fleet.close(),
    };
  },
};
