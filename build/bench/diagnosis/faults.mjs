/**
 * What is broken on a simulated node, and the code that has to be ranked first; null: nothing above info.
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
  one('a GPU at its temperature limit', 'F-C1', 'overheat'),
  one('GPU memory held by a process of a user who has gone', 'F-A1', 'memory-held-by-orphan'),
  one('the same, waiting inside the kernel', 'F-A1', 'memory-held-by-orphan', { state: 'D' }),
  one('GPU memory that belongs to nobody', 'F-A5', 'memory-held-by-orphan', { kind: 'no-owner' }),
  one('nvidia-smi hangs', 'F-R5', 'hung-nvidia-smi'),
  one('a GPU fell off the bus (Xid 79)', 'F-D3', 'xid-79-gpu-lost'),
  one('driver and libraries of two versions', 'F-E1', 'driver-library-mismatch'),
  one('an InfiniBand port without link', 'F-B1', 'link-down'),
  one('a clock that is off', 'F-P1', 'clock-off'),
  one('the root file system is full', 'F-K1', 'full-disk'),
  one('the root file system became read-only', 'F-K2', 'remounted-read-only'),
  one('a job that fills its MIG slice', 'F-A8', 'mig-slice-small', undefined, 'a100-mig'),
  one('uncorrected memory errors of a GPU (Xid 48, 63)', 'F-G3', 'ecc-errors'),
  one('two NVLinks of a GPU are down', 'F-I5', 'nvlink-down'),
  one('BAR1 of a GPU is used up', 'F-A9', 'bar1-exhausted'),
  one('a GPU on 8 of 16 lanes', 'F-H1', 'link-degraded', { device: 0, width: 8 }),
  one('a network card on 8 of 16 lanes', 'F-B2', 'link-degraded', { device: 'mlx5_3', width: 8 }),
  one('an NVMe disk on 2 of 4 lanes', 'F-K5', 'link-degraded', { device: 'nvme2', width: 2 }),
  one('an NVMe disk that fails by its own log', 'F-K3', 'disk-failing'),
  one('an OSD of Ceph is down', 'F-K6', 'osd-down', undefined, 'storage-node'),
  one('a power supply without input', 'F-M2', 'psu-failed'),
  one('a GPU was taken out', 'F-D1', 'part-pulled', { kind: 'gpu' }),
  one('the KV cache of vLLM is full', 'F-O2', 'kv-cache-full'),
  one('Triton queues', 'F-O6', 'triton-overloaded', undefined, 'l4-single'),
  one('a start-up file prints into every command', 'F-R2', 'noisy-bashrc'),
  one('nvidia-smi prints garbage', 'F-R2', 'garbage-output'),
  { ...one('a power limit below the default', 'F-M1', 'power-limit-low'), isInfo: true },
  { ...one('a login without sudo', 'F-R3', 'no-sudo'), isInfo: true },
  {
    what: 'a power supply and, of it, nothing else; a disk is full as well',
    profile: 'dgx-h100',
    faults: [{ name: 'psu-failed' }, { name: 'full-disk' }],
    expected: 'F-M2',
  },
  {
    what: 'a GPU fell off the bus, its NVLink peers lost links',
    profile: 'dgx-h100',
    faults: [{ name: 'xid-79-gpu-lost' }, { name: 'nvlink-down', options: { gpu: 3 } }],
    expected: 'F-D3',
  },
];

/** @param {readonly string[]} profiles @returns {FaultCase[]} */
export function healthyCases(profiles) {
  return profiles.map((profile) => ({ what: `${profile}, healthy`, profile, faults: [], expected: null }));
}
