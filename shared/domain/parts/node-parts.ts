import type { PartReader } from './part';

const gib = 1024 ** 3;

/** The node as one part: its machine, firmware, operating system and GPU driver. Its serial number is for root to read. */
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
    secureBoot: 'none',
    tpmVersion: 'none',
  },
  counters: {},
  read({ os, gpu, memory, machine, 'gpu-driver': driver, 'platform-security': security }) {
    const totalBytes = memory?.totalBytes ?? null;
    return [
      {
        kind: 'node',
        slot: 'system',
        identity: machine?.system.serial ?? null,
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
          secureBoot: security?.secureBoot ?? null,
          tpmVersion: security?.tpm.version ?? null,
        },
        counters: {},
        source: { probeId: 'os', factPath: '' },
      },
    ];
  },
};
