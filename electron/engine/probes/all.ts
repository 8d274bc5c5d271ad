import type { ProbeId } from '#shared/domain/facts/index';
import { blockDevicesProbe } from './block-devices/block-devices-probe';
import { cpuProbe } from './cpu/cpu-probe';
import { cudaProbe } from './cuda/cuda-probe';
import { dockerProbe } from './docker/docker-probe';
import { fileSystemsProbe } from './file-systems/file-systems-probe';
import { gpuProbe } from './gpu/gpu-probe';
import { gpuDriverProbe } from './gpu-driver/gpu-driver-probe';
import { gpuHoldersProbe } from './gpu-holders/gpu-holders-probe';
import { gpuKernelLogProbe } from './gpu-kernel-log/gpu-kernel-log-probe';
import { gpuListProbe } from './gpu-list/gpu-list-probe';
import { gpuMigProbe } from './gpu-mig/gpu-mig-probe';
import { gpuProcessEnvironmentProbe } from './gpu-process-environment/gpu-process-environment-probe';
import { gpuProcessesProbe } from './gpu-processes/gpu-processes-probe';
import { gpuTopologyProbe } from './gpu-topology/gpu-topology-probe';
import { memoryProbe } from './memory/memory-probe';
import { networkProbe } from './network/network-probe';
import { numaProbe } from './numa/numa-probe';
import { nvidiaContainerToolkitProbe } from './nvidia-container-toolkit/nvidia-container-toolkit-probe';
import { osProbe } from './os/os-probe';
import type { Probe } from './probe';
import { processesProbe } from './processes/processes-probe';
import { rdmaProbe } from './rdma/rdma-probe';

/** Every probe, in the order a batch starts them: what a screen shows first comes first. */
export const allProbes: readonly Probe[] = [
  osProbe,
  // First of nvidia-smi's calls and the shortest: when it hangs, the others are not started.
  gpuListProbe,
  gpuProbe,
  cpuProbe,
  memoryProbe,
  gpuProcessesProbe,
  processesProbe,
  gpuHoldersProbe,
  gpuProcessEnvironmentProbe,
  numaProbe,
  gpuTopologyProbe,
  gpuDriverProbe,
  gpuKernelLogProbe,
  gpuMigProbe,
  cudaProbe,
  blockDevicesProbe,
  fileSystemsProbe,
  networkProbe,
  rdmaProbe,
  dockerProbe,
  nvidiaContainerToolkitProbe,
];

const byId = new Map(allProbes.map((probe) => [probe.id as string, probe]));

/** Undefined when no such probe exists. */
export function probeById(id: string): Probe<ProbeId> | undefined {
  return byId.get(id);
}
