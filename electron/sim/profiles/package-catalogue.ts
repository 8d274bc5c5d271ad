/** What the repositories of a node offer. Versions from the newest to the oldest; `needs` come along with it. */
export interface OfferedPackage {
  readonly versions: readonly string[];
  readonly needs?: readonly string[];
}

const branches: Readonly<Record<string, readonly string[]>> = {
  535: ['535.230.02', '535.183.06'],
  550: ['550.163.01', '550.127.08'],
  570: ['570.172.08', '570.133.20'],
  580: ['580.95.05'],
};

/** NVIDIA's and Docker's repositories beside the distribution's. */
export const offeredPackages: ReadonlyMap<string, OfferedPackage> = new Map<string, OfferedPackage>([
  ...Object.entries(branches).flatMap(([branch, versions]): [string, OfferedPackage][] => {
    const ubuntu = versions.map((version) => `${version}-0ubuntu1`);
    const manager = versions.map((version) => `${version}-1`);
    return [
      [`libnvidia-compute-${branch}`, { versions: ubuntu }],
      [`nvidia-fabricmanager-${branch}`, { versions: manager }],
      ...['', '-open'].map((kind): [string, OfferedPackage] => [
        `nvidia-driver-${branch}${kind}`,
        { versions: ubuntu, needs: [`libnvidia-compute-${branch}`, 'dkms'] },
      ]),
    ];
  }),
  ['nvidia-container-toolkit', { versions: ['1.17.8-1', '1.17.5-1', '1.16.2-1'] }],
  ['datacenter-gpu-manager', { versions: ['1:3.3.9', '1:3.3.8'] }],
  ['docker-ce', { versions: ['5:28.3.0-1', '5:27.3.1-1'], needs: ['containerd.io', 'docker-ce-cli'] }],
  ['docker-ce-cli', { versions: ['5:28.3.0-1', '5:27.3.1-1'] }],
  ['docker-buildx-plugin', { versions: ['0.25.0-1'] }],
  ['docker-compose-plugin', { versions: ['2.38.1-1'] }],
  ['containerd.io', { versions: ['1.7.27-1', '1.7.24-1'] }],
  ['dkms', { versions: ['3.0.11-1ubuntu13'] }],
  ['build-essential', { versions: ['12.10ubuntu1'], needs: ['gcc', 'make'] }],
  ['gcc', { versions: ['4:13.2.0-7ubuntu1'] }],
  ['gcc-12', { versions: ['12.3.0-1ubuntu1'] }],
  ['make', { versions: ['4.3-4.1build2'] }],
  ['cuda-toolkit-config-common', { versions: ['12.9.79-1'] }],
  ['cuda-toolkit-12-4', { versions: ['12.4.1-1'] }],
  ['cuda-toolkit-12-8', { versions: ['12.8.1-1'] }],
  ['prometheus-node-exporter', { versions: ['1.7.0-1ubuntu0.3'] }],
  ['rdma-core', { versions: ['50.0-2ubuntu0.2'] }],
  ['ibverbs-utils', { versions: ['50.0-2ubuntu0.2'], needs: ['rdma-core'] }],
  ['infiniband-diags', { versions: ['50.0-2ubuntu0.2'] }],
  ['perftest', { versions: ['24.01.0+0.38-1'] }],
  ['mstflint', { versions: ['4.26.0+1-1'] }],
  ['ceph-common', { versions: ['19.2.1-0ubuntu0.24.04.1'] }],
  ['xfsprogs', { versions: ['6.6.0-1ubuntu2.1'] }],
  ['chrony', { versions: ['4.5-1ubuntu4.2'] }],
]);
