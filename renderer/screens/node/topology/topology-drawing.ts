import type { Topology, TopologyEdge, TopologyNode } from '#shared/domain/topology/topology';

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** A socket or NUMA node around what hangs on it. */
export interface DrawnBox extends Rectangle {
  readonly id: string;
  readonly node: TopologyNode;
}

/** A part; `members` are the nodes it stands for, more than one where equal switches are drawn as one. */
export interface DrawnPart extends Rectangle {
  readonly id: string;
  readonly kind: TopologyNode['kind'] | 'hub';
  readonly node: TopologyNode;
  readonly members: readonly TopologyNode[];
}

export interface DrawnLine {
  readonly id: string;
  readonly edge: TopologyEdge;
  readonly points: readonly Point[];
  /** Middle of its words; null: it has none. */
  readonly label: Point | null;
}

/** Where everything goes, in pixels at full size. */
export interface TopologyDrawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly DrawnBox[];
  readonly parts: readonly DrawnPart[];
  readonly lines: readonly DrawnLine[];
}

const row = 42;
const device = { width: 232, height: 36 };
const bridge = { width: 134, height: 36 };
const port = { width: 84, height: 24 };
/** Room for the words of a link before the part it leads to; of two numbers where it is degraded. */
const gap = 118;
const portGap = 92;
const boxPadding = { top: 30, side: 14, bottom: 10 };
const socketPadding = { top: 30, side: 12, bottom: 12 };
const between = { sockets: 40, boxes: 12 };
const margin = 16;
const fabric = { gap: 96, width: 122, minHeight: 64 };

interface Branch {
  readonly node: TopologyNode;
  readonly members: readonly TopologyNode[];
  readonly kind: DrawnPart['kind'];
  readonly edge: TopologyEdge | null;
  readonly children: readonly Branch[];
}

/**
 * Lays a node out as it is built: a lane for each NUMA node inside its socket, from the processor at the left over ports and
 * switches to the devices, one a row, at the right; the links between GPUs beyond them. Pure: the same node gives the same picture.
 */
export function drawTopology(topology: Topology): TopologyDrawing {
  const lanes = lanesOf(topology);
  const depth = Math.max(0, ...lanes.flatMap(({ branches }) => branches.map(switchDepth)));
  const columns = {
    port: 0,
    switch: (level: number) => port.width + portGap + (level - 1) * (bridge.width + gap),
    device: depth === 0 ? port.width + gap : port.width + portGap + depth * (bridge.width + gap),
  };
  const laneWidth = columns.device + device.width + 2 * boxPadding.side;
  const parts: DrawnPart[] = [];
  const lines: DrawnLine[] = [];
  const boxes: DrawnBox[] = [];

  const place = (branch: Branch, left: number, top: number, level: number): { part: DrawnPart; rows: number } => {
    const size = sizeOf(branch.kind);
    const x =
      left +
      (branch.children.length === 0 && branch.kind !== 'hub'
        ? columns.device
        : level === 0
          ? columns.port
          : columns.switch(level));
    let rows = 0;
    const below: Array<{ edge: TopologyEdge | null; part: DrawnPart }> = [];
    const at = parts.length;
    // Its children say how high it stands; it comes before them all the same.
    parts.push({ id: branch.node.id, kind: branch.kind, node: branch.node, members: branch.members, x, y: 0, ...size });
    for (const child of branch.children) {
      const placed = place(child, left, top + rows * row, level + 1);
      below.push({ edge: child.edge, part: placed.part });
      rows += placed.rows;
    }
    const [first, last] = [below[0], below.at(-1)].map((one) => one && middleOf(one.part));
    const y = first === undefined ? top + row / 2 : (first + (last ?? first)) / 2;
    const part: DrawnPart = { ...(parts[at] as DrawnPart), y: y - size.height / 2 };
    parts[at] = part;
    for (const { edge, part: target } of below) if (edge) lines.push(line(edge, part, target));
    return { part, rows: Math.max(1, rows) };
  };

  let y = margin;
  const sockets = [...new Set(lanes.map(({ socket }) => socket))];
  for (const socket of sockets) {
    const own = lanes.filter((lane) => lane.socket === socket);
    const hasBox = socket !== null;
    const top = y;
    const x = margin + (hasBox ? socketPadding.side : 0);
    y += hasBox ? socketPadding.top : 0;
    const socketAt = boxes.length;
    for (const lane of own) {
      const laneTop = y;
      const isNested = lane.node !== socket;
      y += isNested ? boxPadding.top : 0;
      for (const branch of lane.branches) {
        const { rows } = place(branch, x + boxPadding.side, y, 0);
        y += rows * row;
      }
      if (lane.branches.length === 0) y += 6;
      y += boxPadding.bottom;
      if (isNested)
        boxes.push({ id: lane.node.id, node: lane.node, x, y: laneTop, width: laneWidth, height: y - laneTop });
      y += between.boxes;
    }
    y += (hasBox ? socketPadding.bottom : 0) - between.boxes;
    if (hasBox) {
      const width = laneWidth + 2 * socketPadding.side;
      boxes.splice(socketAt, 0, { id: socket.id, node: socket, x: margin, y: top, width, height: y - top });
    }
    y += between.sockets;
  }
  const height = Math.max(0, y - between.sockets) + margin;
  const right = Math.max(0, ...boxes.map((box) => box.x + box.width), ...parts.map((part) => part.x + part.width));
  const width = drawGpuLinks(topology, parts, lines, right);
  for (const edge of topology.edges.filter(({ kind }) => kind === 'socket')) {
    const one = boxes.find(({ id }) => id === edge.from);
    const other = boxes.find(({ id }) => id === edge.to);
    if (!one || !other) continue;
    const middle = one.x + 60;
    const points = [
      { x: middle, y: one.y + one.height },
      { x: middle, y: other.y },
    ];
    lines.push({ id: edge.id, edge, points, label: { x: middle, y: (one.y + one.height + other.y) / 2 } });
  }
  return { width: width + margin, height, boxes, parts, lines };
}

