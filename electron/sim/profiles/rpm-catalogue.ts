import type { OfferedPackage } from './package-catalogue';

/** A package of a repository for Enterprise Linux 9: versions are `EPOCH:VERSION-RELEASE`, without an epoch where it is 0. */
export interface OfferedRpm extends OfferedPackage {
  readonly repository: string;
  /** Of no architecture. */
  readonly isNoarch?: boolean;
  /** Offered by streams of this module alone. */
  readonly module?: string;
}

/** What a fresh Rocky has switched on. NVIDIA's and Docker's are there as a site's mirror would bring them. */
export const repositories: ReadonlyMap<string, { readonly title: string; readonly isOnAtFirst: boolean }> = new Map([
  ['appstream', { title: 'Rocky Linux 9 - AppStream', isOnAtFirst: true }],
  ['baseos', { title: 'Rocky Linux 9 - BaseOS', isOnAtFirst: true }],
  ['extras', { title: 'Rocky Linux 9 - Extras', isOnAtFirst: true }],
  ['crb', { title: 'Rocky Linux 9 - CRB', isOnAtFirst: false }],
  ['cuda-rhel9-x86_64', { title: 'cuda-rhel9-x86_64', isOnAtFirst: true }],
  ['docker-ce-stable', { title: 'Docker CE Stable - x86_64', isOnAtFirst: true }],
  ['nvidia-container-toolkit', { title: 'nvidia-container-toolkit', isOnAtFirst: true }],
]);

/** Of a package, not of a switch. */
export const epel = { id: 'epel', title: 'Extra Packages for Enterprise Linux 9 - x86_64', package: 'epel-release' };

const drivers = ['3:580.95.05-1.el9', '3:570.172.08-1.el9'];
const ofDriver = (needs: readonly string[], isNoarch = false): OfferedRpm => ({
  versions: drivers,
  needs,
  repository: 'cuda-rhel9-x86_64',
  module: 'nvidia-driver',
  isNoarch,
});
const libraries = ['nvidia-driver-cuda', 'nvidia-persistenced'];
const docker = ['3:28.3.0-1.el9', '3:27.3.1-1.el9'];
const of = (repository: string, versions: readonly string[], needs: readonly string[] = []): OfferedRpm => ({
  repository,
  versions,
  needs,
});

export const offeredRpms: ReadonlyMap<string, OfferedRpm> = new Map<string, OfferedRpm>([
  ['nvidia-open', ofDriver(['kmod-nvidia-open-dkms', ...libraries], true)],
  ['cuda-drivers', ofDriver(['kmod-nvidia-latest-dkms', ...libraries], true)],
  ['kmod-nvidia-open-dkms', ofDriver(['dkms', 'nvidia-kmod-common'])],
  ['kmod-nvidia-latest-dkms', ofDriver(['dkms', 'nvidia-kmod-common'])],
  ['nvidia-kmod-common', ofDriver([], true)],
  ['nvidia-driver-cuda', ofDriver(['nvidia-driver-cuda-libs'])],
  ['nvidia-driver-cuda-libs', ofDriver([])],
  ['nvidia-persistenced', ofDriver([])],
  ['cuda-toolkit-config-common', { ...of('cuda-rhel9-x86_64', ['13.0.96-1']), isNoarch: true }],
  ['cuda-toolkit-12-4', of('cuda-rhel9-x86_64', ['12.4.1-1'])],
  ['cuda-toolkit-12-8', of('cuda-rhel9-x86_64', ['12.8.1-1'])],
  ['nvidia-container-toolkit', of('nvidia-container-toolkit', ['1.17.8-1', '1.17.5-1', '1.16.2-1'])],
  ['docker-ce', of('docker-ce-stable', docker, ['containerd.io', 'docker-ce-cli'])],
  ['docker-ce-cli', of('docker-ce-stable', docker)],
  ['containerd.io', of('docker-ce-stable', ['1.7.27-3.1.el9', '1.7.24-3.1.el9'])],
  ['docker-buildx-plugin', of('docker-ce-stable', ['0.25.0-1.el9'])],
  ['docker-compose-plugin', of('docker-ce-stable', ['2.38.1-1.el9'])],
  // Of the kernel's own version.
  ['kernel-devel', of('appstream', [])],
  ['kernel-headers', of('appstream', [])],
  ['kernel-devel-matched', of('appstream', [], ['kernel-devel'])],
  ['gcc', of('appstream', ['11.5.0-2.el9', '11.4.1-3.el9'])],
  ['make', of('baseos', ['1:4.3-8.el9'])],
  ['dkms', { ...of('epel', ['3.1.5-1.el9'], ['gcc', 'make', 'kernel-devel']), isNoarch: true }],
  ['epel-release', { ...of('extras', ['9-7.el9']), isNoarch: true }],
  ['python3-dnf-plugin-versionlock', { ...of('baseos', ['4.3.0-16.el9']), isNoarch: true }],
  ['golang-github-prometheus-node-exporter', of('epel', ['1.8.2-1.el9'])],
  ['xfsprogs', of('baseos', ['6.4.0-3.el9'])],
  ['chrony', of('baseos', ['4.5-3.el9'])],
  ['rdma-core', of('baseos', ['51.0-1.el9'])],
  ['libibverbs-utils', of('baseos', ['51.0-1.el9'], ['rdma-core'])],
  ['infiniband-diags', of('baseos', ['51.0-1.el9'])],
  ['perftest', of('appstream', ['24.01.0-1.el9'])],
  ['mstflint', of('appstream', ['4.26.0-1.el9'])],
  ['opensm', of('appstream', ['3.3.24-5.el9'])],
]);
