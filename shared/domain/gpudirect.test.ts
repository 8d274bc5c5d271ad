import { describe, expect, it } from 'vitest';
import type { NodeFacts } from './facts/index';
import type { GpudirectFacts } from './facts/network';
import { gpudirectWays } from './gpudirect';

const basis: GpudirectFacts = {
  kernelRelease: '5.15.0-1053-nvidia',
  driverVersion: '550.127.08',
  isOpenKernelModule: true,
  loadedModules: ['nvidia', 'mlx5_ib', 'ib_core'],
  memoryPeers: null,
  ofedVersion: null,
  hasGdrcopyDevice: false,
  storage: null,
};
const rdma = { devices: [{}] } as unknown as NodeFacts['rdma'];
const verdicts = (over: Partial<GpudirectFacts>, facts: NodeFacts = { rdma }) =>
  Object.fromEntries(
    (gpudirectWays({ ...facts, gpudirect: { ...basis, ...over } }) ?? []).map(({ id, verdict }) => [id, verdict]),
  );

describe('ways of GPUDirect', () => {
  it('are open through DMA-BUF with a new kernel, the open modules and an mlx5 adapter', () => {
    expect(verdicts({})).toEqual({
      'peer-memory': 'not-met',
      'dma-buf': 'met',
      storage: 'not-met',
      gdrcopy: 'not-met',
    });
  });

  it.each<[string, Partial<GpudirectFacts>, string]>([
    ['the proprietary kernel module', { isOpenKernelModule: false }, 'not-met'],
    ['a kernel before 5.12', { kernelRelease: '5.4.0-216-generic' }, 'not-met'],
    ['a distribution that carries things back', { kernelRelease: '4.18.0-553.el8_10.x86_64' }, 'unknown'],
    ['a driver before 515', { driverVersion: '510.47.03' }, 'not-met'],
    ['another adapter', { loadedModules: ['nvidia', 'bnxt_re'] }, 'unknown'],
    ['a driver of which the version is not told', { driverVersion: null }, 'unknown'],
  ])('through DMA-BUF: %s', (_, over, verdict) => {
    expect(verdicts(over)['dma-buf']).toBe(verdict);
  });

  it('are open through peer memory with either module, old or new, and a device', () => {
    expect(verdicts({ loadedModules: ['nvidia', 'nvidia_peermem'] })['peer-memory']).toBe('met');
    expect(verdicts({ loadedModules: ['nvidia', 'nv_peer_mem'] })['peer-memory']).toBe('met');
    expect(verdicts({ loadedModules: ['nvidia_peermem'] }, { rdma: { devices: [] } })['peer-memory']).toBe('not-met');
    expect(verdicts({ loadedModules: ['nvidia_peermem'] }, {})['peer-memory']).toBe('unknown');
  });

  it('name the value that each condition was judged by', () => {
    const way = gpudirectWays({ rdma, gpudirect: basis })?.find(({ id }) => id === 'dma-buf');
    expect(way?.conditions).toEqual([
      { name: 'rdma-device', verdict: 'met', value: '1' },
      { name: 'kernel', verdict: 'met', value: '5.15.0-1053-nvidia' },
      { name: 'driver', verdict: 'met', value: '550.127.08' },
      { name: 'open-module', verdict: 'met', value: null },
      { name: 'nic-driver', verdict: 'met', value: 'mlx5_ib' },
    ]);
  });

  it('are not judged where no NVIDIA driver is loaded or nothing was read', () => {
    expect(gpudirectWays({ gpudirect: { ...basis, driverVersion: null, isOpenKernelModule: null } })).toBeNull();
    expect(gpudirectWays({})).toBeNull();
  });
});
