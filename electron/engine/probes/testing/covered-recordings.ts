import type { ProbeId } from '#shared/domain/facts/index';

/** What of the recordings each probe reads, by its main command; the tests beside each probe look at the facts. */
export const coveredRecordings: Readonly<Partial<Record<ProbeId, readonly RegExp[]>>> = {
  os: [/^host\/(os-release|uname-a)__/],
  'gpu-list': [/^gpu-nvidia\/nvidia-smi-L__/],
  gpu: [
    /^gpu-nvidia\/nvidia-smi-(q|qx|query-gpu|query-gpu-all|q-d-page-retirement)__/,
    /^gpu-nvidia\/nvidia-smi__(?!driver-library|unable)/,
  ],
  cpu: [/^host\/(lscpu|proc-cpuinfo)__/],
  memory: [/^host\/(proc-meminfo|free|free-h|free-w)__/],
  'gpu-processes': [/^gpu-nvidia\/nvidia-smi-(query-compute-apps|pmon)__/],
  processes: [/^host\/top-b-n1__/],
  numa: [/^host\/numactl-H__/],
  'gpu-topology': [/^gpu-nvidia\/nvidia-smi-topo-m__/],
  'gpu-kernel-log': [/^kernel-log\/(?!sysfs-edac)/],
  'block-devices': [/^storage\/lsblk/],
  'file-systems': [/^storage\/(df|df-h|df-alP|findmnt-J|mount)__/],
  network: [/^fabric\/(ip-j-link|proc-net-bonding)__/],
  rdma: [/^fabric\/(sysfs-class-infiniband|ibstat|ibstatus|ibv_devinfo|rdma-link)__/],
  docker: [/^software\/docker-info(-text)?__/],
};

/** Recordings of a tool that says what is wrong in place of a report, and how the probe tells it. */
export const spokenRecordings: ReadonlyArray<{ pattern: RegExp; probeId: ProbeId; reason: string }> = [
  { pattern: /^gpu-nvidia\/nvidia-smi__driver-library/, probeId: 'gpu', reason: 'probes.driverLibraryMismatch' },
  { pattern: /^gpu-nvidia\/nvidia-smi__unable/, probeId: 'gpu', reason: 'probes.gpuHandle' },
];
