/**
 * What is broken on a simulated node, and the code that has to be ranked first; null: nothing above info. It is the code that the
 * trees' sources give to what was broken, not to what shows first (a GPU whose cooling fails is F-C5, however hot it gets).
 * @typedef {{ what: string, profile: string, faults: readonly { name: string, options?: Record<string, string | number | boolean> }[], expected: string | null, isInfo?: boolean }} FaultCase
 */

/**
 * @param {string} what
 * @param {string} expected
 * @param {string} name
 * @param {Record<string, string | number | boolean>} [options]
 * @param {string} [profile]
 * @returns {FaultCase}
 */
function one(what, expected, name, options, profile = 'dgx-h100') {
  return { what, profile, expected, faults: [options === undefined ? { name } : { name, options }] };
}

/** @type {readonly FaultCase[]} */
export const faultCases = [
  one('the cooling of one GPU fails', 'F-C5', 'overheat'),
  one('GPU memory held by a process of a user who has gone', 'F-A1', 'memory-held-by-orphan'),
  one('the same, waiting inside the kernel', 'F-A1', 'memory-held-by-orphan', { state: 'D' }),
  one('GPU memory that belongs to nobody', 'F-A5', 'memory-held-by-orphan', { kind: 'no-owner' }),
  one('nvidia-smi hangs in the driver', 'F-D1', 'hung-nvidia-smi'),
  one('a GPU fell off the bus (Xid 79)', 'F-D3', 'xid-79-gpu-lost'),
  one('driver and libraries of two versions', 'F-E1', 'driver-library-mismatch'),
  one('an InfiniBand port without link', 'F-B1', 'link-down'),
  one('a clock that is off', 'F-P1', 'clock-off'),
  one('the root file system is full', 'F-K1', 'full-disk'),
  one('the root file system became read-only', 'F-K2', 'remounted-read-only'),
  one('uncorrected memory errors of a GPU (Xid 48, 63)', 'F-G3', 'ecc-errors'),
  one('two NVLinks of a GPU are down', 'F-I5', 'nvlink-down'),
  one('BAR1 of a GPU is used up', 'F-A9', 'bar1-exhausted'),
  one('a GPU on 8 of 16 lanes', 'F-H1', 'link-degraded', { device: 0, width: 8 }),
  one('a network card on 8 of 16 lanes', 'F-B13', 'link-degraded', { device: 'mlx5_3', width: 8 }),
  one('an NVMe disk on 2 of 4 lanes', 'F-K5', 'link-degraded', { device: 'nvme2', width: 2 }),
  one('an NVMe disk that fails by its own log', 'F-K3', 'disk-failing'),
  one('an OSD of Ceph is down', 'F-K6', 'osd-down', undefined, 'storage-node'),
  one('a power supply without input', 'F-M2', 'psu-failed'),
  one('a GPU was taken out', 'F-D7', 'part-pulled', { kind: 'gpu' }),
  one('the KV cache of vLLM is full', 'F-O2', 'kv-cache-full'),
  one('Triton queues', 'F-O6', 'triton-overloaded', undefined, 'a100-mig'),
  one('a power limit below the default', 'F-C4', 'power-limit-low'),
  one('a GPU that can not repair its memory any more (Xid 64)', 'F-G1', 'row-remap-failed'),
  one('the chassis brakes all GPUs', 'F-M1', 'power-brake'),
  one('Fabric Manager does not run', 'F-I1', 'fabric-manager-stopped'),
  one('an InfiniBand port receives broken bits', 'F-B4', 'link-errors'),
  one('a PCIe link that sends packets again', 'F-H4', 'pcie-replays'),
  one('a memory module with uncorrected errors', 'F-L9', 'memory-module-failing'),
  one('the kernel ended a process for want of memory', 'F-L2', 'out-of-memory'),
  one('ECC of one GPU is switched off', 'F-G9', 'ecc-off'),
  one('the loaders of a job wait for storage', 'F-N1', 'starved-job'),
  one('Slurm has drained the node', 'F-T1', 'node-drained'),
  one('confidential computing is on, and the GPUs are not ready', 'F-S3', 'confidential-not-ready'),
  { ...one('a job that fills its MIG slice', 'F-A8', 'mig-slice-small', undefined, 'a100-mig'), isInfo: true },
  { ...one('a login without sudo', 'F-R3', 'no-sudo'), isInfo: true },
  {
    what: 'a power supply without input, and a full file system',
    profile: 'dgx-h100',
    faults: [{ name: 'psu-failed' }, { name: 'full-disk' }],
    expected: 'F-M2',
  },
  {
    what: 'a GPU fell off the bus, and its peer lost NVLinks',
    profile: 'dgx-h100',
    faults: [{ name: 'xid-79-gpu-lost' }, { name: 'nvlink-down', options: { gpu: 3 } }],
    expected: 'F-D3',
  },
];

/** What makes a node hard to read and is no fault of it: nothing above info may be made of it. @type {readonly FaultCase[]} */
export const disturbedCases = [
  disturbed('a start-up file prints into every command', 'noisy-bashrc'),
  disturbed('nvidia-smi prints binary garbage', 'garbage-output', { kind: 'binary' }),
  disturbed('nvidia-smi prints half a document', 'garbage-output', { kind: 'truncated' }),
  disturbed('nvidia-smi prints terminal escapes', 'garbage-output', { kind: 'escapes' }),
  disturbed('nvidia-smi prints without end', 'endless-output'),
  disturbed('the line is slow: 400 ms', 'slow-link', { latencyMs: 200 }),
  disturbed('no tools of AMD are installed', 'amd-tools-missing', undefined, 'amd-mi300x'),
];

/**
 * @param {string} what
 * @param {string} name
 * @param {Record<string, string | number | boolean>} [options]
 * @param {string} [profile]
 * @returns {FaultCase}
 */
function disturbed(what, name, options, profile) {
  return { ...one(what, '', name, options, profile), expected: null };
}

/** @param {readonly string[]} profiles @returns {FaultCase[]} */
export function healthyCases(profiles) {
  return profiles.map((profile) => ({ what: `${profile}, healthy`, profile, faults: [], expected: null }));
}
