import type { NodeProfile } from '../profiles/profile';
import { type SimGpu, sysfsAddress } from './gpu';

export interface KernelLine {
  readonly atMs: number;
  readonly sinceBootSec: number;
  /** Syslog priority, 0 to 7. */
  readonly priority: number;
  readonly message: string;
}

/** What the kernel says while it starts on a node. */
export function bootLog(profile: NodeProfile, gpus: readonly SimGpu[], bootedAtMs: number): KernelLine[] {
  const lines: [number, number, string][] = [
    [0, 5, `Linux version ${profile.kernelRelease} (buildd@lcy02) ${profile.kernelBuild}`],
    [0, 6, `Command line: BOOT_IMAGE=/boot/vmlinuz-${profile.kernelRelease} root=UUID=2f1c ro iommu=pt`],
    [0.000002, 6, `DMI: ${profile.vendor} ${profile.product}, BIOS ${profile.biosVersion} 05/09/2024`],
    [1.81, 6, 'EDAC MC: Ver: 3.0.0'],
  ];
  for (const nic of profile.nics) {
    lines.push([6.2, 6, `${nic.driver} ${nic.pciAddress}: firmware version: ${nic.firmware}`]);
    lines.push([9.4, 6, `IPv6: ADDRCONF(NETDEV_CHANGE): ${nic.netdev}: link becomes ready`]);
  }
  if (profile.driverVersion !== null) {
    for (const gpu of gpus) lines.push([7.3, 6, `nvidia ${sysfsAddress(gpu)}: enabling device (0140 -> 0142)`]);
    const kind = profile.hasOpenKernelModule ? 'UNIX Open Kernel Module' : 'UNIX x86_64 Kernel Module';
    lines.push([7.9, 5, `NVRM: loading NVIDIA ${kind} for x86_64  ${profile.driverVersion}  Release Build`]);
    lines.push([8.1, 6, '[drm] [nvidia-drm] [GPU ID 0x00001b00] Loading driver']);
  }
  return lines.map(([sinceBootSec, priority, message]) => ({
    atMs: bootedAtMs + sinceBootSec * 1000,
    sinceBootSec,
    priority,
    message,
  }));
}
