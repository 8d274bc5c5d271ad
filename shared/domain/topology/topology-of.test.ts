import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeFacts } from '../facts/index';
import { fn, full, pci } from './testing/pci-functions';
import type { Topology } from './topology';
import { topologyOf } from './topology-of';

/** Root port, switch with two lower ports, a GPU and an adapter below it, and a disk on a port of its own. */
const switched = pci(
  fn('0000:15:01.0', '060400'),
  fn('0000:16:00.0', '060400', { parentAddress: '0000:15:01.0' }),
  fn('0000:17:00.0', '060400', { parentAddress: '0000:16:00.0' }),
  fn('0000:17:01.0', '060400', { parentAddress: '0000:16:00.0' }),
  fn('0000:18:00.0', '020700', { parentAddress: '0000:17:00.0', vendorId: '15b3' }),
  fn('0000:1b:00.0', '030200', { parentAddress: '0000:17:01.0', link: { ...full, width: 8 } }),
  fn('0000:29:01.0', '060400', { numaNode: 1, link: { ...full, width: 4, maxWidth: 4 } }),
  fn('0000:2a:00.0', '010802', {
    parentAddress: '0000:29:01.0',
    numaNode: 1,
    link: { ...full, width: 4, maxWidth: 4 },
  }),
  fn('0000:0d:00.0', '030000', { vendorId: '1a03', link: null }),
);

function edges({ edges: all }: Topology): string[] {
  return all.map(({ from, to, kind, state, reasons }) => [`${from} > ${to}`, kind, state, ...reasons].join(' '));
}

function matrix(links: readonly string[][]): NodeFacts['gpu-topology'] {
  const devices = links.map((_, gpuIndex) => ({
    label: `GPU${gpuIndex}`,
    kind: 'gpu' as const,
    gpuIndex,
    rdmaDevice: null,
    cpuAffinity: null,
    numaAffinity: gpuIndex < links.length / 2 ? '0' : '1',
    gpuNumaId: null,
  }));
  return { devices, links: links.map((row) => [...row]) };
}

