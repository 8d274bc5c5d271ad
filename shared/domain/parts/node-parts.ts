import type { PartReader } from './part';

const gib = 1024 ** 3;

/** The node as one part: its machine, firmware, operating system and GPU driver. It has no identity of its own here. */
export const nodeParts: PartReader = {
  kind: 'node',
  needs: ['os'],
  attributes: {
    vendor: 'none',
    biosVersion: 'none',
    osName: 'none',
    kernelRelease: 'none',
    architecture: 'none',
    driverVersion: 'none',
    cudaVersion: 'none',
    memoryTotalBytes: 'bytes',
  },
  counters: {},
  read({ os, gpu, memory, 'gpu-driver': driver }) {
    const totalBytes = memory?.totalBytes ?? null;
    return [
      {
        kind: 'node',
        slot: 'system',
        identity: null,
        model: os?.product ?? null,
        attributes: {
          vendor: os?.vendor ?? null,
          biosVersion: os?.biosVersion ?? null,
          osName: os?.prettyName ?? null,
          kernelRelease: os?.kernelRelease ?? null,
          architecture: os?.architecture ?? null,
          driverVersion: driver?.kernelModuleVersion ?? gpu?.driverVersion ?? null,
          cudaVersion: gpu?.cudaVersion ?? null,
          // What a kernel keeps for itself differs by some MiB from one to the next: no change of the node.
          memoryTotalBytes: totalBytes === null ? null : Math.round(totalBytes / gib) * gib,
        },
        counters: {},
        source: { probeId: 'os', factPath: '' },
      },
    ];
  },
};
