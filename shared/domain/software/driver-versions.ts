import { z } from 'zod';
import type { GpuDriverFacts } from '../facts/gpu';

/**
 * How the loaded kernel module, the one on disk and the libraries stand to each other.
 * - `same`: all of one version.
 * - `updated`: what is on disk is of one version, the loaded module of an older or newer one.
 * - `mixed`: the libraries fit neither the loaded module nor the one on disk.
 * - `differs`: the libraries don't fit the loaded module, and what is on disk is not known.
 * - `several`: libraries of the loaded version are there, and others beside them.
 * - `pending`: the libraries fit the loaded module, the module on disk is another.
 */
export const driverRelations = ['same', 'updated', 'mixed', 'differs', 'several', 'pending'] as const;

export const driverVersionsSchema = z.object({
  loaded: z.string().nullable(),
  onDisk: z.string().nullable(),
  libraries: z.array(z.string()),
  /** Null: no module is loaded, or no library was found, so there is nothing to hold against each other. */
  relation: z.enum(driverRelations).nullable(),
});
export type DriverVersions = z.infer<typeof driverVersionsSchema>;

export function driverVersions(driver: GpuDriverFacts): DriverVersions {
  const loaded = driver.kernelModuleVersion;
  const onDisk = driver.installedModuleVersion;
  const libraries = [...new Set(driver.userLibraries.map(({ version }) => version))].sort();
  return { loaded, onDisk, libraries, relation: relationOf(loaded, onDisk, libraries) };
}

function relationOf(
  loaded: string | null,
  onDisk: string | null,
  libraries: readonly string[],
): DriverVersions['relation'] {
  if (loaded === null || libraries.length === 0) return null;
  if (!libraries.includes(loaded)) {
    if (onDisk === null) return 'differs';
    return onDisk !== loaded && libraries.includes(onDisk) ? 'updated' : 'mixed';
  }
  if (libraries.length > 1) return 'several';
  return onDisk !== null && onDisk !== loaded ? 'pending' : 'same';
}
