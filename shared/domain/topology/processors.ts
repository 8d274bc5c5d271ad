import type { NodeFacts } from '../facts/index';
import type { TopologyDraft } from './topology-draft';

/** Finds the box that a device of a NUMA node is drawn in. */
export type Processors = (numaNode: number | null) => string;

/** Sockets with their NUMA nodes; where nothing is told, one box for all. Joins the sockets. */
export function addProcessors(draft: TopologyDraft, facts: NodeFacts): Processors {
  const ids = numaNodes(facts);
  const { sockets: told = null, vendor = null, model = null } = facts.cpu ?? {};
  const count = told !== null && told > 1 && ids.length % told === 0 ? Math.min(told, 64) : 1;
  const perSocket = Math.max(1, ids.length / count);
  const source = { probeId: 'cpu', factPath: 'sockets' } as const;
  for (let socket = 0; socket < count; socket += 1) {
    draft.addNode({
      id: `socket:${socket}`,
      kind: 'socket',
      name: String(socket),
      model,
      source: facts.cpu ? source : null,
    });
  }
  for (const [index, id] of ids.entries()) {
    draft.addNode({
      id: `numa:${id}`,
      kind: 'numa',
      name: String(id),
      parentId: `socket:${Math.floor(index / perSocket)}`,
      source: facts.numa ? { probeId: 'numa', factPath: `nodes.${index}` } : null,
    });
  }
  for (let socket = 1; socket < count; socket += 1) {
    const isAmd = vendor === 'AuthenticAMD';
    draft.addEdge({
      kind: 'socket',
      from: `socket:${socket - 1}`,
      to: `socket:${socket}`,
      // Neither kernel nor firmware tells what these links trained to.
      state: 'unknown',
      reasons: ['no-capability'],
      lanes: null,
      source: isAmd || vendor ? { probeId: 'cpu', factPath: 'vendor' } : null,
    });
  }
  return (numaNode) => {
    const known = numaNode !== null && ids.includes(numaNode) ? numaNode : ids.length === 1 ? ids[0] : undefined;
    if (known !== undefined) return `numa:${known}`;
    if (ids.length === 0) return 'socket:0';
    // More than one node, and none is told.
    draft.addNode({ id: 'numa:unknown', kind: 'numa', name: '?', parentId: null });
    return 'numa:unknown';
  };
}

/** Of the kernel's list; without it, of what devices say. */
function numaNodes({ numa, pci }: NodeFacts): number[] {
  const told = numa?.nodes.filter(({ cpus }) => cpus !== '').map(({ id }) => id) ?? [];
  const found = told.length > 0 ? told : (pci?.functions ?? []).flatMap(({ numaNode }) => numaNode ?? []);
  return [...new Set(found)].sort((one, other) => one - other).slice(0, 64);
}
