import { describe, expect, it } from 'vitest';
import { expectTotal, factsOf } from '../testing/check';
import { hasRecordings, printed, recording, recordingNames } from '../testing/recordings';
import { gpuTopologyProbe } from './gpu-topology-probe';

const pair = `\t\u001b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m
GPU0\t X \tNV12\tPXB\t0-63,128-191\t0\t\tN/A
GPU1\tNV12\t X \tSYS\t64-127\t1\t\tN/A
NIC0\tPXB\tSYS\t X \t\t\t

Legend:

  X    = Self
  NV#  = Connection traversing a bonded set of # NVLinks

NIC Legend:

  NIC0: mlx5_0
`;
const parse = (text: string) => factsOf(gpuTopologyProbe, { matrix: text });

describe('gpu-topology probe', () => {
  it('reads links, affinities and the RDMA devices of the legend', () => {
    expect(parse(pair)).toEqual({
      devices: [
        {
          label: 'GPU0',
          kind: 'gpu',
          gpuIndex: 0,
          rdmaDevice: null,
          cpuAffinity: '0-63,128-191',
          numaAffinity: '0',
          gpuNumaId: null,
        },
        {
          label: 'GPU1',
          kind: 'gpu',
          gpuIndex: 1,
          rdmaDevice: null,
          cpuAffinity: '64-127',
          numaAffinity: '1',
          gpuNumaId: null,
        },
        {
          label: 'NIC0',
          kind: 'nic',
          gpuIndex: null,
          rdmaDevice: 'mlx5_0',
          cpuAffinity: null,
          numaAffinity: null,
          gpuNumaId: null,
        },
      ],
      links: [
        ['X', 'NV12', 'PXB'],
        ['NV12', 'X', 'SYS'],
        ['PXB', 'SYS', 'X'],
      ],
    });
  });

  it('reads the heads of older drivers: RDMA devices of any name, SOC and PSB', () => {
    const older = `\tGPU0\tGPU1\tmlx5_bond_0\tibp65s0\tCPU Affinity
GPU0\t X \tPSB\tPIX\tSOC\t0-11,24-35
GPU1\tPSB\t X \tPHB\tSOC\t0-11,24-35
mlx5_bond_0\tPIX\tPHB\t X \tSOC\t
ibp65s0\tSOC\tSOC\tSOC\t X \t

Legend:
`;
    const { devices, links } = parse(older);
    expect(devices.map(({ kind, rdmaDevice, cpuAffinity }) => [kind, rdmaDevice, cpuAffinity])).toEqual([
      ['gpu', null, '0-11,24-35'],
      ['gpu', null, '0-11,24-35'],
      ['nic', 'mlx5_bond_0', null],
      ['nic', 'ibp65s0', null],
    ]);
    expect(links[2]).toEqual(['PIX', 'PHB', 'X', 'SOC']);
  });

  it('keeps affinities in their columns where one is missing, and the NUMA node of a GPU with memory of its own there', () => {
    const grace = `\t\u001b[4mGPU0\tGPU1\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u001b[0m
GPU0\t X \tNV18\t0-71\t0\t\t4
GPU1\tNV18\t X \t\t1\t\tN/A

Legend:
`;
    expect(
      parse(grace).devices.map(({ cpuAffinity, numaAffinity, gpuNumaId }) => [cpuAffinity, numaAffinity, gpuNumaId]),
    ).toEqual([
      ['0-71', '0', '4'],
      [null, '1', null],
    ]);
  });

  it('reads 16 GPUs, and no matrix of more than any machine has', () => {
    const square = (size: number) => {
      const labels = Array.from({ length: size }, (_, at) => `GPU${at}`);
      const rows = labels.map((label, at) => [
        label,
        ...labels.map((_l, column) => (at === column ? ' X ' : 'NV6')),
        '0-47',
        '0',
        '',
        'N/A',
      ]);
      return [['', ...labels, 'CPU Affinity', 'NUMA Affinity', 'GPU NUMA ID'], ...rows, ['']]
        .map((row) => row.join('\t'))
        .join('\n');
    };
    expect(parse(square(16)).devices.map(({ cpuAffinity, numaAffinity }) => [cpuAffinity, numaAffinity])).toEqual(
      Array(16).fill(['0-47', '0']),
    );
    expect(gpuTopologyProbe.parse({ matrix: printed(square(129)) }).state).toBe('unparsable');
  });

  it('refuses a matrix with a row missing or cut', () => {
    const lines = pair.split('\n');
    expect(gpuTopologyProbe.parse({ matrix: printed(lines.slice(0, 3).join('\n')) }).state).toBe('unparsable');
    expect(gpuTopologyProbe.parse({ matrix: printed(pair.slice(0, pair.indexOf('NIC0\tPXB') + 8)) }).state).toBe(
      'unparsable',
    );
  });

  it('never throws and never makes facts of nonsense', () => {
    expectTotal(gpuTopologyProbe, { matrix: pair }, ({ devices, links }) =>
      links.every((row, index) => row.length === devices.length && row[index] === 'X'),
    );
  });
});

describe.skipIf(!hasRecordings)('gpu-topology probe on recorded matrices', () => {
  it.each(recordingNames('gpu-nvidia', /^nvidia-smi-topo-m__/))('reads %s', (name) => {
    const text = recording(name);
    const { devices, links } = parse(text);
    expect(devices.filter((device) => device.kind === 'gpu')).toHaveLength((text.match(/^GPU\d/gm) ?? []).length);
    expect(links.flat().join(' ')).not.toMatch(/Affinity/);
    for (const [row, values] of links.entries()) {
      for (const [column, link] of values.entries()) expect(links[column]?.[row]).toBe(link);
    }
  });

  it('reads 8 GPUs with 10 NICs', () => {
    const { devices, links } = parse(recording('gpu-nvidia/nvidia-smi-topo-m__a100-x8-10-nics.txt'));
    expect(devices).toHaveLength(18);
    expect(links[4]).toEqual('NV12 NV12 NV12 NV12 X NV12 NV12 NV12 SYS SYS SYS SYS SYS SYS SYS SYS PXB PXB'.split(' '));
    expect(devices[4]).toMatchObject({
      gpuIndex: 4,
      cpuAffinity: '64-127,192-254',
      numaAffinity: '1',
      gpuNumaId: null,
    });
    expect(devices.at(-1)).toMatchObject({ label: 'NIC9', rdmaDevice: 'mlx5_9' });
  });

  it('reads a matrix whose tabs became blanks', () => {
    const { devices, links } = parse(recording('gpu-nvidia/nvidia-smi-topo-m__asus-esc8000a-rtx6000ada-x4.txt'));
    expect(links[0]).toEqual(['X', 'NODE', 'SYS', 'SYS', 'NODE', 'NODE', 'SYS', 'SYS']);
    expect(devices[2]).toMatchObject({ cpuAffinity: '32-63', numaAffinity: '1' });
  });
});
