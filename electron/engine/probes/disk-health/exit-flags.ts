import { type DiskHealth, smartExitFlags } from '#shared/domain/facts/storage';

/** What the bits of smartctl's exit status say. */
export function exitFlagsOf(status: number | null): DiskHealth['exitFlags'] {
  return status === null ? [] : smartExitFlags.filter((_, bit) => (status >> bit) & 1);
}
