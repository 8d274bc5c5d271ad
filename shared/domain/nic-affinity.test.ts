import { describe, expect, it } from 'vitest';
import type { GpuTopologyFacts } from './facts/gpu';
import type { NodeFacts } from './facts/index';
import type { PciFunction } from './facts/pci';
import { nicAffinities } from './nic-affinity';

const device = (name: string, pciBusId: string | null, numaNode: number | null) => ({
  ...{ name, hcaType: null, firmwareVersion: null, boardId: null, nodeGuid: null },
  ...{ systemImageGuid: null, pciBusId, numaNode, isVirtualFunction: false, ports: [] },
});
const topologyDevice = (label: string, rdmaDevice: string | null) => ({
  label,
  kind: rdmaDevice === null ? ('gpu' as const) : ('nic' as const),
  gpuIndex: rdmaDevice === null ? Number(label.slice(3)) : null,
  rdmaDevice,
  cpuAffinity: null,
  numaAffinity: null,
  gpuNumaId: null,
});
const topology = (links: string[][], nics: string[]): GpuTopologyFacts => ({
  devices: [
    ...links.slice(nics.length).map((_, index) => topologyDevice(`GPU${index}`, null)),
    ...nics.map((name, index) => topologyDevice(`NIC${index}`, name)),
  ],
  links,
});
const pci = (address: string, parentAddress: string | null, numaNode: number | null = null) =>
  ({ address, parentAddress, numaNode }) as PciFunction;
const gpus = (...busIds: string[]) =>
  ({ gpus: busIds.map((pciBusId, index) => ({ index, pciBusId })) }) as unknown as NodeFacts['gpu'];

describe('NICs and the GPUs near them', () => {
  it('are read off the matrix of the driver, with the rails of a machine built in pairs', () => {
    const facts: NodeFacts = {
      rdma: { devices: [device('mlx5_0', '0000:18:00.0', 0), device('mlx5_1', '0000:40:00.0', 0)] },
      'gpu-topology': topology(
        [
          ['X', 'NV18', 'PXB', 'NODE'],
          ['NV18', 'X', 'NODE', 'PXB'],
          ['PXB', 'NODE', 'X', 'NODE'],
          ['NODE', 'PXB', 'NODE', 'X'],
        ],
        ['mlx5_0', 'mlx5_1'],
      ),
    };
    expect(nicAffinities(facts)).toMatchObject([
      {
        nic: 'mlx5_0',
        basis: 'matrix',
        gpus: [
          { gpuIndex: 0, distance: 'PXB' },
          { gpuIndex: 1, distance: 'NODE' },
        ],
        nearest: [0],
        distance: 'PXB',
        rail: 0,
      },
      { nic: 'mlx5_1', nearest: [1], rail: 1 },
    ]);
  });

  it('make no rail where two NICs share a GPU, or a NIC two GPUs', () => {
    const two = topology(
      [
        ['X', 'PIX', 'PIX'],
        ['PIX', 'X', 'PIX'],
        ['PIX', 'PIX', 'X'],
      ],
      ['mlx5_0', 'mlx5_1'],
    );
    const rdma = { devices: [device('mlx5_0', null, null), device('mlx5_1', null, null)] };
    expect(nicAffinities({ rdma, 'gpu-topology': two }).map(({ rail }) => rail)).toEqual([null, null]);
  });

  it('have no nearest GPU where all are across the socket', () => {
    const facts: NodeFacts = {
      rdma: { devices: [device('mlx5_0', null, 1)] },
      'gpu-topology': topology(
        [
          ['X', 'SYS'],
          ['SYS', 'X'],
        ],
        ['mlx5_0'],
      ),
    };
    expect(nicAffinities(facts)).toMatchObject([{ nearest: [], distance: 'SYS', rail: null }]);
  });

  it('are told by the tree of bridges where no driver draws a matrix', () => {
    const functions = [
      pci('0000:15:01.0', null, 0),
      pci('0000:16:00.0', '0000:15:01.0', 0),
      pci('0000:17:00.0', '0000:16:00.0', 0),
      pci('0000:17:01.0', '0000:16:00.0', 0),
      pci('0000:18:00.0', '0000:17:00.0', 0),
      pci('0000:1b:00.0', '0000:17:01.0', 0),
      pci('0000:15:03.0', null, 0),
      pci('0000:2a:00.0', '0000:15:03.0', 0),
      pci('0000:40:01.0', null, 0),
      pci('0000:41:00.0', '0000:40:01.0', 0),
      pci('0000:a0:01.0', null, 1),
      pci('0000:a1:00.0', '0000:a0:01.0', 1),
    ];
    const facts = {
      gpu: gpus('00000000:1B:00.0', '00000000:2A:00.0', '00000000:41:00.0', '00000000:A1:00.0'),
      rdma: { devices: [device('mlx5_0', '0000:18:00.0', 0)] },
      pci: { functions },
    } as unknown as NodeFacts;
    expect(nicAffinities(facts)).toMatchObject([
      {
        basis: 'pci',
        gpus: [{ distance: 'PIX' }, { distance: 'PHB' }, { distance: 'NODE' }, { distance: 'SYS' }],
        nearest: [0],
        rail: 0,
      },
    ]);
  });

  it('are told by NUMA nodes alone at last, and say so', () => {
    const facts = {
      gpu: gpus('00000000:1B:00.0', '00000000:A1:00.0'),
      'gpu-topology': {
        devices: [
          { ...topologyDevice('GPU0', null), numaAffinity: '0' },
          { ...topologyDevice('GPU1', null), numaAffinity: '1' },
        ],
        links: [
          ['X', 'SYS'],
          ['SYS', 'X'],
        ],
      },
      rdma: { devices: [device('mlx5_0', '0000:18:00.0', 1)] },
    } as unknown as NodeFacts;
    expect(nicAffinities(facts)).toMatchObject([{ basis: 'numa', nearest: [1], distance: 'NODE', rail: null }]);
  });

  it('are told of AMD GPUs as well', () => {
    const amd = { 'amd-gpu': gpus('0000:1B:00.0', '0000:A1:00.0'), rdma: { devices: [device('bnxt_re0', null, 1)] } };
    const functions = [pci('0000:1b:00.0', null, 0), pci('0000:a1:00.0', null, 1)];
    expect(nicAffinities({ ...amd, pci: { functions } } as unknown as NodeFacts)).toMatchObject([
      { nearest: [1], distance: 'NODE' },
    ]);
  });

  it('are none without a GPU, and a NIC of which nothing is known is listed as such', () => {
    expect(nicAffinities({ rdma: { devices: [device('mlx5_0', null, null)] } })).toEqual([]);
    const facts = { gpu: gpus('00000000:1B:00.0'), rdma: { devices: [device('mlx5_0', null, null)] } };
    expect(nicAffinities(facts as NodeFacts)).toMatchObject([
      { nic: 'mlx5_0', basis: null, nearest: [], distance: null },
    ]);
  });
});
