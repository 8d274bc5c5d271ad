/** What each fault takes; all fields are optional and have a sensible default. */
export interface FaultOptions {
  overheat: { gpu?: number; cooling?: number; isGradual?: boolean };
  'memory-held-by-orphan': {
    gpu?: number;
    kind?: 'process' | 'no-owner';
    memoryMib?: number;
    ignoresTerm?: boolean;
    state?: 'S' | 'Z' | 'D';
  };
  'hung-nvidia-smi': Record<string, never>;
  'xid-79-gpu-lost': { gpu?: number; style?: 'fields' | 'handle' };
  'driver-library-mismatch': { libraryVersion?: string };
  'link-down': { device?: string };
  'host-key-change': Record<string, never>;
  'connection-cut': { afterBytes?: number };
  'slow-link': { latencyMs?: number; bytesPerSec?: number };
  'garbage-output': { kind?: 'binary' | 'truncated' | 'escapes' };
  'noisy-bashrc': { text?: string };
  'no-sudo': Record<string, never>;
  'endless-output': { tool?: string };
  'clock-off': { offsetMs?: number };
  'full-disk': { mountPoint?: string };
  'remounted-read-only': { mountPoint?: string };
  'mig-slice-small': { gpu?: number };
  'ecc-errors': { gpu?: number };
  'nvlink-down': { gpu?: number; links?: number };
  'bar1-exhausted': { gpu?: number };
  'connection-refused': Record<string, never>;
  'link-degraded': { device?: string | number; generation?: number; width?: number };
  'disk-failing': { disk?: string };
  'osd-down': { osd?: number };
  'psu-failed': { supply?: number };
  'part-pulled': { kind?: 'gpu' | 'nic' | 'disk' | 'dimm'; which?: string | number };
  'driver-changed': { version?: string | number };
  'vbios-changed': { gpu?: number; version?: string };
  'power-limit-low': { gpu?: number; watts?: number };
  'ecc-off': { gpu?: number };
  'amd-tools-missing': Record<string, never>;
  'kv-cache-full': Record<string, never>;
  'triton-overloaded': Record<string, never>;
  'forwarding-denied': Record<string, never>;
  'row-remap-failed': { gpu?: number };
  'power-brake': { gpu?: number };
  'fabric-manager-stopped': Record<string, never>;
  'link-errors': { device?: string };
  'pcie-replays': { gpu?: number };
  'memory-module-failing': { dimm?: number };
  'out-of-memory': { command?: string };
  'starved-job': { gpu?: number };
  'node-drained': { reason?: string };
  'confidential-not-ready': Record<string, never>;
  'internet-down': { kind?: 'dns' | 'certificate' | 'blocked' };
  'repository-key-expired': Record<string, never>;
}

export type FaultName = keyof FaultOptions;

