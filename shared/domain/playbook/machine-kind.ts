import type { OsFacts } from '../facts/system';

/** In a container or WSL the kernel and its modules are another system's. */
export type MachineKind = 'bare-metal' | 'virtual-machine' | 'container' | 'wsl';

/** Containers as systemd-detect-virt(1) names them. */
const containers = [
  'openvz',
  'lxc',
  'lxc-libvirt',
  'systemd-nspawn',
  'docker',
  'podman',
  'rkt',
  'proot',
  'pouch',
  'container-other',
];

/** What a node's system runs on; null: systemd-detect-virt did not say. WSL's kernel has its maker's name in its release. */
export function machineKind({
  virtualization,
  kernelRelease,
}: Pick<OsFacts, 'virtualization' | 'kernelRelease'>): MachineKind | null {
  if (virtualization === 'wsl' || /microsoft/i.test(kernelRelease ?? '')) return 'wsl';
  if (virtualization === null) return null;
  if (containers.includes(virtualization)) return 'container';
  return virtualization === 'none' ? 'bare-metal' : 'virtual-machine';
}
