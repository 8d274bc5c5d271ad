import type { ProbeId } from '#shared/domain/facts/index';
import { amdGpuProbe } from './amd-gpu/amd-gpu-probe';
import { blockDevicesProbe } from './block-devices/block-devices-probe';
import { bmcProbe } from './bmc/bmc-probe';
import { bmcSensorsProbe } from './bmc-sensors/bmc-sensors-probe';
import { cephProbe } from './ceph/ceph-probe';
import { clusterProbe } from './cluster/cluster-probe';
import { containersProbe } from './containers/containers-probe';
import { cpuProbe } from './cpu/cpu-probe';
import { cudaProbe } from './cuda/cuda-probe';
import { diskHealthProbe } from './disk-health/disk-health-probe';
import { dockerProbe } from './docker/docker-probe';
import { edacProbe } from './edac/edac-probe';
import { ethernetSettingsProbe } from './ethernet-settings/ethernet-settings-probe';
import { fileSystemsProbe } from './file-systems/file-systems-probe';
import { gpuProbe } from './gpu/gpu-probe';
import { gpuConfidentialComputingProbe } from './gpu-confidential-computing/gpu-confidential-computing-probe';
import { gpuDevicesProbe } from './gpu-devices/gpu-devices-probe';
import { gpuDriverProbe } from './gpu-driver/gpu-driver-probe';
import { gpuHoldersProbe } from './gpu-holders/gpu-holders-probe';
import { gpuKernelLogProbe } from './gpu-kernel-log/gpu-kernel-log-probe';
import { gpuListProbe } from './gpu-list/gpu-list-probe';
import { gpuMigProbe } from './gpu-mig/gpu-mig-probe';
import { gpuProcessEnvironmentProbe } from './gpu-process-environment/gpu-process-environment-probe';
import { gpuProcessesProbe } from './gpu-processes/gpu-processes-probe';
import { gpuTopologyProbe } from './gpu-topology/gpu-topology-probe';
import { gpuVgpuProbe } from './gpu-vgpu/gpu-vgpu-probe';
import { gpudirectProbe } from './gpudirect/gpudirect-probe';
import { kernelModulesProbe } from './kernel-modules/kernel-modules-probe';
import { machineProbe } from './machine/machine-probe';
import { memoryProbe } from './memory/memory-probe';
import { memoryModulesProbe } from './memory-modules/memory-modules-probe';
import { networkProbe } from './network/network-probe';
import { networkModulesProbe } from './network-modules/network-modules-probe';
import { nfsProbe } from './nfs/nfs-probe';
import { numaProbe } from './numa/numa-probe';
import { nvidiaContainerToolkitProbe } from './nvidia-container-toolkit/nvidia-container-toolkit-probe';
import { nvlinkProbe } from './nvlink/nvlink-probe';
import { nvmeProbe } from './nvme/nvme-probe';
import { osProbe } from './os/os-probe';
import { packagesProbe } from './packages/packages-probe';
import { pciProbe } from './pci/pci-probe';
import { pendingChangesProbe } from './pending-changes/pending-changes-probe';
import { platformSecurityProbe } from './platform-security/platform-security-probe';
import { pressureProbe } from './pressure/pressure-probe';
import type { Probe } from './probe';
import { processesProbe } from './processes/processes-probe';
import { pythonEnvironmentsProbe } from './python-environments/python-environments-probe';
import { raidProbe } from './raid/raid-probe';
import { rdmaProbe } from './rdma/rdma-probe';
import { recentChangesProbe } from './recent-changes/recent-changes-probe';
import { redfishProbe } from './redfish/redfish-probe';
import { roceSettingsProbe } from './roce-settings/roce-settings-probe';
import { sensorsProbe } from './sensors/sensors-probe';
import { servicesProbe } from './services/services-probe';
import { servingProbe } from './serving/serving-probe';
import { setupReadinessProbe } from './setup-readiness/setup-readiness-probe';
import { sharpProbe } from './sharp/sharp-probe';
import { tapeProbe } from './tape/tape-probe';
import { timeSyncProbe } from './time-sync/time-sync-probe';
import { upsProbe } from './ups/ups-probe';

/** Every probe, in the order a batch starts them: what a screen shows first comes first. */
export const allProbes: readonly Probe[] = [
  osProbe,
  // First of nvidia-smi's calls and the shortest: when it hangs, the others are not started.
  gpuListProbe,
  gpuProbe,
  cpuProbe,
  memoryProbe,
  pressureProbe,
  machineProbe,
  memoryModulesProbe,
  edacProbe,
  platformSecurityProbe,
  sensorsProbe,
  upsProbe,
  gpuProcessesProbe,
  processesProbe,
  gpuHoldersProbe,
  gpuProcessEnvironmentProbe,
  numaProbe,
  gpuTopologyProbe,
  pciProbe,
  gpuDriverProbe,
  gpuKernelLogProbe,
  gpuMigProbe,
  gpuDevicesProbe,
  amdGpuProbe,
  nvlinkProbe,
  gpuConfidentialComputingProbe,
  gpuVgpuProbe,
  cudaProbe,
  blockDevicesProbe,
  fileSystemsProbe,
  nvmeProbe,
  diskHealthProbe,
  raidProbe,
  cephProbe,
  nfsProbe,
  tapeProbe,
  networkProbe,
  rdmaProbe,
  ethernetSettingsProbe,
  networkModulesProbe,
  roceSettingsProbe,
  gpudirectProbe,
  sharpProbe,
  dockerProbe,
  nvidiaContainerToolkitProbe,
  kernelModulesProbe,
  packagesProbe,
  servicesProbe,
  timeSyncProbe,
  pythonEnvironmentsProbe,
  containersProbe,
  clusterProbe,
  servingProbe,
  pendingChangesProbe,
  recentChangesProbe,
  setupReadinessProbe,
  // A BMC takes its time: what asks it comes last.
  bmcProbe,
  bmcSensorsProbe,
  redfishProbe,
];

const byId = new Map(allProbes.map((probe) => [probe.id as string, probe]));

/** Undefined when no such probe exists. */
export function probeById(id: string): Probe<ProbeId> | undefined {
  return byId.get(id);
}