/** Switches with all the GPUs joined to them beyond the devices, or a line for each pair. Returns how far right that reaches. */
function drawGpuLinks(topology: Topology, parts: DrawnPart[], lines: DrawnLine[], right: number): number {
  const links = topology.edges.filter(({ kind }) => kind === 'nvlink' || kind === 'xgmi');
  const node = topology.nodes.find(({ kind }) => kind === 'fabric');
  const ends = new Map(parts.map((part) => [part.id, part]));
  let reach = right;
  if (node) {
    const gpus = links.flatMap(({ from }) => ends.get(from) ?? []);
    if (gpus.length === 0) return right;
    const first = Math.min(...gpus.map(({ y }) => y));
    const last = Math.max(...gpus.map((part) => part.y + part.height));
    const height = Math.max(fabric.minHeight, last - first);
    const part: DrawnPart = {
      id: node.id,
      kind: 'fabric',
      node,
      members: [node],
      x: right + fabric.gap,
      y: (first + last - height) / 2,
      width: fabric.width,
      height,
    };
    parts.push(part);
    for (const edge of links) {
      const gpu = ends.get(edge.from);
      if (!gpu) continue;
      const y = middleOf(gpu);
      const points = [
        { x: gpu.x + gpu.width, y },
        { x: part.x, y },
      ];
      lines.push({ id: edge.id, edge, points, label: { x: part.x - fabric.gap / 2, y } });
    }
    reach = part.x + part.width;
  } else {
    for (const [index, edge] of links.entries()) {
      const one = ends.get(edge.from);
      const other = ends.get(edge.to);
      if (!one || !other) continue;
      const out = right + 30 + index * 44;
      const points = [
        { x: one.x + one.width, y: middleOf(one) },
        { x: out, y: middleOf(one) },
        { x: out, y: middleOf(other) },
        { x: other.x + other.width, y: middleOf(other) },
      ];
      lines.push({ id: edge.id, edge, points, label: { x: out, y: (middleOf(one) + middleOf(other)) / 2 } });
      reach = out + 24;
    }
  }
  return reach;
}

function middleOf(part: DrawnPart): number {
  return part.y + part.height / 2;
}

function sizeOf(kind: DrawnPart['kind']): { width: number; height: number } {
  if (kind === 'hub' || kind === 'root-port') return port;
  return kind === 'switch' ? bridge : device;
}

/** From the right of the part above, down close to the part, and into its left. */
function line(edge: TopologyEdge, from: DrawnPart, to: DrawnPart): DrawnLine {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  const bend = start.x + 14;
  const isStraight = Math.abs(start.y - end.y) < 1;
  return {
    id: edge.id,
    edge,
    points: isStraight ? [start, end] : [start, { x: bend, y: start.y }, { x: bend, y: end.y }, end],
    label: edge.kind === 'pcie' ? { x: Math.max(end.x - 52, bend + 6), y: end.y } : null,
  };
}

interface Lane {
  readonly node: TopologyNode;
  /** Null: no socket is known around it. */
  readonly socket: TopologyNode | null;
  readonly branches: readonly Branch[];
}