/** One line each, in the order in which a menu shows them. */
export const faultDescriptions: Readonly<Record<FaultName, string>> = {
  overheat: 'Cooling of one GPU fails: it passes its slowdown temperature and the hardware halves its clock',
  'memory-held-by-orphan': 'GPU memory held by a process whose user has gone, or by nobody at all (kind: no-owner)',
  'hung-nvidia-smi': 'nvidia-smi never answers and ignores every signal, as one stuck in the driver does',
  'xid-79-gpu-lost': 'One GPU has fallen off the bus: the kernel logs Xid 79, the driver says GPU is lost',
  'driver-library-mismatch': 'nvidia-smi fails: the loaded kernel module is older than the libraries on disk',
  'link-down': 'One InfiniBand or Ethernet port loses its link',
  'host-key-change': 'The next connection is shown another host key',
  'connection-cut': 'Open connections are cut now, or each one after so many bytes of output',
  'slow-link': 'Every byte to and from the node is delayed and the bandwidth limited',
  'garbage-output': 'nvidia-smi prints binary garbage, a truncated document or terminal escapes',
  'noisy-bashrc': "A start-up file prints text in front of every command's output",
  'no-sudo': 'sudo asks for a password instead of running the command',
  'endless-output': 'One tool (nvidia-smi by default) prints without end',
  'clock-off': 'The clock of the node is far from ours',
  'full-disk': 'One file system (the root by default) is full',
  'remounted-read-only': 'The kernel has made one file system (the root by default) read-only after an error',
  'mig-slice-small': 'A job fills the smallest MIG slice of a GPU',
  'ecc-errors': 'One GPU counts uncorrected ECC errors, with Xid 48 and 63 in the kernel log',
  'nvlink-down': 'Some NVLinks of one GPU (2 by default) are down, with Xid 74 in the kernel log',
  'bar1-exhausted': 'The BAR1 window of one GPU is used up',
  'connection-refused': 'The node accepts no new connection',
  'link-degraded': 'The PCIe link of one device (GPU, NIC or NVMe disk) trains to fewer lanes or a lower generation',
  'disk-failing': 'One disk (the last by default) fails: its own log says so, and counts media errors',
  'osd-down': 'One OSD of the Ceph cluster is down, and its placement groups are degraded',
  'psu-failed': 'One power supply (the last by default) loses its input: the BMC says so, in its sensors and its log',
  'part-pulled':
    'A part is taken out (kind: gpu, nic, disk or dimm; which: its index, name, address or serial number; several with + between)',
  'driver-changed': 'The NVIDIA driver is another release than its neighbours have, with all that belongs to it',
  'vbios-changed': 'One GPU (the first by default) has another VBIOS than the others',
  'power-limit-low': 'The power limit of one GPU (the first by default) is set to 60 %, or to so many watts',
  'ecc-off': 'ECC of one GPU (the first by default) is switched off',
  'amd-tools-missing': 'Neither amd-smi nor rocm-smi is installed: only the driver tells of AMD GPUs, in /sys',
  'kv-cache-full': 'The KV cache of vLLM is full: requests wait and are preempted',
  'triton-overloaded': 'Requests to Triton spend most of their time in its queue, and some fail',
  'forwarding-denied': 'sshd forwards nothing on the next connection, as with AllowTcpForwarding no',
  'row-remap-failed':
    'One GPU has no spare rows left for its memory: a remapping failed, with Xid 64 in the kernel log',
  'power-brake': 'The chassis brakes one GPU, or all of them: HW power brake slowdown, and its counter grows',
  'fabric-manager-stopped': 'Fabric Manager does not run, and the fabric of the GPUs is not set up',
  'link-errors': 'One InfiniBand port receives broken bits: its symbol errors grow',
  'pcie-replays': 'The PCIe link of one GPU sends packets again and again: its replays grow',
  'memory-module-failing': 'One memory module counts uncorrected errors, which the kernel logs',
  'out-of-memory': 'The kernel ended a process because the node ran out of memory',
  'starved-job': 'The data loaders of one job wait for storage, and its GPU has little to do',
  'node-drained': 'The Slurm controller has drained the node',
  'confidential-not-ready': 'Confidential computing is on, and the GPUs were not set ready: CUDA finds none',
  'internet-down':
    'Nothing outside answers, names are not resolved (kind: dns), or a proxy signs with an authority of its own (kind: certificate)',
  'repository-key-expired': 'The key of the distribution’s package sources has expired',
};

/** The names of each fault's options, for whoever types them. */
export const faultOptionNames: { readonly [F in FaultName]: ReadonlyArray<keyof FaultOptions[F]> } = {
  overheat: ['gpu', 'cooling', 'isGradual'],
  'memory-held-by-orphan': ['gpu', 'kind', 'memoryMib', 'ignoresTerm', 'state'],
  'hung-nvidia-smi': [],
  'xid-79-gpu-lost': ['gpu', 'style'],
  'driver-library-mismatch': ['libraryVersion'],
  'link-down': ['device'],
  'host-key-change': [],
  'connection-cut': ['afterBytes'],
  'slow-link': ['latencyMs', 'bytesPerSec'],
  'garbage-output': ['kind'],
  'noisy-bashrc': ['text'],
  'no-sudo': [],
  'endless-output': ['tool'],
  'clock-off': ['offsetMs'],
  'full-disk': ['mountPoint'],
  'remounted-read-only': ['mountPoint'],
  'mig-slice-small': ['gpu'],
  'ecc-errors': ['gpu'],
  'nvlink-down': ['gpu', 'links'],
  'bar1-exhausted': ['gpu'],
  'connection-refused': [],
  'link-degraded': ['device', 'generation', 'width'],
  'disk-failing': ['disk'],
  'osd-down': ['osd'],
  'psu-failed': ['supply'],
  'part-pulled': ['kind', 'which'],
  'driver-changed': ['version'],
  'vbios-changed': ['gpu', 'version'],
  'power-limit-low': ['gpu', 'watts'],
  'ecc-off': ['gpu'],
  'amd-tools-missing': [],
  'kv-cache-full': [],
  'triton-overloaded': [],
  'forwarding-denied': [],
  'row-remap-failed': ['gpu'],
  'power-brake': ['gpu'],
  'fabric-manager-stopped': [],
  'link-errors': ['device'],
  'pcie-replays': ['gpu'],
  'memory-module-failing': ['dimm'],
  'out-of-memory': ['command'],
  'starved-job': ['gpu'],
  'node-drained': ['reason'],
  'confidential-not-ready': [],
  'internet-down': ['kind'],
  'repository-key-expired': [],
};

export const faultNames = Object.keys(faultDescriptions) as readonly FaultName[];

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(faultDescriptions, text);
}
