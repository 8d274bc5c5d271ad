import { expect, it } from 'vitest';
import type { NodeFacts } from './facts/index';
import { pcieTroubles } from './pcie-troubles';
import { fn, full, pci } from './topology/testing/pci-functions';

/** A GPU, an adapter and a disk, each on a port of its own, the first with a driver that tells how busy it is. */
function node(
  links: Partial<Record<'gpu' | 'nic' | 'nvme', Partial<typeof full>>>,
  gpuPercent = 0,
  state: 'present' | 'lost' = 'present',
): NodeFacts {
  const linkOf = (device: 'gpu' | 'nic' | 'nvme') => ({ ...full, ...links[device] });
  const pcie = { generation: null, maxGeneration: null, hostMaxGeneration: null, width: null, maxWidth: null };
  return {
    pci: pci(
      fn('0000:15:01.0', '060400'),
      fn('0000:16:01.0', '060400'),
      fn('0000:17:01.0', '060400'),
      fn('0000:1b:00.0', '030200', { parentAddress: '0000:15:01.0', link: linkOf('gpu') }),
      fn('0000:1c:00.0', '020700', { parentAddress: '0000:16:01.0', vendorId: '15b3', link: linkOf('nic'), state }),
      fn('0000:1d:00.0', '010802', { parentAddress: '0000:17:01.0', vendorId: '144d', link: linkOf('nvme') }),
    ),
    gpu: {
      gpus: [{ index: 3, pciBusId: '00000000:1B:00.0', pcie, utilization: { gpuPercent }, performanceState: 'P8' }],
    },
    rdma: { devices: [{ name: 'mlx5_3', pciBusId: '0000:1c:00.0', ports: [] }] },
  } as unknown as NodeFacts;
}

it('tells each link that trained low by its device, with what it is and what it could be', () => {
  const troubles = pcieTroubles(node({ gpu: { width: 8 }, nic: { generation: 4 }, nvme: { generation: 3, width: 1 } }));
  expect(troubles).toEqual([
    {
      key: 'inventory.attentionPcieLow',
      params: { device: 'gpu', name: 'GPU 3', address: '0000:1b:00.0', trained: 'x8', capable: 'x16' },
    },
    {
      key: 'inventory.attentionPcieLow',
      params: { device: 'nic', name: 'mlx5_3', address: '0000:1c:00.0', trained: 'Gen4', capable: 'Gen5' },
    },
    {
      key: 'inventory.attentionPcieLowAt',
      params: { device: 'nvme', address: '0000:1d:00.0', trained: 'x1 Gen3', capable: 'x16 Gen5' },
    },
  ]);
});

it('says nothing of a GPU at rest that runs at the first generation, and tells it of one at work', () => {
  expect(pcieTroubles(node({ gpu: { generation: 1 } }))).toEqual([]);
  expect(pcieTroubles(node({ gpu: { generation: 1 } }, 80))).toMatchObject([{ params: { trained: 'Gen1' } }]);
});

it('tells an adapter that has left the bus', () => {
  expect(pcieTroubles(node({}, 0, 'lost'))).toEqual([
    { key: 'inventory.attentionPcieLost', params: { device: 'nic', address: '0000:1c:00.0' } },
  ]);
});

it('says nothing where nothing is known', () => {
  expect(pcieTroubles({})).toEqual([]);
});
