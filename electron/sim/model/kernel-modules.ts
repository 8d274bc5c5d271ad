import type { FaultOptions } from '../faults';
import { platformOf } from '../profiles/platform';
import type { NodeProfile } from '../profiles/profile';
import type { NodeSettings } from './node-settings';
import type { SoftwareState } from './software-state';

/** What of a node its driver's modules depend on. */
interface DriverModel {
  profile: NodeProfile;
  readonly software: SoftwareState;
  readonly settings: NodeSettings;
  readonly gpus: readonly unknown[];
  revision: number;
  fault(name: 'driver-library-mismatch'): FaultOptions['driver-library-mismatch'] | undefined;
}

/** NVIDIA's release notes: the CUDA version that a branch of the driver brings. */
const cudaOfBranch: Readonly<Record<string, string>> = {
  525: '12.0',
  535: '12.2',
  550: '12.4',
  560: '12.6',
  565: '12.7',
  570: '12.8',
  575: '12.9',
  580: '13.0',
};

/** The version on disk: with a mismatch the libraries are newer than the module that is loaded. */
export function installedDriver(model: DriverModel): string | null {
  const { driverVersion } = model.profile;
  const mismatch = model.fault('driver-library-mismatch');
  if (driverVersion === null || !mismatch) return model.software.driverOnDisk;
  return mismatch.libraryVersion ?? driverVersion.replace(/\.(\d+)/, (_, minor: string) => `.${Number(minor) + 17}`);
}

/** Headers come with a package of the release's own name; a node that had a driver from the start had them too. */
export function hasKernelHeaders({ profile, software }: DriverModel): boolean {
  const { kernelRelease } = profile;
  return (
    software.hasKernelHeaders ||
    software.packages.has(`linux-headers-${kernelRelease}`) ||
    software.packages.get('kernel-devel') === kernelRelease.replace(/\.x86_64$/, '')
  );
}

/** DKMS: without headers nothing comes of it. */
export function buildDriver(model: DriverModel): boolean {
  if (model.software.driverOnDisk === null || !hasKernelHeaders(model) || model.software.buildFails) return false;
  model.software.builtFor.add(model.profile.kernelRelease);
  model.revision += 1;
  return true;
}

/** Null where it is loaded now, else why the kernel would not. */
export function loadDriver(model: DriverModel): 'not-found' | 'busy' | 'rejected' | null {
  const version = installedDriver(model);
  if (version === null || !model.software.builtFor.has(model.profile.kernelRelease)) return 'not-found';
  if (model.software.isNouveauLoaded) return 'busy';
  if (!isTrusted(model)) return 'rejected';
  model.software.driverOnDisk = version;
  setLoaded(model, version);
  return null;
}

/** With Secure Boot the kernel takes what is signed by a key that firmware or the machine's owner knows. */
function isTrusted({ profile, software, settings }: DriverModel): boolean {
  return (
    platformOf(profile)?.isSecureBootOn !== true ||
    software.isModuleSigned ||
    settings.enrolledKeys.has('/var/lib/shim-signed/mok/MOK.der')
  );
}

export function unloadDriver(model: DriverModel): void {
  model.software.driverOnDisk = installedDriver(model);
  setLoaded(model, null);
}

function setLoaded(model: DriverModel, driverVersion: string | null): void {
  const cudaVersion = cudaOfBranch[driverVersion?.split('.')[0] ?? ''] ?? model.profile.cudaVersion;
  model.profile = { ...model.profile, driverVersion, cudaVersion };
  model.revision += 1;
}

/** As the initramfs has it: nouveau comes first where nothing keeps it away, and then the cards are taken. */
export function loadAtBoot(model: DriverModel): void {
  const { software, profile } = model;
  if (profile.amdDriver !== undefined || model.gpus.length === 0) return;
  software.modules.clear();
  software.driverOnDisk = installedDriver(model);
  software.isNouveauLoaded = !software.blacklisted.has('nouveau');
  setLoaded(model, null);
  loadDriver(model);
}
