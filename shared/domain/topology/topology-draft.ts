import type { TopologyEdge, TopologyNode } from './topology';

/** What is found so far; a second node or edge of one id is left out. */
export class TopologyDraft {
  readonly nodes = new Map<string, TopologyNode>();
  readonly edges = new Map<string, TopologyEdge>();

  addNode(node: Pick<TopologyNode, 'id' | 'kind' | 'name'> & Partial<TopologyNode>): void {
    if (this.nodes.has(node.id)) return;
    this.nodes.set(node.id, { model: null, address: null, parentId: null, affinity: null, source: null, ...node });
  }

  addEdge(edge: Pick<TopologyEdge, 'kind' | 'from' | 'to'> & Partial<TopologyEdge>): void {
    const id = `${edge.from}>${edge.to}`;
    if (this.edges.has(id)) return;
    this.edges.set(id, { id, state: 'ok', reasons: [], link: null, lanes: null, source: null, ...edge });
  }
}
