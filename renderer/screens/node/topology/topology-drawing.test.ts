import { describe, expect, it } from 'vitest';
import type { JudgedLink } from '#shared/domain/topology/judge-link';
import type { Topology, TopologyEdge, TopologyNode } from '#shared/domain/topology/topology';
import { drawTopology, nextTo } from './topology-drawing';
import { topologySvg } from './topology-svg';

const full = { generation: 5, width: 16 };
const link: JudgedLink = {
  state: 'ok',
  reasons: [],
  trained: full,
  capable: full,
  lower: full,
  upper: full,
  errors: null,
};
const bad: JudgedLink = { ...link, state: 'degraded', reasons: ['width-low'], trained: { generation: 5, width: 8 } };

function node(id: string, kind: TopologyNode['kind'], parentId: string | null, name = id): TopologyNode {
  return { id, kind, name, model: null, address: id, parentId, affinity: null, source: null };
}

function edge(kind: TopologyEdge['kind'], from: string, to: string, judged: JudgedLink | null = null): TopologyEdge {
  const { state = 'ok', reasons = [] } = judged ?? {};
  const lanes = kind === 'nvlink' ? { active: 18, total: 18, speedGBps: 26.5 } : null;
  return { id: `${from}>${to}`, kind, from, to, state, reasons, link: judged, lanes, source: null };
}

/** Two sockets, each with a switch, two GPUs and an adapter; NVSwitches join the GPUs. */
const pair = [0, 1].flatMap((side) => [`g${side}0`, `g${side}1`]);
const topology: Topology = {
  nodes: [
    ...[0, 1].flatMap((side) => [
      node(`socket:${side}`, 'socket', null, String(side)),
      node(`numa:${side}`, 'numa', `socket:${side}`, String(side)),
      node(`port${side}`, 'root-port', `numa:${side}`),
      node(`switch${side}`, 'switch', `numa:${side}`),
      node(`nic${side}`, 'nic', `numa:${side}`, '<mlx5_0> & co'),
      node(`disk${side}`, 'nvme', `numa:${side}`),
    ]),
    ...pair.map((id) => node(id, 'gpu', `numa:${id[1]}`)),
    ...['s0', 's1'].map((id) => node(id, 'nvswitch', 'numa:1')),
    node('fabric', 'fabric', null, '2'),
  ],
  edges: [
    ...[0, 1].flatMap((side) => [
      edge('inside', `numa:${side}`, `port${side}`),
      edge('pcie', `port${side}`, `switch${side}`, link),
      edge('pcie', `switch${side}`, `g${side}0`, side === 0 ? bad : link),
      edge('pcie', `switch${side}`, `g${side}1`, link),
      edge('pcie', `switch${side}`, `nic${side}`, link),
      // A disk right at the processor.
      edge('pcie', `numa:${side}`, `disk${side}`, link),
    ]),
    ...['s0', 's1'].map((id) => edge('pcie', 'switch1', id, link)),
    ...pair.map((id) => edge('nvlink', id, 'fabric')),
    edge('socket', 'socket:0', 'socket:1'),
  ],
  omitted: 0,
};
const drawing = drawTopology(topology);
const part = (id: string) => drawing.parts.find((one) => one.id === id);
const inside = (one: { x: number; y: number; width: number; height: number }, other: typeof one) =>
  one.x >= other.x &&
  one.y >= other.y &&
  one.x + one.width <= other.x + other.width &&
  one.y + one.height <= other.y + other.height;

