import type { MemoryModulesFacts } from './facts/platform';

/**
 * Memory that is plugged in and that the kernel has not got, in bytes; null when that is no more than what it keeps for
 * itself, or not known. A kernel's own tables take 1/64 of the memory (64 bytes a page of 4 KiB), so 2 % are allowed for,
 * and three quarters of the smallest module: what is missing beyond that is a module that the firmware has left out.
 */
export function memoryShortfall(facts: MemoryModulesFacts): number | null {
  const { installedBytes, kernelTotalBytes, isEmulated } = facts;
  if (installedBytes === null || kernelTotalBytes === null || isEmulated) return null;
  const sizes = facts.modules.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  const smallest = Math.min(...sizes);
  const missing = installedBytes - kernelTotalBytes;
  return sizes.length > 1 && missing > installedBytes * 0.02 + smallest * 0.75 ? missing : null;
}
