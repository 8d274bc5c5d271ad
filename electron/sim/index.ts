export {
  type FaultName,
  type FaultOptions,
  faultDescriptions,
  faultNames,
  faultOptionNames,
  isFaultName,
} from './faults';
export { type SimFleet, type SimFleetOptions, type SimUser, startSimFleet } from './fleet';
export { fleetSimulator } from './fleet-simulator';
export { NodeModel } from './model/node-model';
export { a100Mig, bareNode, cpuOnly, dgxH100, l4Single, nodeProfiles, workstationRtx6000Ada } from './profiles';
export type { NodeProfile } from './profiles/profile';
export type { SimNode } from './sim-node';
export { renderTool } from './tools';