describe('the drawing of a node', () => {
  it('has each part once and none over another', () => {
    const overlaps = drawing.parts.flatMap((one, index) =>
      drawing.parts
        .slice(index + 1)
        .filter(
          (other) =>
            one.x < other.x + other.width &&
            other.x < one.x + one.width &&
            one.y < other.y + other.height &&
            other.y < one.y + one.height,
        )
        .map(({ id }) => `${one.id} ${id}`),
    );
    expect(overlaps).toEqual([]);
    expect(new Set(drawing.parts.map(({ id }) => id)).size).toBe(drawing.parts.length);
  });

  it('keeps parts inside their NUMA node and that inside its socket', () => {
    for (const one of drawing.parts) {
      const box = drawing.boxes.find(({ id }) => id === one.node.parentId);
      if (box && one.kind !== 'hub') expect(inside(one, box), one.id).toBe(true);
    }
    const [socket, numa] = ['socket:1', 'numa:1'].map((id) => drawing.boxes.find((box) => box.id === id));
    expect(socket && numa && inside(numa, socket)).toBe(true);
  });

  it('begins and ends each line at the parts it joins', () => {
    const link0 = drawing.lines.find(({ id }) => id === 'switch0>g00');
    const [from, to] = [part('switch0'), part('g00')];
    expect(link0?.points[0]).toEqual({
      x: (from?.x ?? 0) + (from?.width ?? 0),
      y: (from?.y ?? 0) + (from?.height ?? 0) / 2,
    });
    expect(link0?.points.at(-1)).toEqual({ x: to?.x, y: (to?.y ?? 0) + (to?.height ?? 0) / 2 });
    expect(drawing.lines.filter(({ edge: one }) => one.kind === 'pcie')).toHaveLength(11);
  });

  it('draws one line from each GPU to the switches beyond it, and equal NVSwitches as one part', () => {
    const fabric = part('fabric');
    expect(pair.every((id) => (part(id)?.x ?? 0) < (fabric?.x ?? 0))).toBe(true);
    expect(drawing.lines.filter(({ edge: one }) => one.kind === 'nvlink')).toHaveLength(4);
    expect(part('s0')?.members.map(({ id }) => id)).toEqual(['s0', 's1']);
    expect(part('s1')).toBeUndefined();
  });

  it('gives what hangs on the processor itself something to hang on', () => {
    expect(part('numa:0#hub')).toMatchObject({ kind: 'hub' });
    expect(drawing.lines.some(({ id }) => id === 'numa:0>disk0')).toBe(true);
  });

  it('is walked with the arrow keys from the processor to the fabric', () => {
    expect(nextTo(drawing, 'g00', 'ArrowDown')).toBe('g01');
    expect(nextTo(drawing, 'switch0>g00', 'ArrowRight')).toBe('g00');
    expect(nextTo(drawing, 'g00', 'ArrowRight')).toBe('g00>fabric');
    expect(nextTo(drawing, 'fabric', 'ArrowRight')).toBeNull();
  });

  it('is small and whole for one device and nothing else', () => {
    const one = drawTopology({
      nodes: [node('socket:0', 'socket', null, '0'), node('g', 'gpu', 'socket:0')],
      edges: [edge('pcie', 'socket:0', 'g', link)],
      omitted: 0,
    });
    expect(one.parts.map(({ id }) => id)).toEqual(['socket:0#hub', 'g']);
    expect(one.boxes.map(({ id }) => id)).toEqual(['socket:0']);
    expect(drawTopology({ nodes: [], edges: [], omitted: 0 })).toMatchObject({ boxes: [], parts: [], lines: [] });
  });
});

describe('the saved picture', () => {
  const words = ((key: string, params?: Record<string, unknown>) =>
    `${key}${params ? JSON.stringify(params) : ''}`) as never;
  const colours = {
    page: '#fff',
    pane: '#eee',
    line: '#ddd',
    lineStrong: '#ccc',
    text: '#000',
    textDim: '#555',
    bad: '#b00',
  };
  const svg = topologySvg(drawing, topology, { title: 'gpu<07>&"x"', t: words, colours });
  const page = new DOMParser().parseFromString(svg, 'image/svg+xml');

  it('is well formed whatever the node is called, with its title and its words as text', () => {
    expect(page.querySelector('parsererror')).toBeNull();
    expect(page.documentElement.namespaceURI).toBe('http://www.w3.org/2000/svg');
    expect(page.querySelector('title')?.textContent).toBe('gpu<07>&"x"');
    const texts = [...page.querySelectorAll('text')].map((one) => one.textContent);
    expect(texts).toContain('<mlx5_0> & co');
    expect(texts.some((text) => text?.startsWith('⚠ topology.of'))).toBe(true);
  });

  it('fetches nothing and is as large as it says', () => {
    expect(svg).not.toMatch(/<script|href=|url\(|@import/);
    expect(Number(page.documentElement.getAttribute('width'))).toBe(Math.ceil(drawing.width));
    expect(Number(page.documentElement.getAttribute('height'))).toBeGreaterThan(drawing.height);
  });
});
