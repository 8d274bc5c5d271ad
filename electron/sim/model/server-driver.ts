import type { OfferedPackage } from '../profiles/package-catalogue';
import type { NodeModel } from './node-model';

/** Releases of the branches that Ubuntu has for servers. */
const releases: Readonly<Record<string, readonly string[]>> = {
  535: ['535.274.02'],
  570: ['570.195.03', '570.172.08'],
  580: ['580.95.05', '580.82.07'],
};

const debianDriver = ['580.95.05-1'];

/** NVIDIA's repository for Debian: names without a branch, chosen by a preference. */
const debianPackages: Readonly<Record<string, OfferedPackage>> = {
  'nvidia-open': { versions: debianDriver, needs: ['nvidia-kernel-open-dkms', 'nvidia-driver'] },
  'nvidia-kernel-open-dkms': { versions: debianDriver, needs: ['dkms'] },
  'nvidia-driver': { versions: debianDriver, needs: ['libcuda1', 'nvidia-persistenced'] },
  libcuda1: { versions: debianDriver },
  'nvidia-persistenced': { versions: debianDriver },
};

/**
 * Ubuntu's packages of the driver for servers: built by DKMS, or signed modules for one kernel. Names as its index has them,
 * `nvidia-headless-580-server-open`, `linux-modules-nvidia-580-server-open-6.8.0-57-generic`.
 * Debian's are NVIDIA's. Null: it is none of them.
 */
export function serverPackage({ profile }: NodeModel, name: string): OfferedPackage | null {
  if (profile.osId === 'debian') return debianPackages[name] ?? null;
  if (profile.osId !== 'ubuntu') return null;
  const [, branch = '', kind = '', kernel] =
    /^linux-modules-nvidia-(\d{3})-server(-open)?-(\S+)$/.exec(name) ??
    /^(?:lib)?nvidia-[a-z-]+-(\d{3})-server(-open)?$/.exec(name) ??
    [];
  const upstreams = releases[branch];
  if (upstreams === undefined) return null;
  if (kernel !== undefined) return signedModules(profile.kernelRelease, kernel);
  const versions = upstreams.map((one) => `${one}-0ubuntu0.${profile.osVersionId}.1`);
  const of = (stem: string) => `${stem}-${branch}-server`;
  const libraries = [of('libnvidia-compute'), of('nvidia-compute-utils')];
  const needs: Readonly<Record<string, readonly string[]>> = {
    [`nvidia-headless-${branch}-server${kind}`]: [`nvidia-dkms-${branch}-server${kind}`, ...libraries],
    [`nvidia-headless-no-dkms-${branch}-server${kind}`]: [of('nvidia-kernel-common'), ...libraries],
    [`nvidia-dkms-${branch}-server${kind}`]: ['dkms', of('nvidia-kernel-common')],
    [of('nvidia-utils')]: [of('libnvidia-compute')],
    [of('libnvidia-compute')]: [],
    [of('nvidia-compute-utils')]: [of('libnvidia-compute')],
    [of('nvidia-kernel-common')]: [],
  };
  const own = needs[name];
  return own === undefined ? null : { versions, needs: own };
}

/** `generic` follows the kernel; the archive has no modules for kernels but the one that is installed. */
function signedModules(running: string, kernel: string): OfferedPackage | null {
  const [, number = '', flavour = ''] = /^([\d.]+-\d+)-(\S+)$/.exec(running) ?? [];
  return kernel === running || kernel.startsWith(flavour) ? { versions: [`${number}.1`] } : null;
}
