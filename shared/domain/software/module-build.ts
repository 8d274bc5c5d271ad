import { z } from 'zod';
import { nextKernel } from '../compatibility/judge-kernel';
import type { GpuDriverFacts } from '../facts/gpu';
import type { PendingChangesFacts } from '../facts/software';

export const moduleBuildStateSchema = z.object({
  kernel: z.string().nullable(),
  /** There is an NVIDIA module for the running kernel. Null: not known. */
  isThere: z.boolean().nullable(),
  /** Some part of a driver is on disk: a module for any kernel, libraries, or sources that dkms knows. */
  isDriverInstalled: z.boolean(),
  /** What dkms says of the running kernel: `installed`, `built`, `added`; null: no dkms, or it says nothing of this kernel. */
  dkmsState: z.string().nullable(),
  dkmsLines: z.array(z.string()),
  hasKernelHeaders: z.boolean().nullable(),
  isSigned: z.boolean().nullable(),
  /** GSP firmware of the version that is on disk is there. Null: not known, or no version is on disk. */
  hasFirmware: z.boolean().nullable(),
  firmwareVersions: z.array(z.string()),
  nouveauBlacklists: z.array(z.string()),
});
export type ModuleBuildState = z.infer<typeof moduleBuildStateSchema>;

/** Whether the running kernel has an NVIDIA module that it could load, and what is known of how that came. */
export function moduleBuildState(driver: GpuDriverFacts, pending: PendingChangesFacts | null): ModuleBuildState {
  const build = driver.moduleBuild ?? null;
  const kernel = pending?.runningKernel ?? null;
  const running = (pending?.installedKernels ?? []).find(({ release }) => release === kernel);
  const dkms = build?.dkms ?? [];
  const ofKernel = dkms.filter((line) => line.kernel === kernel && kernel !== null);
  const onDisk = driver.installedModuleVersion;
  // modinfo reads the module of the running kernel: what it finds is there, whatever modules.dep says.
  const isThere = onDisk !== null ? true : (running?.hasNvidiaModule ?? null);
  const version = onDisk ?? driver.kernelModuleVersion;
  return {
    kernel,
    isThere,
    isDriverInstalled:
      onDisk !== null ||
      driver.userLibraries.length > 0 ||
      dkms.length > 0 ||
      (pending?.installedKernels ?? []).some(({ hasNvidiaModule }) => hasNvidiaModule === true),
    dkmsState: (ofKernel.find(({ state }) => state === 'installed') ?? ofKernel[0] ?? dkms[0])?.state ?? null,
    dkmsLines: dkms.map(
      (line) => `${line.name}/${line.version}${line.kernel === null ? '' : `, ${line.kernel}`}: ${line.state}`,
    ),
    hasKernelHeaders: build?.hasKernelHeaders ?? null,
    isSigned: build?.isSigned ?? null,
    hasFirmware: build === null || version === null ? null : build.firmwareVersions.includes(version),
    firmwareVersions: build?.firmwareVersions ?? [],
    nouveauBlacklists: build?.nouveauBlacklists ?? [],
  };
}

/** The kernel that the next restart begins, where that is another than the one that runs. */
export const nextKernelSchema = z.object({ release: z.string(), hasNvidiaModule: z.boolean().nullable() });

export function pendingKernel(pending: PendingChangesFacts): z.infer<typeof nextKernelSchema> | null {
  return nextKernel(pending);
}