describe('topologyOf', () => {
  it('joins devices to what they hang on, each with the link to it', () => {
    const topology = topologyOf({ pci: switched });
    expect(topology.nodes.map(({ id, kind, parentId }) => `${id} ${kind} in ${parentId}`)).toEqual([
      'socket:0 socket in null',
      'numa:0 numa in socket:0',
      'numa:1 numa in socket:0',
      'pci:0000:18:00 nic in numa:0',
      'bridge:0000:16:00.0 switch in numa:0',
      'bridge:0000:15:01.0 root-port in numa:0',
      'pci:0000:1b:00 gpu in numa:0',
      'pci:0000:2a:00 nvme in numa:1',
      'bridge:0000:29:01.0 root-port in numa:1',
    ]);
    expect(edges(topology)).toEqual([
      'bridge:0000:16:00.0 > pci:0000:18:00 pcie ok',
      'bridge:0000:15:01.0 > bridge:0000:16:00.0 pcie ok',
      'numa:0 > bridge:0000:15:01.0 inside ok',
      'bridge:0000:16:00.0 > pci:0000:1b:00 pcie degraded width-low',
      'bridge:0000:29:01.0 > pci:0000:2a:00 pcie ok',
      'numa:1 > bridge:0000:29:01.0 inside ok',
    ]);
  });

  it('draws the links between sockets as what nobody can tell the speed of', () => {
    const cpu = { sockets: 2, vendor: 'GenuineIntel', model: 'Xeon' } as NodeFacts['cpu'];
    expect(edges(topologyOf({ pci: switched, cpu }))).toContain('socket:0 > socket:1 socket unknown no-capability');
  });

  it('puts what no NUMA node is told of in a box of its own', () => {
    const nowhere = pci(...(switched?.functions ?? []).map((one) => ({ ...one, numaNode: null })));
    const numa = {
      nodes: [0, 1].map((id) => ({
        id,
        cpus: String(id),
        memoryTotalBytes: null,
        memoryFreeBytes: null,
        distances: [],
      })),
    };
    const boxes = topologyOf({ pci: nowhere, numa } as NodeFacts).nodes.filter(({ kind }) => kind === 'gpu');
    expect(boxes.map(({ parentId }) => parentId)).toEqual(['numa:unknown']);
    // A virtual machine that tells nothing at all.
    expect(topologyOf({ pci: nowhere }).nodes.find(({ kind }) => kind === 'gpu')?.parentId).toBe('socket:0');
  });

  it('draws two GPUs with a bridge as a pair, and eight that all reach each other through switches', () => {
    const pair = topologyOf({
      'gpu-topology': matrix([
        ['X', 'NV12'],
        ['NV12', 'X'],
      ]),
    });
    expect(edges(pair)).toEqual([
      'socket:0 > gpu:0 pcie unknown no-capability',
      'socket:0 > gpu:1 pcie unknown no-capability',
      'gpu:0 > gpu:1 nvlink ok',
    ]);
    expect(pair.edges[2]?.lanes).toEqual({ active: 12, total: null, speedGBps: null });
    const eight = Array.from({ length: 8 }, (_, row) =>
      Array.from({ length: 8 }, (_unused, column) => (row === column ? 'X' : 'NV18')),
    );
    const topology = topologyOf({ 'gpu-topology': matrix(eight) });
    expect(topology.edges.filter(({ kind }) => kind === 'nvlink').map(({ to }) => to)).toEqual(Array(8).fill('fabric'));
  });

  it('flags a GPU with fewer links to the switches than it has', () => {
    const link = (at: number, isActive: boolean) => ({
      link: at,
      isActive,
      speedGBps: isActive ? 26.5 : null,
      replayErrors: null,
      recoveryErrors: null,
      crcErrors: 0,
      otherCounters: {},
    });
    const facts = {
      'gpu-topology': matrix(
        Array.from({ length: 8 }, (_, row) =>
          Array.from({ length: 8 }, (_u, column) => (row === column ? 'X' : 'NV18')),
        ),
      ),
      nvlink: {
        gpus: [
          {
            index: 3,
            name: null,
            uuid: null,
            support: 'links',
            said: null,
            links: Array.from({ length: 18 }, (_, at) => link(at, at > 1)),
          },
        ],
      },
    } as NodeFacts;
    expect(topologyOf(facts).edges.find(({ from }) => from === 'gpu:3')).toMatchObject({
      state: 'degraded',
      reasons: ['nvlinks-inactive'],
      lanes: { active: 16, total: 18, speedGBps: 26.5 },
    });
  });

  const nvlinkOf = (index: number, ...states: boolean[]) => ({
    index,
    name: null,
    uuid: null,
    support: 'links',
    said: null,
    links: states.map((isActive, link) => ({ link, isActive, speedGBps: isActive ? 25 : null, crcErrors: 0 })),
  });
  const linkStates = (active: number, total: number) => Array.from({ length: total }, (_, at) => at < active);

  it('flags a pair one of whose links is down', () => {
    const facts = {
      'gpu-topology': matrix([
        ['X', 'NV3'],
        ['NV3', 'X'],
      ]),
      nvlink: { gpus: [nvlinkOf(0, ...linkStates(3, 4)), nvlinkOf(1, ...linkStates(3, 4))] },
    } as unknown as NodeFacts;
    expect(topologyOf(facts).edges.find(({ kind }) => kind === 'nvlink')).toMatchObject({
      state: 'degraded',
      reasons: ['nvlinks-inactive'],
      lanes: { active: 3, total: 4 },
    });
  });

  it('flags one pair among four GPUs by what the other pairs have, and none where neighbours are joined unevenly', () => {
    const links = (pair: string, other: string) => [
      ['X', pair, other, 'NV4'],
      [pair, 'X', 'NV4', 'NV4'],
      [other, 'NV4', 'X', 'NV4'],
      ['NV4', 'NV4', 'NV4', 'X'],
    ];
    const told = (down: number[]) => ({
      gpus: [0, 1, 2, 3].map((index) => nvlinkOf(index, ...linkStates(down.includes(index) ? 11 : 12, 12))),
    });
    const of = (facts: unknown) =>
      topologyOf(facts as NodeFacts)
        .edges.filter(({ kind, state }) => kind === 'nvlink' && state === 'degraded')
        .map(({ id, lanes }) => [id, lanes?.active, lanes?.total]);
    expect(of({ 'gpu-topology': matrix(links('NV3', 'NV4')), nvlink: told([0, 1]) })).toEqual([['gpu:0>gpu:1', 3, 4]]);
    // Two widths by design: which of them lost a link is not to be told.
    const uneven = [
      ['X', 'NV1', 'NV2', 'NV2'],
      ['NV1', 'X', 'NV2', 'NV1'],
      ['NV2', 'NV2', 'X', 'NV1'],
      ['NV2', 'NV1', 'NV1', 'X'],
    ];
    expect(of({ 'gpu-topology': matrix(uneven), nvlink: told([]) })).toEqual([]);
    expect(of({ 'gpu-topology': matrix(uneven), nvlink: told([0]) })).toEqual([]);
  });

  it('keeps the switches in the picture when every link to them is down', () => {
    const facts = {
      pci: pci(fn('0000:1b:00.0', '030200'), fn('0000:c1:00.0', '068000')),
      gpu: {
        gpus: [
          {
            index: 0,
            pciBusId: '00000000:1b:00.0',
            state: 'present',
            name: 'H100',
            performanceState: 'P0',
            utilization: { gpuPercent: 0 },
            pcie: { generation: 5, maxGeneration: 5, hostMaxGeneration: 5, width: 16, maxWidth: 16 },
          },
        ],
      },
      nvlink: { gpus: [nvlinkOf(0, ...linkStates(0, 18))] },
    } as unknown as NodeFacts;
    expect(topologyOf(facts).edges.find(({ to }) => to === 'fabric')).toMatchObject({
      state: 'degraded',
      lanes: { active: 0, total: 18 },
    });
  });

  const address = (at: number) =>
    `${(at >> 8).toString(16).padStart(4, '0')}:${(at & 255).toString(16).padStart(2, '0')}:00.0`;
  const many = (count: number, above: (at: number) => string | null, kind = (_at: number) => '0302') =>
    Array.from({ length: count }, (_, at) => fn(address(at), kind(at), { parentAddress: above(at), numaNode: at % 8 }));

  // Each of these took minutes, or the stack, when every device was drawn and every chain walked to its end.
  it.each([
    ['10,000 GPUs on the processor', many(10_000, () => null)],
    ['10,000 GPUs on one port', [...many(10_000, () => 'ffff:00:00.0'), fn('ffff:00:00.0', '0604')]],
    [
      '10,000 bridges one below the other',
      many(
        10_000,
        (at) => (at === 0 ? null : address(at - 1)),
        (at) => (at % 9 ? '0604' : '0302'),
      ),
    ],
    [
      '10,000 functions in a circle',
      many(
        10_000,
        (at) => address((at + 1) % 10_000),
        (at) => (at % 2 ? '0604' : '0302'),
      ),
    ],
  ])('draws what one can look at of %s, and counts the rest', (_, functions) => {
    const { nodes, omitted } = topologyOf({ pci: pci(...functions) });
    const gpus = functions.filter(({ classCode }) => classCode === '0302').length;
    expect(nodes.filter(({ kind }) => kind === 'gpu')).toHaveLength(200);
    expect(omitted).toBe(gpus - 200);
    expect(nodes.length).toBeLessThan(200 * 34);
  });

  it('keeps the GPUs where there are too many devices', () => {
    const disks = many(
      2000,
      () => null,
      (at) => (at < 1995 ? '010802' : '030200'),
    );
    const { nodes } = topologyOf({ pci: pci(...disks) });
    expect(nodes.filter(({ kind }) => kind === 'gpu')).toHaveLength(5);
  });

  it('joins AMD GPUs that reach each other, and flags one that misses a peer', () => {
    const gpu = (index: number, peers: number) => ({
      index,
      pciBusId: `00000000:0${index}:00.0`,
      name: 'MI300X',
      numaNode: 0,
      pcie: { generation: 1, width: 16, maxGeneration: 5, maxWidth: 16 },
      utilization: { gpuPercent: 0 },
      xgmi: { peers, bitRateGbps: 32, errors: null },
    });
    const facts = { 'amd-gpu': { gpus: [gpu(1, 2), gpu(2, 2), gpu(3, 1)] } } as unknown as NodeFacts;
    expect(edges(topologyOf(facts))).toEqual([
      'socket:0 > pci:0000:01:00 pcie idle idle-generation',
      'socket:0 > pci:0000:02:00 pcie idle idle-generation',
      'socket:0 > pci:0000:03:00 pcie idle idle-generation',
      'pci:0000:01:00 > fabric xgmi ok',
      'pci:0000:02:00 > fabric xgmi ok',
      'pci:0000:03:00 > fabric xgmi degraded nvlinks-inactive',
    ]);
  });

  it('is empty where no device is known', () => {
    expect(topologyOf({})).toEqual({ nodes: [], edges: [], omitted: 0 });
    expect(topologyOf({ pci: pci() })).toEqual({ nodes: [], edges: [], omitted: 0 });
  });

  it('makes a picture that holds together of any tree, however wrong', () => {
    const address = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 }))
      .map(([bus, number]) => `0000:${bus.toString(16).padStart(2, '0')}:00.${number}`);
    const lanes = fc.record({
      generation: fc.option(fc.nat(7)),
      width: fc.option(fc.nat(32)),
      maxGeneration: fc.option(fc.nat(7)),
      maxWidth: fc.option(fc.nat(32)),
    });
    const one = fc
      .record({
        address,
        classCode: fc.constantFrom('060400', '030200', '020000', '010802', '068000', '120000', '0604', null),
        parentAddress: fc.option(address),
        vendorId: fc.constantFrom('10de', '1002', '15b3', null),
        numaNode: fc.option(fc.nat(3)),
        link: fc.option(lanes),
        state: fc.constantFrom('present' as const, 'lost' as const),
      })
      .map((more) => ({ ...fn('', ''), ...more }));
    const sockets = fc.option(fc.integer({ min: -2, max: 300 }));
    const cell = fc.constantFrom('X', 'NV4', 'NV18', 'PIX', 'SYS', '');
    const cells = fc
      .nat(6)
      .chain((size) =>
        fc.array(fc.array(cell, { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 30 }),
        sockets,
        cells,
        fc.boolean(),
        (functions, count, links, hasMatrix) => {
          const facts = {
            pci: pci(...functions),
            cpu: { sockets: count, vendor: null, model: null },
            ...(hasMatrix ? { 'gpu-topology': matrix(links) } : {}),
          } as NodeFacts;
          const { nodes, edges: lines } = topologyOf(facts);
          const ids = new Set(nodes.map(({ id }) => id));
          expect(ids.size).toBe(nodes.length);
          expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
          for (const { from, to } of lines) expect(ids.has(from) && ids.has(to)).toBe(true);
          for (const { parentId } of nodes) expect(parentId === null || ids.has(parentId)).toBe(true);
        },
      ),
    );
  });
});