function lanesOf({ nodes, edges }: Topology): Lane[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const below = new Map<string, TopologyEdge[]>();
  for (const edge of edges) {
    if (edge.kind !== 'pcie' && edge.kind !== 'inside') continue;
    const others = below.get(edge.from);
    if (others) others.push(edge);
    else below.set(edge.from, [edge]);
  }
  const seen = new Set<string>();
  const branchOf = (edge: TopologyEdge | null, node: TopologyNode): Branch | null => {
    if (seen.has(node.id)) return null;
    seen.add(node.id);
    const children = (below.get(node.id) ?? []).flatMap((next) => {
      const child = byId.get(next.to);
      return child ? (branchOf(next, child) ?? []) : [];
    });
    return { node, members: [node], kind: node.kind, edge, children: merged(children.sort(byAddress)) };
  };
  return nodes
    .filter(({ kind }) => kind === 'numa' || kind === 'socket')
    .flatMap((node) => {
      const own = below.get(node.id) ?? [];
      const branches = own.flatMap((edge) => {
        const child = byId.get(edge.to);
        const branch = child && branchOf(edge, child);
        return branch ? [branch] : [];
      });
      // What hangs on the processor itself needs something to hang on.
      const direct = branches.filter(({ kind }) => kind !== 'root-port').sort(byAddress);
      const hub: Branch[] =
        direct.length > 0
          ? [
              {
                node: { ...node, id: `${node.id}#hub` },
                members: [],
                kind: 'hub',
                edge: null,
                children: merged(direct),
              },
            ]
          : [];
      const ports = stacked(branches.filter(({ kind }) => kind === 'root-port').sort(byAddress));
      const isSocket = node.kind === 'socket';
      if (isSocket && branches.length === 0) return [];
      const socket = isSocket ? node : (byId.get(node.parentId ?? '') ?? null);
      return [{ node, socket, branches: [...hub, ...ports.map((branch) => ({ ...branch, edge: null }))] }];
    });
}

function byAddress(one: Branch, other: Branch): number {
  const key = ({ node }: Branch) => node.address ?? node.id;
  return key(one) < key(other) ? -1 : 1;
}

/** NVSwitches beside each other that are all alike are one part: four lines of two lanes tell nothing. */
function merged(children: readonly Branch[]): Branch[] {
  const switches = children.filter(({ kind, edge }) => kind === 'nvswitch' && edge?.state === 'ok');
  const [first] = switches;
  if (!first || switches.length < 2) return [...children];
  const one: Branch = { ...first, members: switches.map(({ node }) => node) };
  return [...children.filter((child) => !switches.includes(child)), one];
}

/** Disks that are all alike, each on a port of its own, are one row: a storage node has dozens. A degraded one stands alone. */
function stacked(ports: readonly Branch[]): Branch[] {
  const groups = new Map<string, Branch[]>();
  for (const port of ports) {
    const [disk, ...others] = port.children;
    const lanes = disk?.edge?.link?.trained;
    const isPlain = disk?.kind === 'nvme' && others.length === 0 && disk.edge?.state === 'ok';
    const key = isPlain ? `${disk.node.model} ${lanes?.width} ${lanes?.generation}` : port.node.id;
    groups.set(key, [...(groups.get(key) ?? []), port]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const [disk] = first?.children ?? [];
    if (!first || !disk || group.length < 2) return group;
    const disks = group.flatMap(({ children }) => children.map(({ node }) => node));
    return [{ ...first, members: group.map(({ node }) => node), children: [{ ...disk, members: disks }] }];
  });
}

function switchDepth(branch: Branch): number {
  const below = Math.max(0, ...branch.children.map(switchDepth));
  return branch.kind === 'switch' ? below + 1 : below;
}

export type ArrowKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/** The nearest part or link in the direction of an arrow key, sideways distance counting double. */
export function nextTo(drawing: TopologyDrawing, fromId: string, key: ArrowKey): string | null {
  const places = targets(drawing);
  const from = places.get(fromId);
  if (!from) return null;
  const isVertical = key === 'ArrowUp' || key === 'ArrowDown';
  const sign = key === 'ArrowDown' || key === 'ArrowRight' ? 1 : -1;
  let best: { id: string; distance: number } | null = null;
  for (const [id, { x, y }] of places) {
    const along = sign * (isVertical ? y - from.y : x - from.x);
    const across = Math.abs(isVertical ? x - from.x : y - from.y);
    if (along <= 1 || across > along * 3 + 40) continue;
    const distance = along + 2 * across;
    if (!best || distance < best.distance) best = { id, distance };
  }
  return best?.id ?? null;
}

/** Everything that can be pointed at, by its middle. */
function targets({ parts, lines }: TopologyDrawing): Map<string, Point> {
  return new Map([
    ...parts.map((part): [string, Point] => [part.id, { x: part.x + part.width / 2, y: part.y + part.height / 2 }]),
    ...lines.flatMap(({ id, label }): [string, Point][] => (label ? [[id, label]] : [])),
  ]);
}
