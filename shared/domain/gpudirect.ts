import type { NodeFacts } from './facts/index';

export const verdicts = ['met', 'not-met', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

export type GpudirectConditionName =
  | 'peer-module'
  | 'kernel'
  | 'open-module'
  | 'driver'
  | 'nic-driver'
  | 'rdma-device'
  | 'storage-module'
  | 'storage-check'
  | 'gdrcopy-module';

/** One thing that a way stands on, with the value that was read and the probe that read it. */
export interface GpudirectCondition {
  readonly name: GpudirectConditionName;
  readonly verdict: Verdict;
  readonly value: string | null;
}

export interface GpudirectWay {
  readonly id: 'peer-memory' | 'dma-buf' | 'storage' | 'gdrcopy';
  /** `met`: everything it stands on is there; only a job's own log proves that it is used. */
  readonly verdict: Verdict;
  readonly conditions: readonly GpudirectCondition[];
}

/**
 * What is there for GPUs and NICs (or disks) to reach each other without the host's memory. Null: no NVIDIA driver is loaded,
 * or nothing was read. Sources: NVIDIA GPU Operator and driver documentation (DMA-BUF needs Linux 5.12, driver 515 and the open
 * kernel modules; nvidia_peermem needs an ib_core with the peer-memory API, as OFED has).
 */
export function gpudirectWays(facts: NodeFacts): GpudirectWay[] | null {
  const basis = facts.gpudirect;
  if (!basis || (basis.driverVersion === null && basis.isOpenKernelModule === null && basis.storage === null))
    return null;
  const has = (name: string) => basis.loadedModules.includes(name);
  const peerModule = ['nvidia_peermem', 'nv_peer_mem'].find(has) ?? null;
  const nicDriver = ['mlx5_ib', 'bnxt_re', 'irdma', 'efa'].find(has) ?? null;
  const devices = facts.rdma?.devices;
  const rdma = condition('rdma-device', devices ? devices.length > 0 : null, devices ? String(devices.length) : null);
  const driver = basis.driverVersion;
  return [
    way('peer-memory', [rdma, condition('peer-module', peerModule !== null, peerModule)]),
    way('dma-buf', [
      rdma,
      condition('kernel', isKernelNewEnough(basis.kernelRelease), basis.kernelRelease),
      condition('driver', driver === null ? null : Number.parseInt(driver, 10) >= 515, driver),
      condition('open-module', basis.isOpenKernelModule, null),
      // Of others it is not known to us since when they take such memory.
      condition('nic-driver', nicDriver === 'mlx5_ib' ? true : null, nicDriver),
    ]),
    way('storage', [
      condition('storage-module', has('nvidia_fs'), has('nvidia_fs') ? 'nvidia_fs' : null),
      condition(
        'storage-check',
        basis.storage === null ? null : basis.storage.drivers.some(({ isSupported }) => isSupported),
        basis.storage?.drivers
          .filter(({ isSupported }) => isSupported)
          .map(({ name }) => name)
          .join(', ') || null,
      ),
    ]),
    way('gdrcopy', [condition('gdrcopy-module', has('gdrdrv'), has('gdrdrv') ? 'gdrdrv' : null)]),
  ];
}

function condition(name: GpudirectConditionName, isMet: boolean | null, value: string | null): GpudirectCondition {
  return { name, verdict: isMet === null ? 'unknown' : isMet ? 'met' : 'not-met', value };
}

function way(id: GpudirectWay['id'], conditions: readonly GpudirectCondition[]): GpudirectWay {
  const some = (verdict: Verdict) => conditions.some((one) => one.verdict === verdict);
  return { id, verdict: some('not-met') ? 'not-met' : some('unknown') ? 'unknown' : 'met', conditions };
}

/** Linux 5.12 brought it; distributions carry it back into older kernels, which their number does not tell. */
function isKernelNewEnough(release: string | null): boolean | null {
  const match = /^(\d{1,3})\.(\d{1,3})/.exec(release ?? '');
  if (!match) return null;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major > 5 || (major === 5 && minor >= 12)) return true;
  return /\.el\d/.test(release ?? '') ? null : false;
}
