import { l4Single } from './l4-single';
import type { NodeProfile } from './profile';

/** A server as its installer left it: nouveau has the GPU, and there is neither driver nor compiler. Not one of the demo fleet. */
export function bareUbuntu(version: '22.04' | '24.04', { isSecureBootOn = false } = {}): NodeProfile {
  const isNoble = version === '24.04';
  const kernelRelease = isNoble ? '6.8.0-57-generic' : '5.15.0-140-generic';
  return {
    ...l4Single,
    id: `bare-ubuntu-${version}`,
    hostname: 'bare',
    osId: 'ubuntu',
    osName: 'Ubuntu',
    osVersionId: version,
    osVersion: isNoble ? '24.04.2 LTS (Noble Numbat)' : '22.04.5 LTS (Jammy Jellyfish)',
    osCodename: isNoble ? 'noble' : 'jammy',
    kernelRelease,
    kernelBuild: `#${isNoble ? '59' : '150'}-Ubuntu SMP PREEMPT_DYNAMIC`,
    isSecureBootOn,
    uptimeSeconds: 3600,
    driverVersion: null,
    cudaVersion: null,
    hasOpenKernelModule: false,
    docker: null,
    services: [],
    workloads: [],
    software: {
      python: isNoble ? '3.12.3' : '3.10.12',
      packages: [
        ['linux-image-generic', isNoble ? '6.8.0-57.59' : '5.15.0.140.138'],
        [`linux-image-${kernelRelease}`, isNoble ? '6.8.0-57.59' : '5.15.0-140.150'],
      ],
    },
  };
}
