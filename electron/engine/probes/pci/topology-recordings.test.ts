import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '#shared/domain/facts/index';
import { topologyOf } from '#shared/domain/topology/topology-of';
import { gpuTopologyProbe } from '../gpu-topology/gpu-topology-probe';
import { factsOf } from '../testing/check';
import { hasRecordings, recording } from '../testing/recordings';
import { pciProbe } from './pci-probe';

const pci = (name: string): NodeFacts => ({ pci: factsOf(pciProbe, { 'pci-tree': recording(name) }) });
const matrix = (name: string): NodeFacts => ({
  'gpu-topology': factsOf(gpuTopologyProbe, { matrix: recording(name) }),
});

/** Pictures of real machines; what they show was read in the recordings. */
describe.skipIf(!hasRecordings)('the topology of recorded machines', () => {
  it('draws a Dell server with 8 H100 behind switches, and takes a two-lane port with one lane wired for no fault', () => {
    const { nodes, edges } = topologyOf(pci('host/lspci-vvv__dell-8gpu.txt'));
    const of = (kind: string) => nodes.filter((node) => node.kind === kind);
    expect([of('gpu').length, of('nvswitch').length]).toEqual([8, 4]);
    expect(of('gpu').map(({ address, parentId }) => `${address} ${parentId}`)).toEqual([
      '0000:19:00.0 numa:0',
      '0000:3b:00.0 numa:0',
      '0000:4c:00.0 numa:0',
      '0000:5d:00.0 numa:0',
      '0000:9b:00.0 numa:1',
      '0000:bb:00.0 numa:1',
      '0000:cb:00.0 numa:1',
      '0000:db:00.0 numa:1',
    ]);
    const to = (address: string) => edges.find((edge) => edge.to === `pci:${address}`);
    // GPU, ConnectX-7 and NVMe share the switch whose upper port is 16:00.0.
    for (const address of ['0000:19:00', '0000:1a:00', '0000:18:00']) {
      expect(to(address)).toMatchObject({ from: 'bridge:0000:16:00.0', state: 'ok' });
    }
    expect(to('0000:01:00')).toMatchObject({
      state: 'ok',
      reasons: ['slot-width'],
      link: { trained: { generation: 2, width: 1 }, lower: { width: 2 }, upper: { width: 1 } },
    });
    expect(edges.filter(({ state }) => state === 'degraded')).toEqual([]);
  });

  it('does not call the resting link of an idle RTX 6000 Ada degraded', () => {
    const { edges } = topologyOf(pci('host/lspci-vvv-0100-0__asus-esc8000a-rtx6000ada-x4.txt'));
    expect(edges).toMatchObject([
      { state: 'idle', reasons: ['unjudged-generation'], link: { trained: { generation: 1 } } },
    ]);
  });

  it('draws a virtual machine whose GPU hangs on nothing that is told', () => {
    const { nodes, edges } = topologyOf(pci('host/lspci-nn__a10-vm.txt'));
    expect(nodes.find(({ kind }) => kind === 'gpu')).toMatchObject({ model: 'GA102GL [A10]', parentId: 'socket:0' });
    expect(edges.every(({ state }) => state === 'unknown')).toBe(true);
  });

  it('draws what a matrix alone tells: 8 A100 on one fabric, 4 RTX cards without', () => {
    const eight = topologyOf(matrix('gpu-nvidia/nvidia-smi-topo-m__a100-x8-10-nics.txt'));
    const links = eight.edges.filter(({ kind }) => kind === 'nvlink');
    expect(links.map(({ to, lanes }) => `${to} ${lanes?.active}`)).toEqual(Array(8).fill('fabric 12'));
    const four = topologyOf(matrix('gpu-nvidia/nvidia-smi-topo-m__asus-esc8000a-rtx6000ada-x4.txt'));
    expect(four.nodes.filter(({ kind }) => kind === 'gpu').map(({ name }) => name)).toEqual([
      'GPU 0',
      'GPU 1',
      'GPU 2',
      'GPU 3',
    ]);
    expect(four.edges.filter(({ kind }) => kind === 'nvlink')).toEqual([]);
  });
});
