import type { NodeSummary } from '../../../contract/inventory';
import type { FleetNode } from '../fleet-node';

const nothingKnown: Omit<NodeSummary, 'hostId'> = {
  observedAtMs: null,
  isCollecting: false,
  probesOk: 0,
  probesTotal: 0,
  osName: null,
  kernelRelease: null,
  architecture: null,
  virtualization: null,
  bootedAtMs: null,
  vendor: null,
  product: null,
  serial: null,
  biosVersion: null,
  cpuModel: null,
  cpuSockets: null,
  cpuCores: null,
  logicalCpus: null,
  memoryTotalBytes: null,
  driverVersion: null,
  cudaVersion: null,
  gpuModels: null,
  gpuSerials: null,
  gpuVbiosVersions: null,
  gpuEccModes: null,
  gpuMigModes: null,
  gpuPowerLimitsW: null,
  gpuMemorySizesBytes: null,
  gpuMemoryTotalBytes: null,
  gpuMemoryUsedBytes: null,
  maxGpuTemperatureC: null,
  maxGpuUtilizationPercent: null,
  rdmaPortsActive: null,
  rdmaPortsTotal: null,
  rdmaRatesGbitPerSec: null,
  nicFirmwareVersions: null,
  networkSpeedsMbitPerSec: null,
  fullestFileSystemPercent: null,
  cacheTier: null,
  datasetTier: null,
  archiveTier: null,
  isRebootRequired: null,
  upgradablePackages: null,
  cudaToolkitVersions: null,
  dockerVersion: null,
  containerToolkitVersion: null,
  attention: [],
};

/** A made-up node of which only this is known; `summary` null: it was never heard of. */
export function fleetNode(
  name: string,
  { tags = [], summary = {} }: { tags?: string[]; summary?: Partial<NodeSummary> | null } = {},
): FleetNode {
  return {
    id: name,
    host: {
      spec: { kind: 'local', id: name, name, tags },
      status: {
        hostId: name,
        connection: 'connected',
        error: null,
        connectedAtMs: null,
        lastSeenAtMs: null,
        hungCommands: [],
      },
    },
    summary: summary ? { ...nothingKnown, hostId: name, ...summary } : undefined,
  };
}
