import type { z } from 'zod';
import { factName } from '../probe';
import { amdGpuFactsSchema } from './amd-gpu';
import {
  gpuDriverFactsSchema,
  gpuFactsSchema,
  gpuHoldersFactsSchema,
  gpuKernelLogFactsSchema,
  gpuListFactsSchema,
  gpuMigFactsSchema,
  gpuProcessEnvironmentFactsSchema,
  gpuProcessesFactsSchema,
  gpuTopologyFactsSchema,
} from './gpu';
import {
  gpuConfidentialComputingFactsSchema,
  gpuDevicesFactsSchema,
  gpuVgpuFactsSchema,
  nvlinkFactsSchema,
} from './gpu-system';
import {
  ethernetSettingsFactsSchema,
  gpudirectFactsSchema,
  networkFactsSchema,
  networkModulesFactsSchema,
  rdmaFactsSchema,
  roceSettingsFactsSchema,
  sharpFactsSchema,
} from './network';
import { pciFactsSchema } from './pci';
import { edacFactsSchema, machineFactsSchema, memoryModulesFactsSchema, platformSecurityFactsSchema } from './platform';
import { bmcFactsSchema, bmcSensorsFactsSchema, redfishFactsSchema, sensorsFactsSchema, upsFactsSchema } from './power';
import { pressureFactsSchema } from './pressure';
import { servingFactsSchema } from './serving';
import { setupReadinessFactsSchema } from './setup';
import {
  clusterFactsSchema,
  containersFactsSchema,
  containerToolkitFactsSchema,
  cudaFactsSchema,
  dockerFactsSchema,
  kernelModulesFactsSchema,
  packagesFactsSchema,
  pendingChangesFactsSchema,
  pythonEnvironmentsFactsSchema,
  recentChangesFactsSchema,
  servicesFactsSchema,
  timeSyncFactsSchema,
} from './software';
import {
  blockDevicesFactsSchema,
  diskHealthFactsSchema,
  fileSystemsFactsSchema,
  nvmeFactsSchema,
  raidFactsSchema,
} from './storage';
import { cephFactsSchema, nfsFactsSchema, tapeFactsSchema } from './storage-services';
import { cpuFactsSchema, memoryFactsSchema, numaFactsSchema, osFactsSchema, processesFactsSchema } from './system';

/** Probe id -> schema of its facts. A new probe adds one line here. */
export const factsSchemas = {
  os: osFactsSchema,
  cpu: cpuFactsSchema,
  numa: numaFactsSchema,
  memory: memoryFactsSchema,
  pressure: pressureFactsSchema,
  machine: machineFactsSchema,
  'memory-modules': memoryModulesFactsSchema,
  edac: edacFactsSchema,
  'platform-security': platformSecurityFactsSchema,
  sensors: sensorsFactsSchema,
  ups: upsFactsSchema,
  bmc: bmcFactsSchema,
  'bmc-sensors': bmcSensorsFactsSchema,
  redfish: redfishFactsSchema,
  gpu: gpuFactsSchema,
  'gpu-list': gpuListFactsSchema,
  'gpu-processes': gpuProcessesFactsSchema,
  'gpu-holders': gpuHoldersFactsSchema,
  'gpu-process-environment': gpuProcessEnvironmentFactsSchema,
  'gpu-topology': gpuTopologyFactsSchema,
  'gpu-mig': gpuMigFactsSchema,
  'gpu-driver': gpuDriverFactsSchema,
  'gpu-kernel-log': gpuKernelLogFactsSchema,
  'gpu-devices': gpuDevicesFactsSchema,
  nvlink: nvlinkFactsSchema,
  'gpu-confidential-computing': gpuConfidentialComputingFactsSchema,
  'gpu-vgpu': gpuVgpuFactsSchema,
  'amd-gpu': amdGpuFactsSchema,
  pci: pciFactsSchema,
  cuda: cudaFactsSchema,
  processes: processesFactsSchema,
  'block-devices': blockDevicesFactsSchema,
  'file-systems': fileSystemsFactsSchema,
  nvme: nvmeFactsSchema,
  'disk-health': diskHealthFactsSchema,
  raid: raidFactsSchema,
  ceph: cephFactsSchema,
  nfs: nfsFactsSchema,
  tape: tapeFactsSchema,
  network: networkFactsSchema,
  rdma: rdmaFactsSchema,
  'ethernet-settings': ethernetSettingsFactsSchema,
  'network-modules': networkModulesFactsSchema,
  'roce-settings': roceSettingsFactsSchema,
  gpudirect: gpudirectFactsSchema,
  sharp: sharpFactsSchema,
  docker: dockerFactsSchema,
  'nvidia-container-toolkit': containerToolkitFactsSchema,
  'kernel-modules': kernelModulesFactsSchema,
  packages: packagesFactsSchema,
  services: servicesFactsSchema,
  'time-sync': timeSyncFactsSchema,
  'python-environments': pythonEnvironmentsFactsSchema,
  containers: containersFactsSchema,
  cluster: clusterFactsSchema,
  serving: servingFactsSchema,
  'pending-changes': pendingChangesFactsSchema,
  'recent-changes': recentChangesFactsSchema,
  'setup-readiness': setupReadinessFactsSchema,
} as const satisfies Record<string, z.ZodType>;

export type ProbeId = keyof typeof factsSchemas;
export type FactsOf<Id extends ProbeId> = z.infer<(typeof factsSchemas)[Id]>;
export const probeIds = Object.keys(factsSchemas) as ProbeId[];

/** The merged facts of a node: what each probe that came back `ok` last said. A probe without facts is absent. */
export type NodeFacts = { readonly [Id in ProbeId]?: FactsOf<Id> };

const idsByName = new Map<string, ProbeId>(probeIds.map((id) => [factName(id), id]));

/** The probe whose facts have this name in expressions. */
export function probeOfFact(name: string): ProbeId | undefined {
  return idsByName.get(name);
}
