import type { Finding } from '../finding';
import type { PartKind } from '../parts/part';
import type { FittingChange, ScanChange } from './scan-change';

/** What can be behind findings of one area. */
interface Suspects {
  /** In names of packages and of software. */
  readonly packages?: RegExp;
  readonly files?: RegExp;
  readonly parts?: readonly PartKind[];
  /** A boot after a crash, a reset or a loss of power. */
  readonly isCrash?: true;
}

const kernel = 'linux-(?:image|modules|headers)|^kernel|dkms';
const driver = `nvidia|cuda|fabricmanager|dcgm|rocm|amdgpu|${kernel}`;
const network = `mlnx|ofed|doca|rdma|ibverbs|ucx|nccl|openmpi|${kernel}`;
const kernelFiles = 'modprobe|modules-load|grub|kernel/cmdline';

/** By the letter of a finding's code, the trees' area. None is named for what no change of software or settings brings about. */
const suspectsOf: Readonly<Record<string, Suspects>> = {
  B: { packages: any(network), files: any('modprobe|netplan|network|sysctl|udev|mlnx'), parts: ['nic'] },
  C: { parts: ['gpu', 'fan'] },
  D: { packages: any(driver), files: any(`${kernelFiles}|nvidia`), parts: ['gpu', 'nvswitch'], isCrash: true },
  E: { packages: any(driver), files: any(`${kernelFiles}|nvidia|ld[.]so`) },
  F: {
    packages: any(`docker|containerd|podman|cri-o|kube|${driver}`),
    files: any('docker|containerd|cdi|nvidia|kube'),
  },
  G: { parts: ['gpu'] },
  H: { packages: any(kernel), files: any('grub|kernel/cmdline'), parts: ['gpu', 'nic', 'disk', 'pci-link'] },
  I: { packages: any(driver), files: any('nvidia|modprobe'), parts: ['gpu', 'nvswitch'] },
  J: {
    packages: any(`${network}|${driver}`),
    files: any('modprobe|netplan|network|mlnx|limits|sysctl'),
    parts: ['nic'],
  },
  K: {
    packages: any(`ceph|nfs|nvme|mdadm|lvm|zfs|multipath|lustre|${kernel}`),
    files: any('fstab|mdadm|multipath|exports'),
    parts: ['disk'],
    isCrash: true,
  },
  L: { packages: any(kernel), files: any('sysctl|limits|grub'), parts: ['dimm', 'cpu'], isCrash: true },
  M: { parts: ['power-supply', 'ups'], isCrash: true },
  N: { packages: any(`cpupower|tuned|${driver}`), files: any(`sysctl|${kernelFiles}|nvidia`) },
  O: { packages: any(`vllm|triton|docker|containerd|${driver}`), files: any('docker|containerd|systemd/system') },
  P: { packages: any(`chrony|ntp|timesync|shim|mok|grub|${driver}`), files: any(`chrony|${kernelFiles}`) },
  Q: { packages: any(`python|conda|cudnn|nccl|${driver}`), files: any('ld[.]so|environment') },
  R: { packages: any(`openssh|sudo|${driver}`), files: any('ssh|limits') },
  S: { packages: any(driver), files: any(`${kernelFiles}|nvidia`) },
  T: { packages: any('slurm|munge|kube|containerd|nvidia'), files: any('slurm|kube|rancher') },
};

function any(words: string): RegExp {
  return new RegExp(words, 'i');
}

const maxChanges = 3;
/** A log line and what it tells of are seldom written in the same moment. */
const toleranceMs = 5 * 60_000;

/**
 * Those of a node's recent changes that may be behind a finding, newest first: they are of its kind, and were made before it began.
 * That is all that can be told, so it is no cause. `changes` are by this machine's clock, `finding.sinceMs` by the node's, which is
 * `clockOffsetMs` ahead.
 */
export function fittingChanges(
  finding: Pick<Finding, 'code' | 'state' | 'sinceMs' | 'observedAtMs'>,
  changes: readonly ScanChange[],
  clockOffsetMs: number,
): FittingChange[] {
  const suspects = suspectsOf[/^F-([A-Z])\d/.exec(finding.code)?.[1] ?? ''];
  if (suspects === undefined || finding.state === 'unknown' || finding.state === 'healthy') return [];
  const before = finding.sinceMs == null ? 'seen' : 'began';
  const untilMs = finding.sinceMs == null ? finding.observedAtMs : finding.sinceMs - clockOffsetMs;
  return changes
    .flatMap((one): FittingChange[] => {
      const change = partThatFits(one, suspects);
      if (change === null) return [];
      if (!('atMs' in change)) return [{ change, beforeMs: null, before }];
      const beforeMs = untilMs - change.atMs;
      return beforeMs < -toleranceMs ? [] : [{ change, beforeMs: Math.max(0, beforeMs), before }];
    })
    .slice(0, maxChanges);
}

/** Of many packages only those that fit. */
function partThatFits(change: ScanChange, { packages, files, parts, isCrash }: Suspects): ScanChange | null {
  const fits = (name: string): boolean => packages?.test(name) ?? false;
  switch (change.kind) {
    case 'packages': {
      const names = change.names.filter(fits);
      return names.length === 0 ? null : { ...change, names };
    }
    case 'reboot-required': {
      const fitting = change.packages.filter(fits);
      return fitting.length === 0 ? null : { ...change, packages: fitting };
    }
    case 'file':
      return files?.test(change.path) ? change : null;
    case 'boot':
      return isCrash && change.isAfterShutdown === false ? change : null;
    case 'parts': {
      const { kind, model, slots } = change.change;
      const isSuspect = kind === 'software' ? [model ?? '', ...slots].some(fits) : (parts?.includes(kind) ?? false);
      return isSuspect ? change : null;
    }
  }
}
